import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  CreateStage,
  CreateStageToken,
  type ErrorCode,
  ListStages,
  ReadInRegion,
  Stage,
  StagePage,
  StageRef,
  StageToken,
} from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { StageAccessService } from './stage-access.service.js';

const AWS: ErrorCode[] = ['FORBIDDEN', 'VALIDATION_FAILED', 'AWS_REFUSED', 'AWS_BUSY'];
const WITH_BODY: ErrorCode[] = [...AWS, 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'];
const REFERENCE = '`stage` is the stage’s id, in `region`, or its ARN percent-encoded.';

/** Stages as AWS has them: `createStage`, `listStages`, `deleteStage` and `mintParticipantToken` of the Flutter package. */
@Controller('v1/stages')
export class StageController {
  constructor(private readonly stages: StageAccessService) {}

  @Post()
  @Route({
    summary: 'Creates a stage outside any session',
    idempotent: { again: 'answer' },
    description:
      'For API keys and host tokens. Nothing ends it but `DELETE`. With the tag `demoStatus` = `live` everyone may see it.',
    status: 201,
    answer: Stage,
    errors: WITH_BODY,
  })
  createStage(@Caller() caller: Principal, @Body({ schema: CreateStage }) body: CreateStage) {
    return this.stages.create(caller, body);
  }

  @Get()
  @Route({
    summary: 'The stages of a region that one may see, page by page as IVS has them',
    description: [
      'An API key sees every stage of the account; an access token those of the sessions that it may see,',
      'those that its user made, and those in the lobby (`demoStatus` = `live`).',
    ].join(' '),
    answer: StagePage,
    errors: AWS,
  })
  listStages(@Caller() caller: Principal, @Query({ schema: ListStages }) query: ListStages) {
    return this.stages.list(caller, query);
  }

  @Delete(':stage')
  @HttpCode(204)
  @Route({
    summary: 'Deletes a stage and disconnects everyone on it',
    description: `${REFERENCE} The stage of a session: ends the session.`,
    status: 204,
    errors: [...AWS, 'NOT_FOUND'],
  })
  deleteStage(
    @Caller() caller: Principal,
    @Param('stage', { schema: StageRef }) stage: string,
    @Query({ schema: ReadInRegion }) query: ReadInRegion,
  ) {
    return this.stages.delete(caller, stage, query.region);
  }

  @Post(':stage/participant-tokens')
  @Route({
    summary: 'A participant token for a stage',
    idempotent: { again: 'run' },
    description: [
      REFERENCE,
      'With an access token for oneself, with the capabilities of one’s role: `FORBIDDEN` for more.',
      'Without `capabilities`: all that one may have.',
    ].join(' '),
    status: 201,
    answer: StageToken,
    errors: [...WITH_BODY, 'NOT_FOUND', 'SESSION_ENDED'],
  })
  createParticipantToken(
    @Caller() caller: Principal,
    @Param('stage', { schema: StageRef }) stage: string,
    @Query({ schema: ReadInRegion }) query: ReadInRegion,
    @Body({ schema: CreateStageToken }) body: CreateStageToken,
  ) {
    return this.stages.mint(caller, stage, query.region, body);
  }
}
