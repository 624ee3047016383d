import { randomBytes } from 'node:crypto';
import type { Environment } from '#platform/config/environment';
import type { DataFolder } from './data-folder.js';

/** Made once and kept in the data folder; the environment's own values go before. */
export interface Secrets {
  apiKey: string;
  ingestKey: string;
  reviewKey: string;
  jwtSecret: string;
  masterKey: string;
  databasePassword: string;
}

// 192 bits: not to be guessed, and short enough to be typed over.
const SECRET_BYTES = 24;
const make = (prefix: string) => `${prefix}${randomBytes(SECRET_BYTES).toString('base64url')}`;

/** The kept secrets; those that are missing are made and kept. */
export async function readSecrets(folder: DataFolder): Promise<Secrets> {
  const kept = (await folder.read<Secrets>('secrets.json')) ?? {};
  const secrets: Secrets = {
    apiKey: kept.apiKey ?? make('sd_api_'),
    ingestKey: kept.ingestKey ?? make('sd_ingest_'),
    reviewKey: kept.reviewKey ?? make('sd_review_'),
    jwtSecret: kept.jwtSecret ?? make(''),
    masterKey: kept.masterKey ?? make(''),
    databasePassword: kept.databasePassword ?? make(''),
  };
  if (Object.keys(secrets).some((name) => kept[name as keyof Secrets] === undefined)) {
    await folder.write('secrets.json', secrets);
  }
  return secrets;
}

/** What the processes are told; in production nobody's secret is made up. */
export function secretVariables(secrets: Secrets, given: Environment): Environment {
  if (given.NODE_ENV === 'production') return {};
  return {
    STAGEDOOR_API_KEY: given.STAGEDOOR_API_KEY || secrets.apiKey,
    STAGEDOOR_INGEST_KEY: given.STAGEDOOR_INGEST_KEY || secrets.ingestKey,
    STAGEDOOR_REVIEW_KEY: given.STAGEDOOR_REVIEW_KEY || secrets.reviewKey,
    STAGEDOOR_JWT_SECRET: given.STAGEDOOR_JWT_SECRET || secrets.jwtSecret,
    STAGEDOOR_MASTER_KEY: given.STAGEDOOR_MASTER_KEY || secrets.masterKey,
  };
}
