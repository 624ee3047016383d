import { z } from 'zod';
import * as contracts from '#contracts';

/**
 * JSON Schemas of everything in the contracts that goes over a wire, named as in the contracts. Bodies of requests are
 * described as they are sent (defaults are optional), the rest as it is answered.
 */
const REQUESTS = new Set<string>([
  'CreateAccessToken',
  'CreateSession',
  'JoinSession',
  'SubscribeTopic',
  'UnsubscribeTopic',
  'RenewToken',
]);
/** Parts of query strings and of jobs: described where they are used, or nobody's business. */
const isWire = (name: string) => !/^(List|Read|Revoke|PathId|Topic$)|Job$/.test(name);

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

/** A schema as it stands alone: by reference when it has a name, else spelled out. */
export function describe(schema: z.ZodType): JsonSchema {
  return nameOf.has(schema) ? refOf(schema) : inline(schema);
}

/** All named schemas, for `components.schemas`. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [name, schema] of named) if (!REQUESTS.has(name)) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, { io: 'output', uri: refTo, override, unrepresentable: 'any' });
  const answers = Object.entries(schemas)
    .filter(([name]) => name !== '__shared')
    .map(([name, schema]) => [name, tidy(schema)] as const);
  const requests = named
    .filter(([name]) => REQUESTS.has(name))
    .map(([name, schema]) => [name, inline(schema)] as const);
  return Object.fromEntries([...answers, ...requests].sort(([a], [b]) => a.localeCompare(b)));
}

function inline(schema: z.ZodType): JsonSchema {
  // An empty registry, so that nothing is taken for a definition of its own.
  return tidy(z.toJSONSchema(schema, { io: 'input', override, unrepresentable: 'any', metadata: z.registry() }));
}

/** `z.json()` refers to itself; "any JSON" says the same without a definition. */
function override({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  if (zodSchema._zod.def.type === 'record' && zodSchema._zod.def.valueType._zod.def.type === 'lazy') {
    jsonSchema.additionalProperties = {};
  }
}

function tidy(schema: JsonSchema): JsonSchema {
  const { $schema: _version, $id: _id, $defs: _unused, ...rest } = schema;
  return rest;
}
