import type { LiveEvent, Participant, Session } from '#contracts';
import type { Played } from './show.js';
import { judge } from './verdict.js';
import { Viewer } from './viewer.js';

const session = { id: 's', status: 'ended', endReason: 'host_ended', stageArn: 'arn:s' } as Session;
const left = { participantId: 'p', state: 'disconnected' } as Participant;
const events = [2, 3].map((seq) => ({ seq, type: 'participant.published', data: {} }) as unknown as LiveEvent);

function viewer(seen: Participant = left): Viewer {
  const one = new Viewer('http://127.0.0.1:1', 'token', 'viewer', 'session/s');
  one.firstSeq = 1;
  one.events.push(...events);
  one.seen.session = session;
  one.seen.participants.set(seen.participantId, seen);
  return one;
}

function played(more: Partial<Played> = {}): Played {
  const viewers = [viewer(), viewer()];
  return {
    session,
    viewers,
    agreedOnAir: true,
    operation: { status: 'done' },
    cloud: { stages: [], participants: [] },
    ...more,
  };
}

const broken = (show: Played) => judge(show).flatMap(({ claim, holds }) => (holds ? [] : [claim]));

describe('the verdict on a rehearsal', () => {
  it('finds nothing in a show in which everything held', () => {
    expect(broken(played())).toEqual([]);
  });

  it('finds a viewer that saw a hole', () => {
    const show = played();
    show.viewers[1]?.problems.push('event 3 came after 1');
    expect(broken(show)).toEqual(['no viewer saw a hole, a repeat or an event too early']);
  });

  it('finds a viewer that missed the last event', () => {
    const show = played();
    show.viewers[1]?.events.pop();
    expect(broken(show)).toEqual(['all 2 viewers saw the same numbered events']);
  });

  it('finds someone whom a viewer still sees on the stage', () => {
    const show = played({ viewers: [viewer(), viewer({ ...left, state: 'published' })] });
    expect(broken(show)).toContain('all viewers hold the same state');
  });

  it('finds a cloud that differs: in the show, and by what is left behind', () => {
    const stays = { participantId: 'p', stageArn: 'arn:s', state: 'CONNECTED', publishing: false } as const;
    const cloud = { stages: [{ arn: 'arn:s' }], participants: [stays] };
    expect(broken(played({ agreedOnAir: false, cloud, operation: { status: 'pending' } }))).toEqual([
      'on air, viewers and cloud agreed on who publishes',
      'in the end nobody is on the stage, in the cloud and for the viewers',
      'the stage is gone from the cloud',
    ]);
  });
});
