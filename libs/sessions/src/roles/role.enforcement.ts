import type { Session } from '#contracts';
import type { StageClient } from '#ivs';
import type { Clock, Config, Database, Ids, WorkOutcome, WorkRow, WorkTable } from '#platform';
import type { DisconnectService } from '../participants/disconnect.service.js';
import type { SessionRepository } from '../sessions/session.repository.js';
import type { OfferRepository, RoleHolder } from './offer.repository.js';
import { type Evidence, isWorthAsking, judge, OBEDIENCE_MS, publishes } from './role.policy.js';
import { FORCED_STEP, markSteps } from './role.steps.js';
import { witness } from './stage.witness.js';
import type { TokenOffers } from './token-offers.js';

// A look into the database a second; IVS is asked only when a client says that it is done, and at the end.
const LOOK_EVERY_MS = 1_000;
// After a client's word: its exchange is IVS's within a second or two, and five calls a second are for everybody.
const ASK_EVERY_MS = 3_000;
const MS_PER_MINUTE = 60_000;
const PARTICIPANT_ID_LENGTH = 16;
/** Public: it goes to IVS and into the log. */
const REASON = 'role_changed';

/** Of a change of role, or of one who was seen publishing beyond it. */
type Payload = { participantId: string; offeredAtMs: number } | { participantId: string; isBeyond: true };

interface Parts {
  disconnecting: DisconnectService;
  work: WorkTable;
  clock: Clock;
  ids: Ids;
  config: Config;
}

/** Sees to it that a participant whose role was changed keeps to it. An old token stays valid at IVS, so asking is not enough. */
export class RoleEnforcement {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionRepository,
    private readonly stages: StageClient,
    private readonly offers: OfferRepository,
    private readonly tokenOffers: TokenOffers,
    private readonly parts: Parts,
  ) {}

  /** May run again at any point: what is enforced is enforced once, since the token is revoked with it. */
  async run(row: WorkRow): Promise<WorkOutcome> {
    const payload = row.payload as unknown as Payload;
    const session = row.sessionId === null ? undefined : await this.sessions.find(row.sessionId);
    if (!session || session.status === 'ended') return 'done';
    const holder = await this.offers.find(session.id, payload.participantId);
    if (!holder) return 'done';
    // Somebody else was quicker: a kick, or the other of the two reasons to look.
    if (holder.revokedAt !== null) return this.forced(row);
    return 'isBeyond' in payload
      ? this.runBeyond(row, session, holder)
      : this.runChange(row, session, holder, payload.offeredAtMs);
  }

  private async runChange(
    row: WorkRow,
    session: Session,
    holder: RoleHolder,
    offeredAtMs: number,
  ): Promise<WorkOutcome> {
    // Changed again: then another row sees to it.
    if (holder.offeredAt?.getTime() !== offeredAtMs) return 'done';
    const evidence = await this.evidence(session, holder, offeredAtMs);
    await this.note(row, evidence);
    const verdict = judge(evidence);
    if (verdict === 'wait') return { againAfterMs: evidence.isAcknowledged ? ASK_EVERY_MS : LOOK_EVERY_MS };
    if (verdict === 'enforce') await this.enforce(row, session, holder);
    return 'done';
  }

  /** The event may be older than the role: what counts is what IVS says now. */
  private async runBeyond(row: WorkRow, session: Session, holder: RoleHolder): Promise<WorkOutcome> {
    if (publishes(holder.role)) return 'done';
    const onStage = await witness(this.stages, session.stageArn, holder.participantId, 0);
    if (onStage?.isPublishing) await this.enforce(row, session, holder);
    return 'done';
  }

  private async evidence(session: Session, holder: RoleHolder, offeredAtMs: number): Promise<Evidence> {
    const isAcknowledged = holder.acceptedAt !== null;
    const isLate = this.parts.clock.nowMs() >= offeredAtMs + OBEDIENCE_MS;
    const known = { role: holder.role, isAcknowledged, isLate };
    if (!isWorthAsking(known)) return known;
    const onStage = await witness(this.stages, session.stageArn, holder.participantId, offeredAtMs);
    return { ...known, ...(onStage && { onStage }) };
  }

  private async note(row: WorkRow, { isAcknowledged, onStage }: Evidence): Promise<void> {
    const done = [
      'role.recorded',
      ...(isAcknowledged ? ['token.acknowledged'] : []),
      ...(onStage?.isExchanged ? ['token.exchanged'] : []),
    ];
    if (markSteps(row, done, this.parts.clock.iso())) await this.parts.work.saveSteps(row);
  }

  /** Its old token is killed, and the device gets another one under a new id, with which it can join at once. */
  private async enforce(row: WorkRow, session: Session, holder: RoleHolder): Promise<void> {
    const { disconnecting, clock, ids, config } = this.parts;
    const expiresAt = new Date(clock.nowMs() + config.env.PARTICIPANT_TOKEN_MINUTES * MS_PER_MINUTE);
    const next = { participantId: ids.token(PARTICIPANT_ID_LENGTH), expiresAt };
    const operationId = await this.database.transaction(async (sql) => {
      const ordered = await disconnecting.order(sql, session.id, holder.participantId, REASON);
      await this.offers.replace(sql, session.id, holder, next);
      return ordered;
    });
    disconnecting.wake(operationId);
    this.tokenOffers.ring();
    await this.forced(row);
  }

  private async forced(row: WorkRow): Promise<'done'> {
    if (markSteps(row, [FORCED_STEP], this.parts.clock.iso())) await this.parts.work.saveSteps(row);
    return 'done';
  }
}
