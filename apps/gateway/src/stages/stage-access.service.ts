import { Injectable } from '@nestjs/common';
import type { CreateStage, CreateStageToken, ListStages, Stage, StagePage, StageToken } from '#contracts';
import { AppError, Ids, type Principal, roleOf } from '#platform';
import {
  assertCapabilities,
  assertMay,
  assertMayOn,
  assertMayOnResource,
  END_REASON_OF,
  EndService,
  hostOfNewSession,
  mayOn,
  ResourceDirectory,
  StageControlService,
  stageCapabilities,
} from '#sessions';
import { userOf } from '../http/caller.policy.js';
import { StageDoorService } from '../stage-door/stage-door.service.js';

const MADE_UP_NAME_LENGTH = 12;

/** Every call about stages by themselves, allowed or refused before anything is done. */
@Injectable()
export class StageAccessService {
  constructor(
    private readonly directory: ResourceDirectory,
    private readonly stages: StageControlService,
    private readonly ending: EndService,
    private readonly door: StageDoorService,
    private readonly ids: Ids,
  ) {}

  async create(caller: Principal, input: CreateStage): Promise<Stage> {
    assertMay(caller, 'stage.create');
    return this.stages.create(input, hostOfNewSession(caller, undefined));
  }

  /** With an access token a page holds what one may see of IVS's page. */
  async list(caller: Principal, query: ListStages): Promise<StagePage> {
    assertMay(caller, 'stage.list');
    const { stages, nextToken } = await this.stages.list(query);
    const visible = stages.filter(
      ({ known }) => caller.kind === 'api_key' || (known && mayOn(caller, 'stage.list', known.facts)),
    );
    return { stages: visible.map(({ stage }) => stage), ...(nextToken === undefined ? {} : { nextToken }) };
  }

  /** To delete the stage of a session is to end the session: whoever is on it is told why. */
  async delete(caller: Principal, reference: string, region: string | undefined): Promise<void> {
    const stage = await this.directory.find('stage', reference, region);
    assertMayOnResource(caller, 'stage.delete', stage);
    const session = stage.known?.session;
    if (!session || session.status === 'ended') return this.stages.delete(stage);
    assertMayOn(caller, 'session.end', session);
    const role = roleOf(caller);
    if (role === 'viewer') throw new AppError('FORBIDDEN');
    await this.ending.end(session.id, END_REASON_OF[role]);
  }

  async mint(
    caller: Principal,
    reference: string,
    region: string | undefined,
    wish: CreateStageToken,
  ): Promise<StageToken> {
    const stage = await this.directory.find('stage', reference, region);
    assertMayOnResource(caller, 'stage.token', stage);
    const userId = userOf(caller, wish.userId) ?? this.madeUpUser();
    const session = stage.known?.session;
    const isInvited = session !== undefined && (await this.door.isInvited(caller, session, 'guest'));
    const allowed = stageCapabilities(caller, stage.known, isInvited);
    assertCapabilities(wish.capabilities ?? [], allowed);
    return this.stages.mint(stage, { ...wish, userId, capabilities: wish.capabilities ?? allowed });
  }

  /** IVS takes a token without a user; here each has one, so that it can be found and taken away again. */
  private madeUpUser(): string {
    return `anonymous-${this.ids.token(MADE_UP_NAME_LENGTH)}`;
  }
}
