import type { LiveEvent, Operation, Session, SessionSnapshot } from '#contracts';
import { fold, type View, viewOfSession } from '#ivs';
import { type Api, type Stack, until } from '#testing';

/** What tests of the whole product ask about one session, as any outsider could. */

export const createSession = (api: Api, more: object = {}) =>
  api.expect<Session>('POST', '/v1/sessions', { name: 'A show', ...more });

export async function tokenOf(api: Api, userId: string, grant: object = {}): Promise<string> {
  const { token } = await api.expect<{ token: string }>('POST', '/v1/access-tokens', {
    userId,
    role: 'viewer',
    ...grant,
  });
  return token;
}

export const snapshotOf = (api: Api, sessionId: string) =>
  api.expect<SessionSnapshot>('GET', `/v1/sessions/${sessionId}`);

/** The whole log over HTTP, page by page. */
export async function logOf(api: Api, sessionId: string): Promise<LiveEvent[]> {
  const log: LiveEvent[] = [];
  for (;;) {
    const after = log.at(-1)?.seq ?? 0;
    const { events } = await api.expect<{ events: LiveEvent[] }>(
      'GET',
      `/v1/sessions/${sessionId}/events?after=${after}`,
    );
    if (events.length === 0) return log;
    log.push(...events);
  }
}

/** What a client has that began with number 1 and folded every event since. */
export function foldedLog(log: readonly LiveEvent[]): View {
  const [first, ...rest] = log;
  if (first?.type !== 'session.created') throw new Error('the log does not begin with session.created');
  return fold(viewOfSession(first.data.session), rest);
}

/** A snapshot without what is not in the log, in the order of a fold. */
export function viewOf({ session, participants, compositions, recordings }: SessionSnapshot): View {
  const sorted = [...participants].sort((a, b) => (a.participantId < b.participantId ? -1 : 1));
  return { session, participants: sorted, compositions, recordings };
}

/** @throws when it is still pending after the time */
export function finishedOperation(api: Api, operationId: string, timeoutMs = 30_000): Promise<Operation> {
  const look = async () => {
    const operation = await api.expect<Operation>('GET', `/v1/operations/${operationId}`);
    return operation.status === 'pending' ? undefined : operation;
  };
  return until(look, { timeoutMs, what: `the end of operation ${operationId}` });
}

export interface CloudState {
  stages: { arn: string }[];
  participants: { participantId: string; stageArn: string; state: string; publishing: boolean }[];
}

export const cloudOf = (stack: Stack) => stack.cloud.expect<CloudState>('GET', '/_control/state');
