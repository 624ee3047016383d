import { matchesPattern, type Pattern } from './pattern.rule.js';
import { parsePattern } from './pattern.schema.js';

const EVENT = {
  source: 'aws.ivs',
  'detail-type': 'IVS Stage Update',
  resources: ['arn:aws:ivs:us-west-2:1:stage/a', 'arn:aws:ivs:us-west-2:1:stage/b'],
  detail: {
    event_name: 'Participant Published',
    count: 5,
    flag: true,
    nothing: null,
    list: [{ kind: 'x' }, { kind: 'y' }],
  },
};

describe('an event pattern', () => {
  const cases: [Pattern, boolean][] = [
    [{ source: ['aws.ivs'] }, true],
    [{ source: ['aws.s3', 'aws.ivs'] }, true],
    [{ source: ['aws.s3'] }, false],
    [{ source: ['AWS.IVS'] }, false],
    [{ source: ['aws.ivs'], detail: { event_name: ['Participant Published'] } }, true],
    [{ source: ['aws.ivs'], detail: { event_name: ['Participant Unpublished'] } }, false],
    [{ detail: { count: [5] } }, true],
    [{ detail: { count: ['5'] } }, false],
    [{ detail: { flag: [true] } }, true],
    [{ detail: { nothing: [null] } }, true],
    [{ resources: ['arn:aws:ivs:us-west-2:1:stage/b'] }, true],
    [{ resources: [{ prefix: 'arn:aws:ivs:us-west-2:1:stage/' }] }, true],
    [{ resources: [{ suffix: 'stage/c' }] }, false],
    [{ detail: { list: { kind: ['y'] } } }, true],
    [{ detail: { event_name: [{ prefix: 'Participant' }] } }, true],
    [{ detail: { event_name: [{ prefix: { 'equals-ignore-case': 'PARTICIPANT' } }] } }, true],
    [{ detail: { event_name: [{ suffix: 'lished' }] } }, true],
    [{ detail: { event_name: [{ 'equals-ignore-case': 'participant published' }] } }, true],
    [{ detail: { event_name: [{ wildcard: '*Publish*' }] } }, true],
    [{ detail: { event_name: [{ wildcard: 'Participant' }] } }, false],
    [{ detail: { event_name: [{ 'anything-but': 'Participant Published' }] } }, false],
    [{ detail: { event_name: [{ 'anything-but': ['x', 'y'] }] } }, true],
    [{ detail: { event_name: [{ 'anything-but': { prefix: 'Participant' } }] } }, false],
    [{ detail: { event_name: [{ 'anything-but': { suffix: 'x' } }] } }, true],
    [{ detail: { absent: [{ 'anything-but': 'x' }] } }, false],
    [{ resources: [{ 'anything-but': 'arn:aws:ivs:us-west-2:1:stage/a' }] }, false],
    [{ detail: { count: [{ numeric: ['>', 4, '<=', 5] }] } }, true],
    [{ detail: { count: [{ numeric: ['<', 5] }] } }, false],
    [{ detail: { count: [{ numeric: ['=', 5] }] } }, true],
    [{ detail: { event_name: [{ numeric: ['=', 5] }] } }, false],
    [{ detail: { event_name: [{ exists: true }] } }, true],
    [{ detail: { event_name: [{ exists: false }] } }, false],
    [{ detail: { absent: [{ exists: false }] } }, true],
    [{ absent: { deeper: [{ exists: false }] } }, true],
    [{ absent: { deeper: ['x'] } }, false],
    [{ detail: [{ exists: true }] }, false],
    [{ $or: [{ source: ['x'] }, { detail: { count: [5] } }] }, true],
    [{ $or: [{ source: ['x'] }, { detail: { count: [6] } }] }, false],
    [{ detail: { $or: [{ count: [6] }, { flag: [true] }] }, source: ['aws.ivs'] }, true],
  ];
  it.each(cases)('%j matches: %s', (pattern, expected) => {
    expect(matchesPattern(parsePattern(JSON.stringify(pattern)), EVENT)).toBe(expected);
  });

  it.each([
    'x',
    '[]',
    '{}',
    '{"source":"aws.ivs"}',
    '{"source":[]}',
    '{"source":[["a"]]}',
    '{"detail":{}}',
    '{"source":[{"like":"a"}]}',
    '{"source":[{"prefix":"a","suffix":"b"}]}',
    '{"source":[{"prefix":5}]}',
    '{"source":[{"prefix":{"wildcard":"a"}}]}',
    '{"source":[{"exists":"yes"}]}',
    '{"source":[{"numeric":[">"]}]}',
    '{"source":[{"numeric":["~",5]}]}',
    '{"source":[{"anything-but":{"like":"a"}}]}',
    '{"source":[{"anything-but":[]}]}',
    '{"$or":[{"source":["a"]}]}',
    '{"$or":{"source":["a"]}}',
  ])('%s is not one', (text) => {
    expect(() => parsePattern(text)).toThrow('Event pattern is not valid');
  });
});
