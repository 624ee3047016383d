import type { AccessRole } from '#contracts';

/** Who calls: the customer's backend by its key, or one user by an access token. */
export type Principal = ApiKeyPrincipal | UserPrincipal;

export interface ApiKeyPrincipal {
  kind: 'api_key';
  /** Absent for a key of the environment, which may do everything and lives as long as the process. */
  id?: string;
  /** What it may do: actions of the access table, or `read`; absent: everything. */
  scopes?: readonly string[];
}

export interface UserPrincipal {
  kind: 'user';
  userId: string;
  role: AccessRole;
  /** The one session that the token is for. */
  sessionId?: string;
  /** A moderator of every session. */
  scope?: 'global';
  displayName?: string;
  issuedAtMs: number;
  expiresAtMs: number;
  /** The user's latest revocation (its mark, see revocations.ts) when the token was minted; absent: there was none. */
  revocationMark?: number;
}

/** What a policy table has a column for. */
export type PrincipalRole = 'api_key' | AccessRole;

export function roleOf(principal: Principal): PrincipalRole {
  return principal.kind === 'api_key' ? 'api_key' : principal.role;
}
