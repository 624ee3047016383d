import { readFileSync } from 'node:fs';
import { errorPage } from './error.page.js';

it('docs/errors.md says what the table of codes says (else: npm run build && node scripts/write-error-page.mjs)', () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorPage());
});
