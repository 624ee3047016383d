import type { IngestAnswer } from '#contracts';
import { readEvent } from '#ivs';
import { type Clock, cleanText, correlationId, type Ids } from '#platform';
import type { DrainWaker } from './drain.waker.js';
import type { NewInboxItem, StoredInboxItem } from './inbox.repository.js';
import type { InboxWriter } from './inbox.writer.js';

// What is kept of a body that is no event: enough to see what it was.
const GARBAGE_LENGTH = 16_384;
const EVENT_ID_LENGTH = 128;
// An array of more garbage than this is kept as one row: a body of a megabyte must not become half a million rows.
const GARBAGE_ROWS = 20;

/**
 * Takes whatever EventBridge (or anyone with the ingest key) sends: one event or an array. Nothing is refused, since
 * EventBridge drops what gets a 4xx: broken, foreign and unknown elements are parked, visible to operators.
 */
export class IngestService {
  constructor(
    private readonly writer: InboxWriter,
    private readonly waker: DrainWaker,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** @throws AppError UNAVAILABLE when the events cannot be stored now */
  async ingest(body: Uint8Array): Promise<IngestAnswer> {
    const items = this.read(body);
    const stored = await this.writer.write(items);
    this.wakeSessionsOf(stored);
    const parked = stored.filter((row) => row.state === 'parked').length;
    return { accepted: stored.length - parked, duplicates: items.length - stored.length, parked };
  }

  private wakeSessionsOf(stored: StoredInboxItem[]): void {
    const sessionIds = new Set(
      stored.flatMap((row) => (row.state === 'pending' && row.sessionId ? [row.sessionId] : [])),
    );
    for (const sessionId of sessionIds) this.waker.wake(sessionId);
  }

  private read(body: Uint8Array): NewInboxItem[] {
    const text = Buffer.from(body).toString('utf8');
    const elements = elementsOf(text);
    if (elements === undefined) return [this.parkedGarbage(text)];
    const items = elements.map((element) => this.readElement(element));
    const garbage = items.filter((item) => item.reason === 'malformed');
    if (garbage.length <= GARBAGE_ROWS) return items;
    return [...items.filter((item) => item.reason !== 'malformed'), this.parkedGarbage(text)];
  }

  private readElement(element: unknown): NewInboxItem {
    const raw = cleanText(JSON.stringify(element));
    const event = readEvent(element, this.clock.nowMs());
    if (event.id === undefined || event.id.length > EVENT_ID_LENGTH) return this.parkedGarbage(raw);
    return {
      id: event.id,
      source: 'event',
      raw,
      stageArn: event.stageArn,
      detailType: event.detailType,
      reason: event.ok ? undefined : event.reason,
      correlationId: correlationId(),
    };
  }

  /** Without an id of its own the digest of its text is its key: the same garbage twice is one row. */
  private parkedGarbage(text: string): NewInboxItem {
    const raw = cleanText(text).slice(0, GARBAGE_LENGTH);
    return {
      id: `sha256.${this.ids.digest(text)}`,
      source: 'event',
      raw,
      reason: 'malformed',
      correlationId: correlationId(),
    };
  }
}

/** @returns undefined for what is not JSON, or nested so deeply that it cannot be written again */
function elementsOf(text: string): unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    JSON.stringify(parsed);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return undefined;
  }
}
