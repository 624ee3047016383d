import { notFound } from '../protocol/aws.error.js';
import type { RealTimeParts } from './stage.operations.js';

/** The lists are modelled without "not found": what they answer for what is not there is an assumption. */
export function sessionLookUps({ stages, assumptions }: RealTimeParts) {
  const orMissing = <T>(found: T | undefined, what: string): T | undefined => {
    if (!found && assumptions.get('listOfMissing') === 'not_found') throw notFound(`${what} not found`);
    return found;
  };
  const find = (stageArn: string, sessionId: string, region: string) =>
    stages.find(stageArn, region)?.sessions.find((session) => session.sessionId === sessionId);
  return {
    session: find,
    listedSession: (stageArn: string, sessionId: string, region: string) =>
      orMissing(find(stageArn, sessionId, region), 'Stage session'),
    listedStage: (stageArn: string, region: string) => orMissing(stages.find(stageArn, region), 'Stage'),
  };
}
