import type { ParticipantRole } from '#contracts';
import { type Fact, type LiveState, readEvent, reduce } from '#ivs';
import type { LiveLog, LiveTransaction } from '#live';
import type { JobQueues, Logger, Sql, WorkTable } from '#platform';
import { needsObservation } from '../observing/observation.policy.js';
import type { RoleWatch } from '../roles/role.watch.js';
import type { StateRepository } from '../state/state.repository.js';
import type { InboxRepository, PendingInboxItem } from './inbox.repository.js';

// One transaction, one lock, one append for this many events; more would keep joins and the end of the session waiting.
const BATCH = 200;
const MICROS = 1_000;

/** Applies a session's pending events: the only code that does. Any number of workers may try; the session's row decides. */
export class DrainService {
  constructor(
    private readonly live: LiveLog,
    private readonly inbox: InboxRepository,
    private readonly states: StateRepository,
    private readonly work: WorkTable,
    private readonly jobs: JobQueues,
    private readonly roles: RoleWatch,
    private readonly logger: Logger,
  ) {}

  async drain(sessionId: string): Promise<void> {
    let drained: Drained;
    do {
      drained = await this.live.transaction((tx) => this.drainBatch(tx, sessionId));
      for (const workId of drained.beyondRole ?? []) void this.jobs.wake('participant.role', { workId });
      if (drained.observationId) void this.jobs.wake('stage.observe', { workId: drained.observationId });
    } while (drained.events === BATCH);
  }

  private async drainBatch(tx: LiveTransaction, sessionId: string): Promise<Drained> {
    const before = await this.states.loadForUpdate(tx.sql, sessionId);
    const items = before ? await this.inbox.pending(tx.sql, sessionId, BATCH) : [];
    if (!before || items.length === 0) return { events: 0 };
    const after = await this.apply(tx.sql, before, items);
    const changes = await this.states.commit(tx, before, after);
    const beyondRole = await this.roles.notice(tx.sql, sessionId, changes);
    await this.inbox.markApplied(
      tx.sql,
      items.map((item) => item.id),
    );
    if (!needsObservation(after)) return { events: items.length, beyondRole };
    const observationId = await this.work.add(tx.sql, { kind: 'stage.observe', key: sessionId, sessionId });
    return { events: items.length, beyondRole, observationId };
  }

  private async apply(sql: Sql, before: LiveState, items: PendingInboxItem[]): Promise<LiveState> {
    const read = items.map((item) => ({ item, facts: factsOf(item) }));
    const facts = read.flatMap((one) => one.facts);
    const issued = await this.issuedTo(sql, facts);
    try {
      return reduce(before, [...issued, ...facts]);
    } catch (error) {
      this.logger.error(
        { err: error, sessionId: before.session.id },
        'a batch of events could not be applied as a whole',
      );
      return this.applyOneByOne(sql, reduce(before, issued), read);
    }
  }

  /** One event that we cannot apply must not hold up the show; it stays in the inbox for whoever mends it. */
  private async applyOneByOne(sql: Sql, before: LiveState, read: ReadItem[]): Promise<LiveState> {
    let state = before;
    for (const { item, facts } of read) {
      try {
        state = reduce(state, facts);
      } catch (error) {
        this.logger.error({ err: error, eventId: item.id }, 'an event could not be applied');
        await this.inbox.park(sql, item.id, 'apply_failed');
      }
    }
    return state;
  }

  /** What we wrote into the tokens of the participants that these facts name: their role of record and their user. */
  private async issuedTo(sql: Sql, facts: Fact[]): Promise<Fact[]> {
    const ids = [...new Set(facts.flatMap((fact) => ('participantId' in fact ? [fact.participantId] : [])))];
    if (ids.length === 0) return [];
    const rows = await sql.query<IssuedRow>(
      `SELECT participant_id AS "participantId", user_id AS "userId", role, attributes, issued_at AS "issuedAt"
       FROM participant_token WHERE participant_id = ANY($1)`,
      [ids],
    );
    return rows.map(({ issuedAt, ...token }) => ({
      kind: 'participant.token_issued',
      ...token,
      atUs: issuedAt.getTime() * MICROS,
    }));
  }
}

interface Drained {
  events: number;
  /** Rows of work about who publishes beyond its role. */
  beyondRole?: string[];
  observationId?: string;
}

interface ReadItem {
  item: PendingInboxItem;
  facts: Fact[];
}

interface IssuedRow {
  participantId: string;
  userId: string;
  role: ParticipantRole;
  attributes: Record<string, string>;
  issuedAt: Date;
}

/** @returns no facts for what was readable when it came and is not now: an event of an older version */
function factsOf(item: PendingInboxItem): Fact[] {
  const parsed: unknown = JSON.parse(item.raw);
  if (item.source === 'asked') return parsed as Fact[];
  const event = readEvent(parsed, item.received_at.getTime());
  return event.ok ? event.facts : [];
}
