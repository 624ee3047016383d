import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import { SlidingWindow } from '../protocol/sliding-window.js';
import type { ChatFrame, EventFrame, MessageFrame } from './chat-frame.schema.js';
import type { Room } from './room.repository.js';

const ID_LENGTH = 12;

/** One connection as the room sees it. */
export interface Attendee {
  userId: string;
  send(frame: ChatFrame): void;
  close(): void;
}

/** Who is connected to which room. A deleted room keeps its people: DeleteRoom disconnects nobody. */
export class ChatFloor {
  private readonly rooms = new Map<string, Set<Attendee>>();
  private readonly rates = new Map<string, SlidingWindow>();

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** @returns how to leave */
  enter(roomArn: string, attendee: Attendee): () => void {
    const room = this.rooms.get(roomArn) ?? new Set();
    this.rooms.set(roomArn, room.add(attendee));
    return () => {
      room.delete(attendee);
      if (room.size === 0 && this.rooms.get(roomArn) === room) this.rooms.delete(roomArn);
    };
  }

  /** @returns false when the room had its messages of this second */
  admitMessage({ arn, maximumMessageRatePerSecond: limit }: Room): boolean {
    let rate = this.rates.get(arn);
    if (rate?.tps !== limit) {
      rate = new SlidingWindow(limit);
      this.rates.set(arn, rate);
    }
    return rate.admit(this.clock.nowMs());
  }

  message(roomArn: string, frame: Omit<MessageFrame, 'Type' | 'Id' | 'SendTime'>): void {
    this.broadcast(roomArn, { Type: 'MESSAGE', Id: this.newId(), SendTime: this.clock.iso(), ...frame });
  }

  /** @returns the event's id */
  event(roomArn: string, frame: Pick<EventFrame, 'EventName' | 'Attributes'> & { RequestId?: string }): string {
    const Id = this.newId();
    this.broadcast(roomArn, { Type: 'EVENT', Id, RequestId: '', SendTime: this.clock.iso(), ...frame });
    return Id;
  }

  deleteMessage(roomArn: string, id: string, reason: string | undefined, RequestId = ''): string {
    // Both spellings, as AWS sends them.
    const Attributes = { MessageID: id, MessageId: id, ...(reason === undefined ? {} : { Reason: reason }) };
    return this.event(roomArn, { EventName: 'aws:DELETE_MESSAGE', Attributes, RequestId });
  }

  /** Tells the room, the user too, and closes all of the user's connections. */
  disconnectUser(roomArn: string, userId: string, reason: string | undefined, RequestId = ''): void {
    const Attributes = { UserId: userId, ...(reason === undefined ? {} : { Reason: reason }) };
    this.event(roomArn, { EventName: 'aws:DISCONNECT_USER', Attributes, RequestId });
    for (const attendee of this.rooms.get(roomArn) ?? []) if (attendee.userId === userId) attendee.close();
  }

  newId(): string {
    return this.ids.token(ID_LENGTH);
  }

  reset(): void {
    for (const room of this.rooms.values()) for (const attendee of room) attendee.close();
    this.rooms.clear();
    this.rates.clear();
  }

  private broadcast(roomArn: string, frame: ChatFrame): void {
    for (const attendee of this.rooms.get(roomArn) ?? []) attendee.send(frame);
  }
}
