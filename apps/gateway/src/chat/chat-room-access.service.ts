import { Injectable } from '@nestjs/common';
import type { ChatRoom, ChatToken, CreateChatRoom, CreateChatToken } from '#contracts';
import type { Principal } from '#platform';
import {
  assertCapabilities,
  assertMay,
  assertMayOnResource,
  chatCapabilities,
  hostOfNewSession,
  ResourceDirectory,
  RoomControlService,
} from '#sessions';
import { requiredUserOf } from '../http/caller.policy.js';

/** Every call about chat rooms by themselves, allowed or refused before anything is done. */
@Injectable()
export class ChatRoomAccessService {
  constructor(
    private readonly directory: ResourceDirectory,
    private readonly rooms: RoomControlService,
  ) {}

  async create(caller: Principal, input: CreateChatRoom): Promise<ChatRoom> {
    assertMay(caller, 'room.create');
    return this.rooms.create(input, hostOfNewSession(caller, undefined));
  }

  async delete(caller: Principal, reference: string, region: string | undefined): Promise<void> {
    const room = await this.directory.find('room', reference, region);
    assertMayOnResource(caller, 'room.delete', room);
    await this.rooms.delete(room);
  }

  async mint(
    caller: Principal,
    reference: string,
    region: string | undefined,
    wish: CreateChatToken,
  ): Promise<ChatToken> {
    const room = await this.directory.find('room', reference, region);
    assertMayOnResource(caller, 'room.token', room);
    const userId = requiredUserOf(caller, wish.userId);
    assertCapabilities(wish.capabilities, chatCapabilities(caller, room.known));
    return this.rooms.mint(room, { ...wish, userId });
  }
}
