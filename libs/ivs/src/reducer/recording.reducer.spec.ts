import type { Recording } from '#contracts';
import type { RecordingFact, RecordingReached } from './facts.js';
import { recordingViews } from './projection.js';
import { foldRecording } from './recording.reducer.js';
import { at, iso } from './show.factory.js';
import type { RecordingMemory } from './state.js';

let count = 0;
const told = (
  status: RecordingReached['status'],
  seconds: number,
  more: Partial<RecordingReached> = {},
): RecordingFact => ({
  kind: 'recording.reached',
  id: `e${count++}`,
  recordingId: 'r',
  status,
  participantId: 'p',
  bucket: 'b',
  prefix: 'x',
  atUs: at(seconds),
  ...more,
});
const ready = (seconds: number): RecordingFact => ({ kind: 'recording.ready', recordingId: 'r', atUs: at(seconds) });

/** What clients see after the facts in both directions, which must be the same. */
function seen(...facts: RecordingFact[]): Recording | undefined {
  const fold = (list: RecordingFact[]) =>
    recordingViews(list.reduce<RecordingMemory | undefined>(foldRecording, undefined) as RecordingMemory);
  const views = fold(facts);
  expect(fold([...facts].reverse())).toEqual(views);
  return views[0];
}

describe('A recording', () => {
  it('has ended with its length, whatever arrived first', () => {
    expect(seen(told('ended', 9, { durationMs: 8_000 }), told('started', 1))).toEqual({
      id: 'r',
      kind: 'participant',
      status: 'ended',
      participantId: 'p',
      bucket: 'b',
      prefix: 'x',
      durationMs: 8_000,
      startedAt: iso(1),
      endedAt: iso(9),
    });
  });

  it('has ended when its start is of the same second, and failed when its end is', () => {
    expect(seen(told('started', 1), told('ended', 1))).toMatchObject({ status: 'ended' });
    expect(seen(told('failed', 1, { errorCode: 'x', reason: 'y' }), told('ended', 1))).toMatchObject({
      status: 'failed',
      errorCode: 'x',
      reason: 'y',
    });
  });

  it('is open again when a later fragment joins it, and keeps its first start', () => {
    const reopened = seen(told('started', 1), told('ended', 9, { durationMs: 8_000 }), told('started', 12));
    expect(reopened).toMatchObject({ status: 'started', startedAt: iso(1) });
    expect(reopened).not.toHaveProperty('endedAt');
    expect(reopened).not.toHaveProperty('durationMs');
  });

  it('stays ready whatever comes late, until a later fragment joins it', () => {
    expect(seen(told('started', 1), ready(10), told('ended', 9))).toMatchObject({ status: 'ready', endedAt: iso(9) });
    expect(seen(told('started', 1), ready(10), told('started', 11))).toMatchObject({ status: 'started' });
  });

  it('is not seen before anything but its readiness is known', () => {
    expect(seen(ready(10))).toBeUndefined();
  });
});
