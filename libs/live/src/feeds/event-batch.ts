import type { LiveEvent } from '#contracts';

/** How a kind of transport puts a batch on its wire. */
export interface BatchEncoder<Encoded> {
  encode(batch: EventBatch): Encoded;
}

/** Consecutive events of one topic, encoded once for each kind of transport, whoever and how many get them. */
export class EventBatch {
  private readonly encoded = new Map<BatchEncoder<unknown>, unknown>();

  constructor(readonly events: readonly LiveEvent[]) {}

  as<Encoded>(encoder: BatchEncoder<Encoded>): Encoded {
    let encoded = this.encoded.get(encoder) as Encoded | undefined;
    if (encoded === undefined) {
      encoded = encoder.encode(this);
      this.encoded.set(encoder, encoded);
    }
    return encoded;
  }
}
