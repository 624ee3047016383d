import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetStageCommand, ListParticipantEventsCommand } from '@aws-sdk/client-ivs-realtime';
import { CreateRoomCommand, GetRoomCommand } from '@aws-sdk/client-ivschat';
import { until } from '#testing/until';
import { createStage, idle, join, Receiver, startCloud, subscribe } from './simulator.harness.js';

describe('a simulator that is started again on the same folder', () => {
  let dataDir: string;
  let file: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(joinPath(tmpdir(), 'stagedoor-simulator-'));
    file = joinPath(dataDir, 'simulator.json');
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('has the same stages, participants, rooms, rules, tokens and settings', async () => {
    const before = await startCloud({ dataDir });
    await subscribe(before, 'http://127.0.0.1:9/');
    const stageArn = await createStage(before, 'kept');
    const { participantId, token } = await join(before, stageArn, { userId: 'u' });
    const { arn: roomArn } = await before.chat.send(new CreateRoomCommand({ name: 'kept' }));
    await before.control('PUT', '/assumptions', { listOfMissing: 'not_found' });
    await before.control('PUT', '/chaos', { lose: 1, seed: 9 });
    const state = (await before.control('GET', '/state')).body;
    await before.close();

    const after = await startCloud({ dataDir });
    expect((await after.control('GET', '/state')).body).toEqual(state);
    expect((await after.control('GET', '/chaos')).body).toMatchObject({ lose: 1, seed: 9 });
    expect((await after.control('GET', '/assumptions')).body.listOfMissing).toBe('not_found');
    expect((await after.eventBridge.send(new DescribeRuleCommand({ Name: 'everything' }))).State).toBe('ENABLED');
    expect((await after.chat.send(new GetRoomCommand({ identifier: roomArn }))).name).toBe('kept');
    const { stage } = await after.realTime.send(new GetStageCommand({ arn: stageArn }));
    await after.control('POST', `/participants/${participantId}/publish`);
    const asked = { stageArn, participantId, sessionId: stage?.activeSessionId };
    const { events } = await after.realTime.send(new ListParticipantEventsCommand(asked));
    expect(events?.map(({ name }) => name)).toEqual(['PUBLISH_STARTED', 'JOINED']);
    expect((await after.control('POST', '/participants', { token })).status).toBe(201);
    await after.close();
  });

  it('delivers what was on its way', async () => {
    const receiver = await Receiver.start();
    receiver.reply = () => ({ status: 503 });
    const before = await startCloud({ dataDir });
    await subscribe(before, receiver.url);
    const { participantId } = await join(before, await createStage(before));
    await before.control('POST', `/participants/${participantId}/publish`);
    await until(() => receiver.received.length > 0);
    await before.close();
    const [first] = receiver.ids();
    receiver.received.length = 0;
    receiver.reply = () => ({ status: 200 });
    const after = await startCloud({ dataDir });
    await idle(after);
    expect(receiver.ids()).toEqual([first]);
    await after.close();
    await receiver.close();
  });

  it('writes soon after each change, for its owner only, and leaves no draft', async () => {
    const cloud = await startCloud({ dataDir });
    const arn = await createStage(cloud);
    await until(async () => (await readFile(file, 'utf8')).includes(arn));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await cloud.close();
    expect(await readdir(dataDir)).toEqual(['simulator.json']);
  });

  it.each(['{"format":1,"parts":{"stages"', '{"format":99,"parts":{}}', '{"format":1,"parts":{"stages":{}}}', ''])(
    'begins empty when the file is %j, and puts it aside',
    async (text) => {
      await writeFile(file, text);
      const cloud = await startCloud({ dataDir });
      expect((await cloud.control('GET', '/state')).body).toMatchObject({ stages: [], participants: [] });
      expect(await readFile(`${file}.unreadable`, 'utf8')).toBe(text);
      await cloud.close();
    },
  );

  it('keeps nothing of a cloud that was reset', async () => {
    const before = await startCloud({ dataDir });
    await createStage(before);
    await before.control('POST', '/reset');
    await before.close();
    const after = await startCloud({ dataDir });
    expect((await after.control('GET', '/state')).body.stages).toEqual([]);
    await after.close();
  });
});
