import type { ParticipantState } from '#contracts';
import type { Standing } from './state.js';

/**
 * The total order of facts. Later facts of one participant win, compared by: start of the stage session (as IVS answers it,
 * else the earliest fact time seen in it), time in microseconds, asked before event, disconnected over unpublished over
 * published, id. Missing digits of a time are zeros, never intervals: an order with intervals would not be transitive.
 * What is equal in all of these is told apart by the rest of what is stored, so that no two different facts are ever equal.
 */
export interface OrderedFact extends Standing {
  stageSessionId: string;
  /** Start of its stage session. */
  startUs: number;
}

export type Key = readonly (string | number)[];

const KIND_RANK: Record<ParticipantState, number> = { published: 0, unpublished: 1, disconnected: 2 };

export function compareFacts(a: OrderedFact, b: OrderedFact): number {
  return compareKeys(factKey(a), factKey(b));
}

/** The part of the order within one stage session. */
export function standingKey(fact: Standing): Key {
  const asked = fact.source === 'asked' ? 1 : 0;
  return [fact.atUs, asked, KIND_RANK[fact.kind], fact.id, fact.isPrecise ? 1 : 0, fact.sinceUs];
}

function factKey(fact: OrderedFact): Key {
  return [fact.startUs, fact.stageSessionId, ...standingKey(fact)];
}

/** Compares element by element; both keys have the same length and types. Text by code unit, the same on every machine. */
export function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < a.length; i++) {
    const left = a[i] as string | number;
    const right = b[i] as string | number;
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return 0;
}

/** The greater of two by key; the known one when they are equal, so that a duplicate changes nothing. */
export function latest<T>(known: T | undefined, told: T, keyOf: (value: T) => Key): T {
  return known !== undefined && compareKeys(keyOf(known), keyOf(told)) >= 0 ? known : told;
}

/** The smaller of two by key; the known one when they are equal. */
export function earliest<T>(known: T | undefined, told: T, keyOf: (value: T) => Key): T {
  return known !== undefined && compareKeys(keyOf(known), keyOf(told)) <= 0 ? known : told;
}

export function min(known: number | undefined, told: number): number {
  return known === undefined ? told : Math.min(known, told);
}

export function max(known: number | undefined, told: number): number {
  return known === undefined ? told : Math.max(known, told);
}

/** For what is the same in all facts of one thing: any choice will do as long as it does not depend on their order. */
export function maxText(known: string | undefined, told: string | undefined): string | undefined {
  return known === undefined || (told !== undefined && told > known) ? told : known;
}
