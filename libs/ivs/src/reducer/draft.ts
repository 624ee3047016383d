import type { LiveState } from './state.js';

/** A map that is copied when it is first written to, so that folding one event does not copy a whole show. */
class DraftMap<T extends object> {
  private items: ReadonlyMap<string, T>;
  private own?: Map<string, T>;

  constructor(items: ReadonlyMap<string, T>) {
    this.items = items;
  }

  /** @returns the item as it is now */
  update(id: string, change: (known: T | undefined) => T): T {
    const known = this.items.get(id);
    const next = change(known);
    if (next === known) return next;
    this.own ??= new Map(this.items);
    this.own.set(id, next);
    this.items = this.own;
    return next;
  }

  all(): ReadonlyMap<string, T> {
    return this.items;
  }
}

/** A state while facts are folded into it. */
export class Draft {
  session: LiveState['session'];
  readonly stageSessions;
  readonly participants;
  readonly compositions;
  readonly recordings;

  constructor(state: LiveState) {
    this.session = state.session;
    this.stageSessions = new DraftMap(state.stageSessions);
    this.participants = new DraftMap(state.participants);
    this.compositions = new DraftMap(state.compositions);
    this.recordings = new DraftMap(state.recordings);
  }

  state(): LiveState {
    return {
      session: this.session,
      stageSessions: this.stageSessions.all(),
      participants: this.participants.all(),
      compositions: this.compositions.all(),
      recordings: this.recordings.all(),
    };
  }
}
