import type { Check } from '../check.js';
import { ASSUMPTION_CHECKS, UNTESTABLE_ASSUMPTIONS } from './assumption.checks.js';
import { CHAT_CHECKS } from './chat.checks.js';
import { ERROR_CHECKS } from './error.checks.js';
import { EVENT_CHECKS } from './event.checks.js';
import { INGEST_CHECKS } from './ingest.checks.js';
import { KEY_CHECKS } from './key.checks.js';
import { LIMIT_CHECKS } from './limit.checks.js';
import { PAGE_CHECKS } from './page.checks.js';
import { STAGE_CHECKS } from './stage.checks.js';

/** Everything that an account can be asked, in the order of asking. The burst comes last: it uses quotas up. */
export const CHECKS: readonly Check[] = [
  ...STAGE_CHECKS,
  ...ERROR_CHECKS,
  ...LIMIT_CHECKS,
  ...PAGE_CHECKS,
  ...CHAT_CHECKS,
  ...EVENT_CHECKS,
  ...KEY_CHECKS,
  ...INGEST_CHECKS,
  ...ASSUMPTION_CHECKS,
];

/** What we assume and nobody can ask an account without a device, and why. */
export const UNTESTABLE = UNTESTABLE_ASSUMPTIONS;
