import type { StageClient, TokenStage } from '#ivs';
import type { Database } from '#platform';

interface EndpointsRow {
  events_url: string | null;
  whip_url: string | null;
}

// A stage's entry is some 300 bytes; with more stages than this the oldest is read again.
const KEPT_STAGES = 2_000;

/**
 * The endpoints that a signed token must name. A stage's never change, so they are stored when it is made and read once a
 * process: joining asks AWS for nothing. A session made by an older release is asked about once.
 */
export class StageEndpoints {
  private readonly known = new Map<string, TokenStage>();

  constructor(
    private readonly database: Database,
    private readonly stages: StageClient,
  ) {}

  /** @returns undefined when IVS does not know the stage. @throws AppError AWS_BUSY, AWS_REFUSED */
  async of(stageArn: string): Promise<TokenStage | undefined> {
    const known = this.known.get(stageArn);
    if (known) return known;
    const found = (await this.stored(stageArn)) ?? (await this.asked(stageArn));
    if (found) this.keep(found);
    return found;
  }

  private async stored(arn: string): Promise<TokenStage | undefined> {
    const [row] = await this.database.query<EndpointsRow>(
      'SELECT events_url, whip_url FROM session WHERE stage_arn = $1',
      [arn],
    );
    return row?.events_url && row.whip_url ? { arn, eventsUrl: row.events_url, whipUrl: row.whip_url } : undefined;
  }

  private async asked(arn: string): Promise<TokenStage | undefined> {
    const stage = await this.stages.get(arn);
    const { events, whip } = stage?.endpoints ?? {};
    if (!events || !whip) return undefined;
    await this.database.query('UPDATE session SET events_url = $2, whip_url = $3 WHERE stage_arn = $1', [
      arn,
      events,
      whip,
    ]);
    return { arn, eventsUrl: events, whipUrl: whip };
  }

  private keep(stage: TokenStage): void {
    const [oldest] = this.known.keys();
    if (this.known.size >= KEPT_STAGES && oldest !== undefined) this.known.delete(oldest);
    this.known.set(stage.arn, stage);
  }
}
