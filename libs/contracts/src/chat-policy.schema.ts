import { z } from 'zod';

// IVS Chat's limits: characters of a message, messages a second in the room as a whole.
export const MessageLength = z.int().min(1).max(500);
export const MessageRate = z.int().min(1).max(100);

/** What a session's own room allows. */
export const ChatPolicy = z.strictObject({
  maximumMessageLength: MessageLength.optional(),
  maximumMessageRatePerSecond: MessageRate.optional(),
});
export type ChatPolicy = z.infer<typeof ChatPolicy>;
