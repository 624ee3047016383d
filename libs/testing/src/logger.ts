import { createLogger } from '#platform';

/** For code that logs, in tests that look at something else. */
export const silentLogger = createLogger('test', 'silent');
