// Writes .env.example from the Env schema. A test holds the file equal; run this after changing the schema and building.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';

await build();
const { envExample } = await import('../dist/libs/platform/src/config/env-example.js');
writeFileSync(path.resolve(import.meta.dirname, '../.env.example'), envExample());
console.log('wrote .env.example');
