import { observeParticipant, type StageClient } from '#ivs';
import type { Evidence } from './role.policy.js';

const MS_PER_SECOND = 1_000;

/**
 * What IVS lists of a participant now, in two calls.
 * @param sinceMs which exchange of its token counts: one from this moment on
 * @returns undefined for one that is not on the stage
 */
export async function witness(
  stages: StageClient,
  stageArn: string,
  participantId: string,
  sinceMs: number,
): Promise<Evidence['onStage']> {
  const stage = await stages.get(stageArn);
  if (!stage?.activeSessionId) return undefined;
  const events = await stages.participantEvents(stageArn, stage.activeSessionId, participantId);
  const observed = observeParticipant(events);
  if (!observed || observed.state === 'disconnected') return undefined;
  // IVS answers in whole seconds.
  const since = Math.floor(sinceMs / MS_PER_SECOND) * MS_PER_SECOND;
  const isExchanged = events.some(
    ({ name, eventTime }) => name === 'TOKEN_EXCHANGED' && eventTime !== undefined && eventTime.getTime() >= since,
  );
  return { isExchanged, isPublishing: observed.state === 'published' };
}
