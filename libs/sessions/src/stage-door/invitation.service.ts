import type { Invitation } from '#contracts';
import { AppError, type Clock, type Database } from '#platform';

/** Who may come on stage although the stage door is not open. */
export class InvitationService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Inviting again answers with the first invitation. @throws AppError SESSION_ENDED */
  async invite(sessionId: string, userId: string): Promise<Invitation> {
    const [row] = await this.database.query<{ invitedAt: Date }>(
      `INSERT INTO invitation (session_id, user_id, invited_at)
       SELECT id, $2, $3 FROM session WHERE id = $1 AND status <> 'ended'
       ON CONFLICT (session_id, user_id) DO UPDATE SET invited_at = invitation.invited_at
       RETURNING invited_at AS "invitedAt"`,
      [sessionId, userId, this.clock.now()],
    );
    if (!row) throw new AppError('SESSION_ENDED');
    return { userId, invitedAt: row.invitedAt.toISOString() };
  }

  async isInvited(sessionId: string, userId: string): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM invitation WHERE session_id = $1 AND user_id = $2', [
      sessionId,
      userId,
    ]);
    return rows.length > 0;
  }
}
