import fc from 'fast-check';
import type { Fact } from '#ivs/reducer/facts';
import type { OrderedFact } from '#ivs/reducer/order.rule';

/**
 * Facts that need not make sense together. There are few ids and few moments, so that equal times, equal ids with different
 * contents and every other kind of clash are common.
 */
const atUs = fc
  .tuple(fc.nat(3), fc.constantFrom(0, 0, 1, 500_000))
  .map(([second, us]) => 1_790_000_000_000_000 + second * 1_000_000 + us);
const id = fc.constantFrom('a', 'b', 'c');
const text = fc.constantFrom('x', 'y');
const participantId = fc.constantFrom('p', 'q');
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

export const facts = fc.array(fc.oneof(...byKind), { maxLength: 25 });

export const orderedFact: fc.Arbitrary<OrderedFact> = fc.record({
  kind: state,
  source: fc.constantFrom('event', 'asked'),
  id,
  atUs,
  sinceUs: atUs,
  isPrecise: fc.boolean(),
  stageSessionId,
  startUs: atUs,
}) as fc.Arbitrary<OrderedFact>;
