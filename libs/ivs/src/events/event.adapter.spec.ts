import { readdirSync, readFileSync } from 'node:fs';
import { microsFromRfc3339 } from '#platform/time';
import { PARK_REASONS, readEvent } from './event.adapter.js';

const FIXTURES = new URL('../../../../test/fixtures/events/', import.meta.url);
const STAGE = 'arn:aws:ivs:eu-west-1:444455556666:stage/gS7vNq2LkD4w';
const OURS = /^(stage-update|composition-state-change|participant-recording-state-change)\./;

interface Raw {
  [field: string]: unknown;
  detail: Record<string, unknown>;
}

const files = readdirSync(FIXTURES);
const fixture = (name: string) => JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')) as Raw;
const us = (text: string) => microsFromRfc3339(text)?.us;
const RECEIVED_AT_MS = (us('2026-08-17T19:05:00Z') as number) / 1_000;

function read(name: string, change: (raw: Raw) => unknown = () => undefined) {
  const raw = fixture(name);
  change(raw);
  return readEvent(raw, RECEIVED_AT_MS);
}

function fact(name: string, change?: (raw: Raw) => unknown) {
  const event = read(name, change);
  if (!event.ok) throw new Error(event.reason);
  expect(event.facts).toHaveLength(1);
  return event.facts[0];
}

describe('Every event that IVS documents', () => {
  it.each(files.filter((name) => OURS.test(name)))('is read: %s', (name) => {
    const event = read(name);
    expect(event).toMatchObject({ ok: true, id: fixture(name).id, detailType: fixture(name)['detail-type'] });
    if (event.ok) expect(event.facts).toHaveLength(name.includes('replication') ? 0 : 1);
  });

  it.each(files.filter((name) => !OURS.test(name)))('that is about channels is parked as unknown: %s', (name) => {
    expect(read(name)).toMatchObject({ ok: false, reason: 'unknown_type', id: fixture(name).id });
  });
});

describe('Reading a stage update', () => {
  const published = 'stage-update.participant-published.json';

  it('takes the most exact time that there is', () => {
    const precise = us('2026-08-17T19:04:38.907214Z');
    expect(fact(published)).toMatchObject({ atUs: precise, isPrecise: true });
    const second = us('2026-08-17T19:04:38Z');
    const without = (raw: Raw) => delete raw.detail.event_time_precise;
    expect(fact(published, without)).toMatchObject({ atUs: second, isPrecise: false });
    const envelope = us('2026-08-17T19:04:39Z');
    expect(fact('stage-update.participant-published.legacy.json')).toMatchObject({ atUs: envelope, isPrecise: false });
  });

  it('keeps of a replica where it comes from', () => {
    expect(fact('stage-update.participant-published.replica.json')).toMatchObject({
      stageSessionId: 'st-b8HsQ4iXr2YnM',
      isReplica: true,
      replicaOf: { stageArn: STAGE, stageSessionId: 'st-a1FjE7uWo5ZkV' },
    });
  });

  it('takes who someone is after an exchange from the new token', () => {
    expect(fact('stage-update.token-exchanged.json')).toMatchObject({
      kind: 'participant.token_exchanged',
      userId: 'ines-on-stage',
      attributes: { role: 'speaker' },
    });
  });

  it('keeps the code of a publish error, and microseconds of its nanoseconds', () => {
    expect(fact('stage-update.participant-publish-error.json')).toMatchObject({
      kind: 'participant.publish_failed',
      code: 'BITRATE_EXCEEDED',
      atUs: us('2026-08-17T19:04:38.907214Z'),
    });
  });

  it('takes null and empty text for absent', () => {
    const bare = fact(published, (raw) =>
      Object.assign(raw.detail, { user_id: '', event_time_precise: null, replica: null }),
    );
    expect(bare).not.toHaveProperty('userId');
    expect(bare).toMatchObject({ atUs: us('2026-08-17T19:04:38Z') });
  });

  it('tolerates fields that it does not know', () => {
    expect(fact(published, (raw) => Object.assign(raw.detail, { new_field: { a: [1] } }))).toBeDefined();
  });

  it('cleans text of what the database would refuse', () => {
    expect(fact(published, (raw) => Object.assign(raw.detail, { user_id: 'i\u0000nes\ud800' }))).toMatchObject({
      userId: 'ines\ufffd',
    });
  });

  it.each([
    ['no participant', { participant_id: undefined }],
    ['an empty participant', { participant_id: '' }],
    ['a participant of NULs only', { participant_id: '\u0000' }],
    ['a participant that is a number', { participant_id: 7 }],
    ['an endless participant', { participant_id: 'x'.repeat(10_000) }],
    ['no stage session', { session_id: null }],
    ['a broken time', { event_time_precise: 'soon' }],
  ])('parks one with %s', (_, fields) => {
    expect(read(published, (raw) => Object.assign(raw.detail, fields))).toMatchObject({
      ok: false,
      reason: 'invalid_detail',
      stageArn: STAGE,
    });
  });

  it('parks one without its stage', () => {
    expect(read(published, (raw) => Object.assign(raw, { resources: [] }))).toMatchObject({ reason: 'invalid_detail' });
  });
});

