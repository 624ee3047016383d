import { Injectable } from '@nestjs/common';
import type { InboxPage, ListInbox, ListWork, Operation, WorkPage } from '#contracts';
import { AppError, type Principal } from '#platform';
import { assertMay, InboxRepository, mayOn, OperationService, SessionService } from '#sessions';

/** Operations and the operators' lists, for those who may see them. */
@Injectable()
export class OperationAccessService {
  constructor(
    private readonly operations: OperationService,
    private readonly inbox: InboxRepository,
    private readonly sessions: SessionService,
  ) {}

  /** An operation is visible to whoever may ask for it; to others there is none. @throws AppError NOT_FOUND, FORBIDDEN */
  async find(caller: Principal, id: string): Promise<Operation> {
    assertMay(caller, 'operation.see');
    const operation = await this.operations.find(id);
    if (!operation || !(await this.maySee(caller, operation))) throw new AppError('NOT_FOUND');
    return operation;
  }

  async listWork(caller: Principal, { state, cursor, limit }: ListWork): Promise<WorkPage> {
    assertMay(caller, 'work.see');
    return this.operations.list(state, cursor, limit);
  }

  async retry(caller: Principal, id: string): Promise<Operation> {
    assertMay(caller, 'work.retry');
    return this.operations.retry(id);
  }

  async listInbox(caller: Principal, { state, cursor, limit }: ListInbox): Promise<InboxPage> {
    assertMay(caller, 'inbox.see');
    const { items, nextBefore } = await this.inbox.list(state, numberOf(cursor), limit);
    return { items, ...(nextBefore === undefined ? {} : { nextCursor: String(nextBefore) }) };
  }

  private async maySee(caller: Principal, operation: Operation): Promise<boolean> {
    if (caller.kind === 'api_key') return true;
    const session = operation.sessionId === undefined ? undefined : await this.sessions.find(operation.sessionId);
    return session !== undefined && mayOn(caller, 'operation.see', session);
  }
}

/** @throws AppError VALIDATION_FAILED for a cursor that is not one of ours */
function numberOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  // 15 digits stay below 2^53.
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('VALIDATION_FAILED', 'The cursor is not one of ours.', {
    errors: [{ pointer: '/query/cursor', detail: 'take it from `nextCursor` of the page before' }],
  });
}
