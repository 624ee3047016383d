import type { Tags } from '../protocol/constraints.schema.js';
import type { ReviewHandler } from './chat.schema.js';

export interface Room {
  seq: number;
  arn: string;
  id: string;
  region: string;
  name: string;
  maximumMessageRatePerSecond: number;
  maximumMessageLength: number;
  messageReviewHandler?: ReviewHandler;
  tags: Tags;
  createMs: number;
  updateMs: number;
}

interface Dump {
  seq: number;
  rooms: Room[];
}

/** All rooms, in memory. */
export class RoomRepository {
  private byArn = new Map<string, Room>();
  private seq = 0;

  nextSeq(): number {
    return ++this.seq;
  }

  add(room: Room): void {
    this.byArn.set(room.arn, room);
  }

  remove(room: Room): void {
    this.byArn.delete(room.arn);
  }

  /** A room is known in its own region only. */
  find(arn: string, region: string): Room | undefined {
    const room = this.byArn.get(arn);
    return room?.region === region ? room : undefined;
  }

  all(region?: string): Room[] {
    return [...this.byArn.values()].filter((room) => region === undefined || room.region === region);
  }

  dump(): Dump {
    return { seq: this.seq, rooms: [...this.byArn.values()] };
  }

  load(dump: unknown): void {
    const { seq, rooms } = dump as Dump;
    this.seq = seq;
    this.byArn = new Map(rooms.map((room) => [room.arn, room]));
  }

  reset(): void {
    this.byArn = new Map();
  }
}
