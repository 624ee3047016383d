import { isDeepStrictEqual } from 'node:util';
import { type LiveEvent, type LiveEventType, liveEvents, type Session } from '#contracts';
import { fold, viewOfSession } from './fold.js';
import { objectProblems } from './log-object.rule.js';
import type { View } from './state.js';

/**
 * What must hold of every log of a session's topic, whatever happened: numbers without holes, one beginning, at most one
 * start and one end in that order, types that say what their objects show, nothing that changes nothing.
 */
type SessionType = Extract<LiveEventType, `session.${string}`>;

/**
 * Folds a session's log from its first number and names everything that is wrong with it.
 * @param events in the order in which they were received
 * @returns one sentence a problem; none for a legal log
 */
export function checkLog(events: readonly LiveEvent[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  let view: View | undefined;
  events.forEach((event, index) => {
    const say = (problem: string) => problems.push(`event ${event.seq} (${event.type}) ${problem}`);
    numberProblems(event, index, events).forEach(say);
    if (!Object.hasOwn(liveEvents, event.type)) return;
    shapeProblems(event).forEach(say);
    if (!view) {
      if (event.type !== 'session.created') say('comes before session.created');
      if (!('session' in event.data)) return;
      view = viewOfSession(event.data.session);
    } else {
      const next = fold(view, [event]);
      if (isDeepStrictEqual(next, view)) say('changes nothing');
      if ('session' in event.data) sessionProblems(event.type, view.session, next.session, seen).forEach(say);
      else objectProblems(event, view).forEach(say);
      view = next;
    }
    seen.add(event.type);
  });
  return problems;
}

function numberProblems(event: LiveEvent, index: number, events: readonly LiveEvent[]): string[] {
  const previous = events[index - 1];
  const problems: string[] = [];
  const expected = previous ? previous.seq + 1 : 1;
  if (event.seq !== expected) problems.push(`should have number ${expected}`);
  if (previous && event.topic !== previous.topic) problems.push(`belongs to another topic, ${event.topic}`);
  return problems;
}

function shapeProblems(event: LiveEvent): string[] {
  const { success, error } = liveEvents[event.type].safeParse(event.data);
  return success ? [] : error.issues.map((issue) => `has a wrong ${issue.path.join('.')}: ${issue.message}`);
}

function sessionProblems(type: string, before: Session, after: Session, seen: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  if (seen.has('session.ended')) problems.push('follows session.ended');
  if (type !== 'session.updated' && seen.has(type)) problems.push('comes twice');
  const status: Record<SessionType, Session['status'][]> = {
    'session.created': ['scheduled'],
    'session.started': ['live'],
    'session.updated': [seen.has('session.started') ? 'live' : 'scheduled'],
    'session.ended': ['ended'],
  };
  if (!status[type as SessionType]?.includes(after.status)) problems.push(`has the status ${after.status}`);
  if ((after.startedAt !== undefined) !== (seen.has('session.started') || type === 'session.started')) {
    problems.push('has a startedAt that does not go with session.started');
  }
  if (before.startedAt !== undefined && after.startedAt !== undefined && after.startedAt > before.startedAt) {
    problems.push('moves the start to a later time');
  }
  if (before.id !== after.id) problems.push('is about another session');
  return problems;
}
