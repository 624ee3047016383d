import { AppError, type Principal } from '#platform';

/**
 * Whom a call concerns: with an access token oneself, with an API key whom it names.
 * @returns undefined when an API key names nobody
 * @throws AppError FORBIDDEN for another's id
 */
export function userOf(caller: Principal, named: string | undefined): string | undefined {
  if (caller.kind === 'api_key') return named;
  if (named === undefined || named === caller.userId) return caller.userId;
  throw new AppError('FORBIDDEN', 'With an access token one acts as oneself.');
}

/** @throws AppError FORBIDDEN for another's id, VALIDATION_FAILED when an API key names nobody */
export function requiredUserOf(caller: Principal, named: string | undefined): string {
  const userId = userOf(caller, named);
  if (userId !== undefined) return userId;
  throw new AppError('VALIDATION_FAILED', 'An API key acts on behalf of a user.', {
    errors: [{ pointer: '/userId', detail: 'required with an API key' }],
  });
}
