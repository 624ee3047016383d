import type { Event } from '@aws-sdk/client-ivs-realtime';
import { observeParticipant } from './participant-events.rule.js';

const at = (name: string, second: number): Event =>
  ({ name, participantId: 'p', eventTime: new Date(Date.UTC(2026, 10, 20, 12, 0, second)) }) as Event;
const us = (second: number) => Date.UTC(2026, 10, 20, 12, 0, second) * 1_000;

describe("what a participant's events say of it", () => {
  it.each<[string, Event[], ReturnType<typeof observeParticipant>]>([
    ['nothing', [], undefined],
    ['nothing about the stage', [at('SUBSCRIBE_STARTED', 1)], undefined],
    ['that it is there', [at('JOINED', 1)], { state: 'unpublished', sinceUs: us(1) }],
    ['that it publishes', [at('JOINED', 1), at('PUBLISH_STARTED', 2)], { state: 'published', sinceUs: us(2) }],
    [
      'that it publishes, newest first and all in one second',
      [at('PUBLISH_STARTED', 1), at('JOINED', 1)],
      { state: 'published', sinceUs: us(1) },
    ],
    [
      'that it stopped, all in one second and out of order',
      [at('PUBLISH_STOPPED', 1), at('JOINED', 1), at('PUBLISH_STARTED', 1)],
      { state: 'unpublished', sinceUs: us(1) },
    ],
    [
      'that it publishes again',
      [at('PUBLISH_STARTED', 4), at('PUBLISH_STOPPED', 3), at('PUBLISH_STARTED', 2), at('JOINED', 1)],
      { state: 'published', sinceUs: us(4) },
    ],
    [
      'that it left',
      [at('LEFT', 3), at('PUBLISH_STOPPED', 3), at('PUBLISH_STARTED', 2), at('JOINED', 1)],
      { state: 'disconnected', sinceUs: us(3) },
    ],
    [
      'that it left while it published, which IVS did not call a stop',
      [at('JOINED', 1), at('PUBLISH_STARTED', 2), at('LEFT', 3)],
      { state: 'disconnected', sinceUs: us(3) },
    ],
    ['that it is back', [at('JOINED', 5), at('LEFT', 3), at('JOINED', 1)], { state: 'unpublished', sinceUs: us(5) }],
  ])('tells %s', (_name, events, expected) => {
    expect(observeParticipant(events)).toEqual(expected);
    expect(observeParticipant([...events].reverse())).toEqual(expected);
  });
});
