import type { RecordingFact, RecordingReached } from './facts.js';
import { type Key, latest, max, maxText, min } from './order.rule.js';
import { keep, plain } from './plain.js';
import type { RecordingMemory } from './state.js';

type Last = NonNullable<RecordingMemory['last']>;

const STATUS_RANK = { started: 0, ended: 1, failed: 2, ready: 3 };

/**
 * A recording starts, then ends or fails. With a reconnect window later fragments join the same prefix, so a later start
 * opens it again. The latest fact stands; in the same second an end beats a start and a failure beats an end.
 */
export function foldRecording(known: RecordingMemory | undefined, fact: RecordingFact): RecordingMemory {
  const memory = known ?? { id: fact.recordingId, kind: 'participant' };
  if (fact.kind === 'recording.ready') return keep(known, { ...memory, readyUs: max(memory.readyUs, fact.atUs) });
  const isStart = fact.status === 'started';
  return keep(
    known,
    plain({
      ...memory,
      participantId: maxText(memory.participantId, fact.participantId),
      bucket: maxText(memory.bucket, fact.bucket),
      prefix: maxText(memory.prefix, fact.prefix),
      firstStartUs: isStart ? min(memory.firstStartUs, fact.atUs) : memory.firstStartUs,
      lastStartUs: isStart ? max(memory.lastStartUs, fact.atUs) : memory.lastStartUs,
      last: latest(memory.last, lastOf(fact), lastKey),
    }),
  );
}

function lastOf(fact: RecordingReached): Last {
  const { status, atUs, id, durationMs, errorCode, reason } = fact;
  return plain({ status, atUs, id, durationMs, errorCode, reason });
}

function lastKey(last: Last): Key {
  return [last.atUs, STATUS_RANK[last.status], last.id, last.durationMs ?? -1, last.errorCode ?? '', last.reason ?? ''];
}
