import type { ChangeRole, OperationAccepted, Session } from '#contracts';
import { reduce } from '#ivs';
import type { LiveLog } from '#live';
import { AppError, type JobQueues, type Sql, type WorkTable } from '#platform';
import type { StateRepository } from '../state/state.repository.js';
import type { OfferRepository, RoleHolder } from './offer.repository.js';
import { publishes } from './role.policy.js';
import { ROLE_STEPS } from './role.steps.js';
import type { TokenOffers } from './token-offers.js';

const MICROS = 1_000;

/**
 * Changes a participant's role without a rejoin. The role of record, the log and the work that sees to it change in one
 * transaction; the token for it is offered to the user's sockets right after.
 */
export class RoleService {
  constructor(
    private readonly live: LiveLog,
    private readonly states: StateRepository,
    private readonly offers: OfferRepository,
    private readonly tokenOffers: TokenOffers,
    private readonly context: { work: WorkTable; jobs: JobQueues },
  ) {}

  /** @throws AppError SESSION_ENDED, NOT_FOUND, CONFLICT */
  async request(session: Session, participantId: string, role: ChangeRole['role']): Promise<OperationAccepted> {
    const operationId = await this.live.transaction(async (tx) => {
      const before = await this.states.loadForUpdate(tx.sql, session.id);
      if (!before || before.session.status === 'ended') throw new AppError('SESSION_ENDED');
      const holder = await this.change(tx.sql, session.id, participantId, role);
      const { userId, attributes, issuedAt } = holder;
      const atUs = issuedAt.getTime() * MICROS;
      const issued = { kind: 'participant.token_issued', participantId, userId, role, attributes, atUs } as const;
      await this.states.commit(tx, before, reduce(before, [issued]));
      return this.context.work.add(tx.sql, {
        kind: 'participant.role',
        // One row a change: an earlier one that is about to be done must not take this one with it.
        key: `${participantId}/${issuedAt.getTime()}`,
        sessionId: session.id,
        payload: { participantId, offeredAtMs: issuedAt.getTime() },
        steps: [...ROLE_STEPS],
      });
    });
    this.tokenOffers.ring();
    void this.context.jobs.wake('participant.role', { workId: operationId });
    return { operationId };
  }

  private async change(
    sql: Sql,
    sessionId: string,
    participantId: string,
    role: ChangeRole['role'],
  ): Promise<RoleHolder> {
    const holder = await this.offers.find(sessionId, participantId, sql);
    if (!holder) throw new AppError('CONFLICT', 'Its token was not given by a join: it has no role to change.');
    if (holder.role === 'host' || holder.role === 'moderator') {
      throw new AppError('CONFLICT', `A ${holder.role} keeps their role: disconnect them instead.`);
    }
    if (holder.source === 'api') {
      throw new AppError('CONFLICT', 'IVS made its token, and such a token cannot be exchanged: it has to join again.');
    }
    const changed = await this.offers.changeRole(sql, participantId, role);
    if (!changed) throw new AppError('CONFLICT', 'It was disconnected: it has to join again.');
    // What let it on stage must not let it back.
    if (!publishes(role)) {
      await sql.query('DELETE FROM invitation WHERE session_id = $1 AND user_id = $2', [sessionId, holder.userId]);
    }
    return changed;
  }
}
