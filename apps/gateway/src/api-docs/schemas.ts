import { z } from 'zod';
import * as contracts from '#contracts';
import { EXAMPLES } from './examples.js';

/**
 * JSON Schemas of everything in the contracts that goes over a wire, named as in the contracts. Bodies of requests are
 * described as they are sent (defaults are optional), the rest as it is answered.
 */
const REQUESTS = new Set<string>([
  'ChatPolicy',
  'CreateAccessToken',
  'CreateChatRoom',
  'CreateChatToken',
  'CreateSession',
  'CreateInvitation',
  'CreateSessionChatToken',
  'CreateStage',
  'CreateStageToken',
  'DisconnectParticipant',
  'JoinSession',
  'RaiseHand',
  'RenewParticipantToken',
  'SubscribeTopic',
  'UnsubscribeTopic',
  'RenewToken',
]);
/** Parts of query strings and of jobs: described where they are used, or nobody's business. */
const isWire = (name: string) => !/^(List|Read|Revoke|PathId|Topic$)|(Job|Ref)$/.test(name);

type JsonSchema = Record<string, unknown>;

const named = Object.entries<unknown>(contracts).filter(
  (entry): entry is [string, z.ZodType] => isWire(entry[0]) && entry[1] instanceof z.ZodType,
);
const nameOf = new Map<z.ZodType, string>(named.map(([name, schema]) => [schema, name]));

/** @throws Error for a schema that has no name in the contracts */
export function refOf(schema: z.ZodType): { $ref: string } {
  const name = nameOf.get(schema);
  if (!name) throw new Error('a schema on the API page must be exported by the contracts');
  return { $ref: refTo(name) };
}

const refTo = (name: string) => `#/components/schemas/${name}`;

const registry = z.registry<{ id: string }>();
for (const [name, schema] of named) if (!REQUESTS.has(name)) registry.add(schema, { id: name });

/** What a request sends, as it stands alone: by reference when it has a name, else spelled out. */
export function describeInput(schema: z.ZodType): JsonSchema {
  // An empty registry, so that nothing is taken for a definition of its own.
  const spelledOut = () => z.toJSONSchema(schema, { io: 'input', override, metadata: z.registry() });
  return nameOf.has(schema) ? refOf(schema) : tidy(spelledOut());
}

/** What is answered or sent, as it stands alone; its named parts by reference. */
export function describeOutput(schema: z.ZodType): JsonSchema {
  if (nameOf.has(schema)) return refOf(schema);
  const text = JSON.stringify(tidy(z.toJSONSchema(schema, { io: 'output', override, metadata: registry })));
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** All named schemas, for `components.schemas`. */
export function componentSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(registry, { io: 'output', uri: refTo, override });
  const answers = Object.entries<JsonSchema>(schemas)
    .filter(([name]) => name !== '__shared')
    .map(([name, schema]) => [name, tidy(schema)] as const);
  const requests = named
    .filter(([name]) => REQUESTS.has(name))
    .map(
      ([name, schema]) =>
        [name, tidy(z.toJSONSchema(schema, { io: 'input', override, metadata: z.registry() }))] as const,
    );
  const all = Object.fromEntries([...answers, ...requests].sort(([a], [b]) => a.localeCompare(b)));
  for (const [name, example] of Object.entries(EXAMPLES)) Object.assign(all[name] ?? {}, { examples: [example] });
  return Object.assign(all, { LiveEvent: { ...all.LiveEvent, oneOf: eventVariants() } });
}

/** `data` by `type`: zod's schema of the whole event leaves it open, so that an older client takes a newer type. */
function eventVariants(): JsonSchema[] {
  return Object.entries(contracts.liveEvents).map(([type, data]) => ({
    properties: { type: { const: type }, data: describeOutput(data) },
  }));
}

function override({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  const { def } = zodSchema._zod;
  // `z.json()` refers to itself; "any JSON" says the same without a definition.
  if (def.type === 'record' && def.valueType._zod.def.type === 'lazy') jsonSchema.additionalProperties = {};
  // Answers may gain fields; only what is strict refuses them.
  if (def.type === 'object' && !def.catchall) delete jsonSchema.additionalProperties;
  // The format says it; zod's pattern of every valid day fills a screen.
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}

function tidy(schema: JsonSchema): JsonSchema {
  const { $schema: _version, $id: _id, $defs: _unused, ...rest } = schema;
  return rest;
}
