import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { InboxPage, ListInbox, ListWork, Operation, PathId, WorkPage } from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { OperationAccessService } from './operation-access.service.js';

@Controller('v1')
export class OperationController {
  constructor(private readonly operations: OperationAccessService) {}

  @Get('operations/:id')
  @Route({ summary: 'What became of a 202', answer: Operation, errors: ['FORBIDDEN', 'NOT_FOUND'] })
  getOperation(@Caller() caller: Principal, @Param('id', { schema: PathId }) id: string) {
    return this.operations.find(caller, id);
  }

  @Get('work')
  @Route({
    summary: 'Work that is due, done or failed, newest first',
    answer: WorkPage,
    errors: ['FORBIDDEN', 'VALIDATION_FAILED'],
  })
  listWork(@Caller() caller: Principal, @Query({ schema: ListWork }) query: ListWork) {
    return this.operations.listWork(caller, query);
  }

  @Post('work/:id/retry')
  @HttpCode(202)
  @Route({
    summary: 'Makes failed work due again, with all its attempts',
    status: 202,
    answer: Operation,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
  })
  retryWork(@Caller() caller: Principal, @Param('id', { schema: PathId }) id: string) {
    return this.operations.retry(caller, id);
  }

  @Get('inbox')
  @Route({
    summary: 'Events as they came; the parked ones changed nothing',
    answer: InboxPage,
    errors: ['FORBIDDEN', 'VALIDATION_FAILED'],
  })
  listInbox(@Caller() caller: Principal, @Query({ schema: ListInbox }) query: ListInbox) {
    return this.operations.listInbox(caller, query);
  }
}