describe('Reading a composition', () => {
  it('finds the composition in the resources and the stage in the detail', () => {
    expect(read('composition-state-change.destination-failure.json')).toMatchObject({ ok: true, stageArn: STAGE });
    expect(fact('composition-state-change.destination-failure.json')).toMatchObject({
      compositionId: 'u2DmWz6PcY9f',
      arn: 'arn:aws:ivs:eu-west-1:444455556666:composition/u2DmWz6PcY9f',
      destinationId: 'q4LoKx8NsJ3h',
      state: 'failed',
      errorCode: 'AccessDeniedException',
    });
  });

  it('parks one whose resource has no last part', () => {
    const change = (raw: Raw) => Object.assign(raw, { resources: ['arn:aws:ivs:eu-west-1:444455556666:composition/'] });
    expect(read('composition-state-change.session-start.json', change)).toMatchObject({ reason: 'invalid_detail' });
  });

  it('cuts an endless reason', () => {
    const change = (raw: Raw) => Object.assign(raw.detail, { reason: '🎭'.repeat(5_000) });
    const { reason } = fact('composition-state-change.session-failure.json', change) as { reason: string };
    expect(reason).toHaveLength(2_048);
  });
});

describe('Reading a recording', () => {
  const idOf = (name: string, change?: (raw: Raw) => unknown) =>
    (fact(name, change) as { recordingId: string }).recordingId;

  it('gives every event of one bucket and prefix the same recording', () => {
    const start = idOf('participant-recording-state-change.recording-start.json');
    expect(idOf('participant-recording-state-change.recording-end.merged.json')).toBe(start);
    const other = (raw: Raw) => Object.assign(raw.detail, { recording_s3_key_prefix: 'other' });
    expect(idOf('participant-recording-state-change.recording-end.json', other)).not.toBe(start);
  });

  it('gives every start that failed a recording of its own', () => {
    const name = 'participant-recording-state-change.recording-start-failure.json';
    const first = idOf(name);
    expect(first).not.toBe(idOf('participant-recording-state-change.recording-start.json'));
    expect(idOf(name)).toBe(first);
    expect(idOf(name, (raw) => Object.assign(raw, { id: 'another' }))).not.toBe(first);
  });

  it('parks one without a prefix, unless it never started', () => {
    const change = (raw: Raw) => Object.assign(raw.detail, { recording_s3_key_prefix: '' });
    const end = 'participant-recording-state-change.recording-end.json';
    expect(read(end, change)).toMatchObject({ reason: 'invalid_detail' });
    expect(read('participant-recording-state-change.recording-start-failure.json', change)).toMatchObject({ ok: true });
  });
});

describe('What is not an event that we apply', () => {
  it.each([undefined, null, 7, 'text', [], {}, { id: 'x' }, { detail: 'x' }])('is parked as malformed: %j', (raw) => {
    expect(readEvent(raw, RECEIVED_AT_MS)).toMatchObject({ ok: false, reason: 'malformed' });
  });

  it('keeps what can be read of its identity', () => {
    const raw: Raw = Object.assign(fixture('stage-update.participant-published.json'), { time: 'never' });
    expect(readEvent(raw, RECEIVED_AT_MS)).toEqual({
      ok: false,
      reason: 'malformed',
      id: raw.id,
      detailType: 'IVS Stage Update',
    });
  });

  it('is parked as foreign when it does not come from IVS', () => {
    const change = (raw: Raw) => Object.assign(raw, { source: 'aws.ec2' });
    expect(read('stage-update.participant-published.json', change)).toMatchObject({ reason: 'foreign_source' });
  });

  it('is parked as unknown when IVS gives it a name that is new to us', () => {
    const change = (raw: Raw) => Object.assign(raw.detail, { event_name: 'Participant Sang' });
    expect(read('stage-update.participant-published.json', change)).toMatchObject({ reason: 'unknown_type' });
    const hostile = (raw: Raw) => Object.assign(raw.detail, { event_name: 'constructor' });
    expect(read('stage-update.participant-published.json', hostile)).toMatchObject({ reason: 'unknown_type' });
  });

  it('is parked when its time lies more than five minutes ahead, since it would win for ever', () => {
    const at = (time: string) => (raw: Raw) => Object.assign(raw.detail, { event_time_precise: time });
    const name = 'stage-update.participant-unpublished.json';
    expect(read(name, at('2026-08-17T19:10:00Z'))).toMatchObject({ ok: true });
    expect(read(name, at('2026-08-17T19:10:00.001Z'))).toMatchObject({ reason: 'time_in_future', stageArn: STAGE });
  });

  it('has one of a closed list of reasons', () => {
    expect(PARK_REASONS).toEqual([
      'malformed',
      'foreign_source',
      'unknown_type',
      'invalid_detail',
      'time_in_future',
      'unknown_stage',
    ]);
  });
});
