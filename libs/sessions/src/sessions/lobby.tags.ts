import type { CreateSession } from '#contracts';
import { cleanText } from '#platform';

/**
 * The tags by which the example app of the Flutter package `aws_ivs_realtime` finds live stages and shows them: its lobby
 * takes every stage with `demoStatus` = `live`. A private session is in no lobby, so that it has a title only.
 */
export const LOBBY_STATUS_TAG = 'demoStatus';
export const LOBBY_ROOM_TAG = 'demoChatRoomArn';
const LIVE = 'live';
const VALUE_LENGTH = 256;
// What AWS's tagging rules allow everywhere: letters, digits, spaces and these. A title must never make CreateStage fail.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const NOT_ALLOWED = /[^\p{L}\p{N}\p{Z}_.:/=+@-]/gu;

export function lobbyTags(
  { name, visibility, metadata }: Pick<CreateSession, 'name' | 'visibility' | 'metadata'>,
  roomArn: string | undefined,
): Record<string, string> {
  const description = typeof metadata.description === 'string' ? tagValue(metadata.description) : '';
  return {
    ...(visibility === 'public' ? { [LOBBY_STATUS_TAG]: LIVE } : {}),
    demoTitle: tagValue(name),
    ...(description === '' ? {} : { demoDescription: description }),
    ...(roomArn === undefined ? {} : { [LOBBY_ROOM_TAG]: roomArn }),
  };
}

/** Whether whoever made a stage put it into the lobby, where everyone may see it. */
export function isInLobby(tags: Record<string, string>): boolean {
  return tags[LOBBY_STATUS_TAG] === LIVE;
}

function tagValue(text: string): string {
  return cleanText(text.replace(NOT_ALLOWED, '').replace(/\s+/g, ' ').trim(), VALUE_LENGTH);
}
