import type { LiveEvent } from '#contracts';
import { type LogSlice, REPLAY_LIMIT, resumeFrom } from './resume.policy.js';

const AT = '2026-01-01T00:00:00.000Z';
const event = (seq: number) =>
  ({ topic: 't', epoch: 'e', seq, type: 'session.updated', at: AT, data: {} }) as unknown as LiveEvent;
const slice = (seq: number, trimmedTo = 0, from = trimmedTo + 1): LogSlice => ({
  epoch: 'e',
  seq,
  trimmedTo,
  events: Array.from({ length: seq - from + 1 }, (_, i) => event(from + i)),
});

describe('a client that gives its last number', () => {
  it('gets exactly what it missed', () => {
    const missed = resumeFrom(slice(10), { epoch: 'e', after: 7, at: AT });
    expect(missed).toEqual([event(8), event(9), event(10)]);
  });

  it('gets nothing when it missed nothing', () => {
    expect(resumeFrom(slice(10), { epoch: 'e', after: 10, at: AT })).toEqual([]);
    expect(resumeFrom(slice(0), { epoch: 'e', after: 0 })).toEqual([]);
  });

  it('is of another history with a foreign epoch, a number beyond the head, or another time under its number', () => {
    expect(resumeFrom(slice(10), { epoch: 'f', after: 7 })).toBe('epoch');
    expect(resumeFrom(slice(10), { epoch: 'e', after: 11 })).toBe('epoch');
    expect(resumeFrom(slice(10), { after: 7, at: '2026-01-01T00:00:00.001Z' })).toBe('epoch');
    expect(resumeFrom(slice(10), { after: 7, at: 'nonsense' })).toBe('epoch');
  });

  it('takes the same moment in another spelling', () => {
    expect(resumeFrom(slice(10), { after: 9, at: '2026-01-01T00:00:00Z' })).toEqual([event(10)]);
  });

  it('is told when the log no longer holds what it missed', () => {
    expect(resumeFrom(slice(10, 5), { after: 4 })).toBe('retention');
    expect(resumeFrom(slice(10, 5), { after: 5 })).toHaveLength(5);
  });

  it('gets a snapshot rather than an unproven answer when only its own event is gone', () => {
    expect(resumeFrom(slice(10, 5), { after: 5, at: AT })).toBe('retention');
  });

  it('gets a snapshot rather than a hole when rows were deleted behind our back', () => {
    expect(resumeFrom(slice(10, 0, 6), { after: 4 })).toBe('retention');
    expect(resumeFrom(slice(10, 0, 11), { after: 9 })).toBe('retention');
    expect(resumeFrom(slice(10, 0, 11), { after: 10, at: AT })).toBe('retention');
    expect(resumeFrom(slice(10, 0, 6), { after: 5 })).toHaveLength(5);
  });

  it('gets a snapshot when it missed more than one answer carries', () => {
    expect(resumeFrom(slice(REPLAY_LIMIT + 3, 0), { after: 3 })).toHaveLength(REPLAY_LIMIT);
    expect(resumeFrom(slice(REPLAY_LIMIT + 3, 0), { after: 2 })).toBe('too_many');
  });
});
