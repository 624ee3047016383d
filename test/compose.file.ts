import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface ComposeService {
  image?: string;
  command?: string[];
  environment?: Record<string, string | number>;
  profiles?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
}

export const readCompose = (): ComposeFile =>
  parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as ComposeFile;

export function serviceOf(file: ComposeFile, name: string): ComposeService {
  const service = file.services[name];
  if (!service) throw new Error(`there is no service ${name}`);
  return service;
}

/**
 * A service's environment as docker compose would set it: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, nested.
 * @throws with the message, for a variable that must be set
 */
export function environmentOf(service: ComposeService, variables: Record<string, string>): Record<string, string> {
  const entries = Object.entries(service.environment ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, interpolate(String(value), variables)]));
}

// The innermost one: its default or message holds no other.
const INNERMOST = /\$\{([A-Z_]+)(?::([-?])([^${}]*))?\}/;

function interpolate(text: string, variables: Record<string, string>): string {
  const match = INNERMOST.exec(text);
  if (!match) return text;
  const [whole, name = '', kind, rest = ''] = match;
  if (kind === '?' && !variables[name]) throw new Error(`${name}: ${rest}`);
  const value = variables[name] || (kind === '-' ? rest : '');
  return interpolate(
    text.replace(whole, () => value),
    variables,
  );
}
