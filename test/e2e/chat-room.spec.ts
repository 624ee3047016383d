import { GetRoomCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import type { ChatRoom, OperationAccepted } from '#contracts';
import { type Stack, startStack } from '#testing';
import { createSession, finishedOperation } from '../session.harness.js';

describe('the room of a session', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  }, 60_000);
  afterAll(() => stack.stop());

  const isThere = async (identifier: string | undefined) => {
    const options = { endpoint: stack.simulatorUrl, region: 'us-west-2' };
    const rooms = new IvschatClient({ ...options, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
    return rooms.send(new GetRoomCommand({ identifier })).then(
      () => true,
      (error: Error) => {
        if (error.name === 'ResourceNotFoundException') return false;
        throw error;
      },
    );
  };

  it('is gone at AWS after the ending, after the stage, and rooms by themselves are not', async () => {
    const alone = await stack.api.expect<ChatRoom>('POST', '/v1/chat-rooms', { name: 'alone' });
    const session = await createSession(stack.api, { chat: {} });
    expect(await isThere(session.roomArn)).toBe(true);
    const { operationId } = await stack.api.expect<OperationAccepted>('POST', `/v1/sessions/${session.id}/end`);
    const operation = await finishedOperation(stack.api, operationId);
    expect(operation.steps).toMatchObject([
      { name: 'stage.delete', status: 'done' },
      { name: 'stage.verify', status: 'done' },
      { name: 'room.delete', status: 'done' },
      { name: 'room.verify', status: 'done' },
    ]);
    expect(await isThere(session.roomArn)).toBe(false);
    expect(await isThere(alone.arn)).toBe(true);
  });
});
