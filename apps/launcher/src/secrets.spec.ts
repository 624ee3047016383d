import { type Secrets, secretVariables } from './secrets.js';

const KEPT: Secrets = {
  apiKey: 'a',
  ingestKey: 'i',
  reviewKey: 'r',
  jwtSecret: 'j',
  masterKey: 'm',
  databasePassword: 'd',
};

describe('the keys that the processes are told', () => {
  it('are the kept ones, where the environment has none of its own', () => {
    expect(secretVariables(KEPT, { STAGEDOOR_INGEST_KEY: 'mine', STAGEDOOR_API_KEY: '' })).toEqual({
      STAGEDOOR_API_KEY: 'a',
      STAGEDOOR_INGEST_KEY: 'mine',
      STAGEDOOR_REVIEW_KEY: 'r',
      STAGEDOOR_JWT_SECRET: 'j',
      STAGEDOOR_MASTER_KEY: 'm',
    });
  });

  it('are never made up in production', () => {
    expect(secretVariables(KEPT, { NODE_ENV: 'production' })).toEqual({});
  });
});
