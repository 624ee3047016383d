import { z } from 'zod';
import { Composition } from './composition.schema.js';
import { Participant } from './participant.schema.js';
import { Recording } from './recording.schema.js';
import { Session } from './session.schema.js';
import { Hand } from './stage-door.schema.js';

/** The state of a session's topic at `seq`. `watching` counts distinct users with a socket subscribed. */
export const SessionSnapshot = z.object({
  epoch: z.string(),
  seq: z.int().nonnegative(),
  session: Session,
  participants: z.array(Participant),
  /** In the order in which they were raised. */
  hands: z.array(Hand),
  compositions: z.array(Composition),
  recordings: z.array(Recording),
  audience: z.object({ watching: z.int().nonnegative() }),
});
export type SessionSnapshot = z.infer<typeof SessionSnapshot>;

/** The state of the topic `lobby`: public sessions that have not ended, newest first. */
export const LobbySnapshot = z.object({
  epoch: z.string(),
  seq: z.int().nonnegative(),
  sessions: z.array(Session),
});
export type LobbySnapshot = z.infer<typeof LobbySnapshot>;
