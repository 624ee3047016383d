import { readFileSync } from 'node:fs';
import { Env } from './env.schema.js';
import { envExample } from './env-example.js';

describe('.env.example', () => {
  it('is what scripts/env-example.mjs makes of the schema', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  });

  it('documents every variable', () => {
    for (const [name, schema] of Object.entries(Env.shape)) {
      expect([name, schema.description?.length ?? 0]).toEqual([name, expect.any(Number)]);
      expect(schema.description).toMatch(/\S/);
    }
  });

  it('sets nothing that the schema refuses when all of it is uncommented', () => {
    const uncommented = envExample()
      .split('\n')
      .flatMap((line) => [/^# ([A-Z_]+)=(.*)$/.exec(line)])
      .flatMap((match) => (match?.[1] && match[2] ? [[match[1], match[2]] as const] : []));
    expect(Env.safeParse(Object.fromEntries(uncommented)).error).toBeUndefined();
  });
});
