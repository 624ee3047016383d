/** `ready.json`: what another program needs to use what runs here. */
export interface Ready {
  gateway: string;
  simulator?: string;
  apiKey: string;
  ingestKey: string;
  reviewKey: string;
  /** For operators' commands on this machine, which need no environment so. */
  databaseUrl: string;
  redisUrl?: string;
}

/** What a person reads when all is up: where things are and what to try next. */
export function banner(ready: Ready, details: { seconds: number; database: string; dataFolder: string }): string {
  const curl = [
    `curl -s ${ready.gateway}/v1/sessions \\`,
    `  -H 'authorization: Bearer ${ready.apiKey}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '{"name":"My first show","hostUserId":"ana"}'`,
  ];
  return [
    '',
    `  Stagedoor is up (${details.seconds.toFixed(1)} s)`,
    '',
    `  console     ${ready.gateway}/#key=${encodeURIComponent(ready.apiKey)}`,
    `  API         ${ready.gateway}   documented at ${ready.gateway}/docs`,
    ...(ready.simulator ? [`  simulator   ${ready.simulator}   (AWS, on this machine)`] : ['  cloud       AWS']),
    `  API key     ${ready.apiKey}`,
    `  database    ${details.database}`,
    `  data, logs  ${details.dataFolder}`,
    '',
    '  Try next, in another terminal:',
    ...(ready.simulator ? ['    npm run rehearsal', '  or'] : []),
    ...curl.map((line) => `    ${line}`),
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n');
}
