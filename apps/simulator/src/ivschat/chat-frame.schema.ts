import { z } from 'zod';

/** The frames of the chat WebSocket. https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/Welcome.html */
const RequestId = z.string().optional();
const Attributes = z.record(z.string(), z.string()).optional();

/** What a client may send. */
export const ChatAction = z.discriminatedUnion('Action', [
  z.object({ Action: z.literal('SEND_MESSAGE'), RequestId, Content: z.string().min(1), Attributes }),
  z.object({
    Action: z.literal('DELETE_MESSAGE'),
    RequestId,
    Id: z.string().regex(/^[a-zA-Z0-9]{12}$/),
    Reason: z.string().optional(),
  }),
  z.object({
    Action: z.literal('DISCONNECT_USER'),
    RequestId,
    UserId: z.string().min(1).max(128),
    Reason: z.string().optional(),
  }),
]);
export type ChatAction = z.infer<typeof ChatAction>;

export interface ErrorFrame {
  Type: 'ERROR';
  Id: string;
  RequestId: string;
  ErrorCode: number;
  ErrorMessage: string;
}

export interface MessageFrame {
  Type: 'MESSAGE';
  Id: string;
  RequestId: string;
  Attributes: Record<string, string>;
  Content: string;
  SendTime: string;
  Sender: { UserId: string; Attributes: Record<string, string> };
}

export interface EventFrame {
  Type: 'EVENT';
  Id: string;
  RequestId: string;
  EventName: string;
  Attributes: Record<string, string>;
  SendTime: string;
}

export type ChatFrame = ErrorFrame | MessageFrame | EventFrame;

/** Why a client's frame was not done: becomes an ERROR frame. */
export class ChatRefusal extends Error {
  constructor(
    readonly code: 400 | 401 | 403 | 413 | 429,
    message: string,
  ) {
    super(message);
  }
}

/** @throws ChatRefusal 400 for what is no action */
export function readAction(text: string): ChatAction {
  const parsed = ChatAction.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new ChatRefusal(400, 'Invalid request');
}

/** The id of a request that may be broken otherwise. */
export function requestIdOf(text: string): string {
  const parsed = z.object({ RequestId: z.string() }).safeParse(parseJson(text));
  return parsed.success ? parsed.data.RequestId : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
