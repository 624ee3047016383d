import { isDeepStrictEqual } from 'node:util';
import type { LiveEvent } from '#contracts';
import type { Played } from './show.js';

/** One claim about the show, and whether it held. */
export interface Finding {
  claim: string;
  holds: boolean;
  detail?: string;
}

/** What a rehearsal has to show: one order for everyone, no hole, and the truth at the end. */
export function judge(played: Played): Finding[] {
  const { session, viewers, cloud } = played;
  const problems = viewers.flatMap((viewer) => viewer.problems.map((problem) => `${viewer.name}: ${problem}`));
  const reference = longestLog(played);
  const sameLog = viewers.every((viewer) =>
    isDeepStrictEqual(
      viewer.events,
      reference.filter((event) => event.seq > viewer.firstSeq),
    ),
  );
  const sameState = viewers.every((viewer) => isDeepStrictEqual(viewer.seen, viewers[0]?.seen));
  const left = cloud.participants.filter((one) => one.stageArn === session.stageArn && one.state === 'CONNECTED');
  const states = [...(viewers[0]?.seen.participants.values() ?? [])];
  return [
    {
      claim: 'no viewer saw a hole, a repeat or an event too early',
      holds: problems.length === 0,
      detail: problems.slice(0, 5).join('; '),
    },
    { claim: `all ${viewers.length} viewers saw the same numbered events`, holds: sameLog },
    { claim: 'all viewers hold the same state', holds: sameState },
    { claim: 'on air, viewers and cloud agreed on who publishes', holds: played.agreedOnAir },
    {
      claim: 'the session has ended because its host ended it',
      holds: viewers[0]?.seen.session?.endReason === 'host_ended',
    },
    {
      claim: 'in the end nobody is on the stage, in the cloud and for the viewers',
      holds: left.length === 0 && states.length > 0 && states.every((one) => one.state === 'disconnected'),
    },
    {
      claim: 'the stage is gone from the cloud',
      holds: played.operation.status === 'done' && !cloud.stages.some((stage) => stage.arn === session.stageArn),
    },
  ];
}

/** The events as the viewer saw them who saw the most. */
export function longestLog({ viewers }: Played): LiveEvent[] {
  return viewers.reduce<LiveEvent[]>((longest, { events }) => (events.length > longest.length ? events : longest), []);
}
