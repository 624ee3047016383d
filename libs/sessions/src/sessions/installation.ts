import type { Database } from '#platform';

/** What marks everything of ours at AWS: made once, by the first migration. */
export class Installation {
  private known: Promise<string> | undefined;

  constructor(private readonly database: Database) {}

  id(): Promise<string> {
    this.known ??= this.read().catch((error: unknown) => {
      this.known = undefined;
      throw error;
    });
    return this.known;
  }

  /** The tags of a session's stage and room, by which the sweep knows what it may delete. */
  async tags(sessionId: string): Promise<Record<string, string>> {
    return { 'stagedoor:installation': await this.id(), 'stagedoor:session': sessionId };
  }

  /** The tag of what belongs to the installation as a whole. */
  async ownTags(): Promise<Record<string, string>> {
    return { 'stagedoor:installation': await this.id() };
  }

  /** The tags of what is made through the control-plane routes: the sweep leaves it alone. */
  async managedTags(): Promise<Record<string, string>> {
    return { 'stagedoor:installation': await this.id(), 'stagedoor:managed': 'api' };
  }

  private async read(): Promise<string> {
    const [row] = await this.database.query<{ id: string }>('SELECT id FROM installation');
    if (!row) throw new Error('the database has no installation: run the migrations');
    return row.id;
  }
}
