import fc from 'fast-check';
import type { Fact } from '#ivs/reducer/facts';
import type { OrderedFact } from '#ivs/reducer/order.rule';

/**
 * Facts that need not make sense together. There are few ids and few moments, so that equal times, equal ids with different
 * contents and every other kind of clash are common.
 */
const atUs = fc
  .tuple(fc.nat(2), fc.constantFrom(0, 0, 500_000))
  .map(([second, us]) => 1_790_000_000_000_000 + second * 1_000_000 + us);
const id = fc.constantFrom('a', 'b');
const text = fc.constantFrom('x', 'y');
const participantId = fc.constantFrom('p', 'p', 'p', 'q');
const stageSessionId = fc.constantFrom('s', 't', 'u');
const userId = fc.option(fc.constantFrom('host-user', 'guest'), { nil: undefined });
const attributes = fc.option(fc.dictionary(text, text), { nil: undefined });
const replicaOf = fc.option(fc.record({ stageArn: text }), { nil: undefined });
const state = fc.constantFrom('published', 'unpublished', 'disconnected');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const onStage = { id, stageSessionId, participantId, userId, atUs };
const reached = {
  id,
  compositionId: id,
  arn: maybe(text),
  atUs,
  sinceUs: atUs,
  errorCode: maybe(text),
  reason: maybe(text),
};

const byKind: fc.Arbitrary<Fact>[] = [
  fc.record({
    kind: fc.constantFrom('participant.published', 'participant.unpublished'),
    ...onStage,
    isPrecise: fc.boolean(),
    isReplica: maybe(fc.boolean()),
    replicaOf,
  }),
  fc.record({
    kind: fc.constant('participant.observed'),
    ...onStage,
    state,
    sinceUs: atUs,
    attributes,
    firstPublishedUs: maybe(atUs),
  }),
  fc.record({ kind: fc.constant('participant.publish_failed'), ...onStage, code: text }),
  fc.record({ kind: fc.constant('participant.token_exchanged'), ...onStage, attributes }),
  fc.record({
    kind: fc.constant('participant.token_issued'),
    participantId,
    atUs,
    userId,
    role: maybe(fc.constantFrom('host', 'guest')),
    attributes,
  }),
  fc.record({ kind: fc.constant('participant.disconnected_by_us'), participantId, atUs, reason: text }),
  fc.record({
    kind: fc.constant('stage_session.observed'),
    stageSessionId,
    startedUs: maybe(atUs),
    endedUs: maybe(atUs),
  }),
  fc.record({
    kind: fc.constant('composition.reached'),
    ...reached,
    state: fc.constantFrom('starting', 'active', 'stopping', 'stopped', 'failed'),
  }),
  fc.record({
    kind: fc.constant('composition.destination_reached'),
    ...reached,
    destinationId: id,
    state: fc.constantFrom('starting', 'active', 'reconnecting', 'ended', 'failed'),
  }),
  fc.record({
    kind: fc.constant('recording.reached'),
    id,
    recordingId: id,
    status: fc.constantFrom('started', 'ended', 'failed'),
    participantId,
    bucket: maybe(text),
    prefix: maybe(text),
    durationMs: maybe(fc.nat(2)),
    errorCode: maybe(text),
    reason: maybe(text),
    atUs,
  }),
  fc.record({ kind: fc.constant('recording.ready'), recordingId: id, atUs }),
] as fc.Arbitrary<Fact>[];

const FIRST_ABOUT_COMPOSITIONS = 7;
const FIRST_ABOUT_RECORDINGS = 9;

/** Of everything, or of one noun only so that many of its facts meet. */
export const facts = fc.oneof(
  ...[
    byKind,
    byKind.slice(0, FIRST_ABOUT_COMPOSITIONS),
    byKind.slice(FIRST_ABOUT_COMPOSITIONS, FIRST_ABOUT_RECORDINGS),
    byKind.slice(FIRST_ABOUT_RECORDINGS),
  ].map((kinds) => fc.array(fc.oneof(...kinds), { maxLength: 25 })),
);

const orderedFields = {
  kind: state as fc.Arbitrary<OrderedFact['kind']>,
  source: fc.constantFrom<OrderedFact['source'][]>('event', 'asked'),
  id,
  atUs,
  sinceUs: atUs,
  isPrecise: fc.boolean(),
  stageSessionId,
  startUs: atUs,
};
const orderedFact: fc.Arbitrary<OrderedFact> = fc.record(orderedFields, { noNullPrototype: true });

/** Three facts that have most in common: the second and the third differ from the first in a few fields at most. */
export const orderedFacts: fc.Arbitrary<[OrderedFact, OrderedFact, OrderedFact]> = orderedFact.chain((first) => {
  const others = fc
    .tuple(orderedFact, fc.subarray(Object.keys(orderedFields) as (keyof OrderedFact)[], { maxLength: 3 }))
    .map(([other, fields]) => ({ ...first, ...Object.fromEntries(fields.map((field) => [field, other[field]])) }));
  return fc.tuple(fc.constant(first), others, others);
});
