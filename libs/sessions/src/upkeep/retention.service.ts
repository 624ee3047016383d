import type { LogTrimmer } from '#live';
import type { Clock, Database } from '#platform';
import type { InboxRepository } from '../ingest/inbox.repository.js';

const DAY_MS = 86_400_000;
// EventBridge repeats for a day at most: an id older than this cannot come again.
const INBOX_DAYS = 7;
const WORK_DAYS = 30;
// Access tokens live a day at most, and those of a customer's identity provider hardly longer: what was revoked before this
// has expired anyway.
const TOKEN_LIFETIME_MS = 30 * DAY_MS;
// Small enough that no lock is held for long.
const BATCH = 1_000;

/** Removes what is beyond its retention: the live log, the inbox, finished work. */
export class RetentionService {
  constructor(
    private readonly log: LogTrimmer,
    private readonly inbox: InboxRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async trim(): Promise<void> {
    await this.log.trim();
    const inboxLimit = new Date(this.clock.nowMs() - INBOX_DAYS * DAY_MS);
    while ((await this.inbox.trim(inboxLimit, BATCH)) === BATCH);
    // An ending's row stays as long as its session: a second `end` answers with the same operation.
    await this.database.query(
      `DELETE FROM work WHERE state = 'done' AND finished_at < $1 AND kind <> 'session.teardown'`,
      [new Date(this.clock.nowMs() - WORK_DAYS * DAY_MS)],
    );
    await this.database.query('DELETE FROM idempotent_request WHERE expires_at <= $1', [this.clock.now()]);
    await this.database.query('DELETE FROM access_revocation WHERE revoked_before < $1', [
      new Date(this.clock.nowMs() - TOKEN_LIFETIME_MS),
    ]);
  }
}
