import type { StageClient } from '#ivs';
import type { Config } from '#platform';
import type { KnownResource, ResourceRepository } from './resource.repository.js';
import { accountOf, arnOf, type ResourceKind, regionOfReference } from './resource-name.policy.js';

/** A stage or room that a path names; `known` is absent for what we neither made nor have in a session. */
export interface FoundResource {
  arn: string;
  known: KnownResource | undefined;
}

/** From the `{stage}` or `{room}` of a path to the resource: an id takes the account's number, which any ARN of ours has. */
export class ResourceDirectory {
  private accountId: string | undefined;

  constructor(
    private readonly resources: ResourceRepository,
    private readonly stages: StageClient,
    private readonly config: Config,
  ) {}

  /**
   * @returns nothing for an id when the account has no stage at all, and so no resource either
   * @throws AppError VALIDATION_FAILED for a region beyond the allow-list
   */
  async find(kind: ResourceKind, reference: string, asked: string | undefined): Promise<FoundResource | undefined> {
    const region = regionOfReference(reference, asked, this.config.regions);
    const arn = reference.startsWith('arn:') ? reference : await this.resolve(kind, region, reference);
    return arn === undefined ? undefined : { arn, known: await this.resources.find(kind, arn) };
  }

  private async resolve(kind: ResourceKind, region: string, id: string): Promise<string | undefined> {
    this.accountId ??= accountOf((await this.resources.anyArn()) ?? (await this.anyStageAtAws(region)));
    return this.accountId === undefined ? undefined : arnOf(kind, region, this.accountId, id);
  }

  private async anyStageAtAws(region: string): Promise<string | undefined> {
    const { stages } = await this.stages.list(region, { maxResults: 1 });
    return stages[0]?.arn;
  }
}
