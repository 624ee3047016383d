import type { z } from 'zod';
import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import { AwsError, invalid, notFound } from '../protocol/aws.error.js';
import { ACCOUNT_ID, type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import { refuseReservedTags } from '../protocol/tags.rule.js';
import * as schema from './chat.schema.js';
import type { Room, RoomRepository } from './room.repository.js';

// https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/service-quotas.html
const ROOMS_PER_REGION = 50_000;
const ROOM_ID_LENGTH = 12;

export interface RoomParts {
  rooms: RoomRepository;
  clock: Clock;
  ids: Ids;
}

/** The members that IVS Chat adds to errors about a room. */
export const aboutRoom = (arn: string) => ({ resourceId: arn.split('/').at(-1) ?? '', resourceType: 'ROOM' });

export function roomOperations({ rooms, clock, ids }: RoomParts): Operations {
  const known = (arn: string, region: string): Room => {
    const room = rooms.find(arn, region);
    if (!room) throw notFound(`Room ${arn} does not exist`, aboutRoom(arn));
    return room;
  };
  return {
    CreateRoom: operation(schema.CreateRoom, (input, { region }) => {
      const { loggingConfigurationIdentifiers, messageReviewHandler, ...settings } = input;
      refuseReservedTags(input.tags);
      refuseUnknownLogging(loggingConfigurationIdentifiers);
      refuseForeignHandler(messageReviewHandler?.uri, region);
      if (rooms.all(region).length >= ROOMS_PER_REGION) throw quotaExceeded();
      const room: Room = {
        ...identify(ids.token(ROOM_ID_LENGTH), region, clock.nowMs()),
        seq: rooms.nextSeq(),
        ...settings,
        ...(messageReviewHandler?.uri ? { messageReviewHandler } : {}),
      };
      rooms.add(room);
      return describe(room);
    }),

    GetRoom: operation(schema.GetRoom, ({ identifier }, { region }) => describe(known(identifier, region))),

    ListRooms: operation(schema.ListRooms, (input, { region }) => listRooms(rooms, input, region)),

    DeleteRoom: operation(
      schema.DeleteRoom,
      ({ identifier }, { region }) => rooms.remove(known(identifier, region)),
      204,
    ),
  };
}

function listRooms(
  rooms: RoomRepository,
  { maxResults, nextToken, ...filters }: z.infer<typeof schema.ListRooms>,
  region: string,
) {
  // By update time, the latest first; rooms cannot be updated yet, so that is the order of making.
  const matching = rooms
    .all(region)
    .filter(matches(filters))
    .map((room) => ({ ...room, seq: -room.seq }));
  const found = page(`ListRooms ${JSON.stringify(filters)}`, matching, maxResults, nextToken);
  return { rooms: found.items.map(summarize), nextToken: found.nextToken };
}

const identify = (id: string, region: string, nowMs: number) => ({
  arn: `arn:aws:ivschat:${region}:${ACCOUNT_ID}:room/${id}`,
  id,
  region,
  createMs: nowMs,
  updateMs: nowMs,
});

interface RoomFilters {
  name?: string | undefined;
  messageReviewHandlerUri?: string | undefined;
  loggingConfigurationIdentifier?: string | undefined;
}

const matches = (filters: RoomFilters) => (room: Room) =>
  (filters.name === undefined || room.name === filters.name) &&
  (filters.messageReviewHandlerUri === undefined ||
    room.messageReviewHandler?.uri === filters.messageReviewHandlerUri) &&
  filters.loggingConfigurationIdentifier === undefined;

/** Logging configurations cannot be made here yet, so that none exists. */
function refuseUnknownLogging(identifiers: string[]): void {
  const [first] = identifiers;
  if (first) throw notFound(`Logging configuration ${first} does not exist`, aboutRoom(first));
}

/** IVS Chat calls Lambdas of its own account and region only. */
function refuseForeignHandler(uri: string | undefined, region: string): void {
  if (uri && !uri.startsWith(`arn:aws:lambda:${region}:${ACCOUNT_ID}:`)) {
    throw invalid('The message review handler must be in the same account and region', 'messageReviewHandler.uri');
  }
}

const quotaExceeded = () =>
  new AwsError('ServiceQuotaExceededException', 402, `Quota of ${ROOMS_PER_REGION} rooms exceeded`, {
    resourceId: '',
    resourceType: 'ROOM',
    limit: ROOMS_PER_REGION,
  });

function summarize(room: Room) {
  const { arn, id, name, messageReviewHandler, createMs, updateMs, tags } = room;
  return {
    arn,
    id,
    name,
    messageReviewHandler,
    createTime: new Date(createMs).toISOString(),
    updateTime: new Date(updateMs).toISOString(),
    tags,
    loggingConfigurationIdentifiers: [],
  };
}

function describe(room: Room) {
  const { maximumMessageRatePerSecond, maximumMessageLength } = room;
  return { ...summarize(room), maximumMessageRatePerSecond, maximumMessageLength };
}
