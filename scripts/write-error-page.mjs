// Writes docs/errors.md from the table of error codes. `npm run build` first; a test holds both equal.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorPage } from '../dist/apps/gateway/src/api-docs/error.page.js';

writeFileSync(path.join(import.meta.dirname, '../docs/errors.md'), errorPage());
