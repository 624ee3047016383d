import { ERROR_CODES } from '#contracts';

/** docs/errors.md: made from the table of codes, which a test holds it equal to. */
export function errorPage(): string {
  const rows = Object.entries(ERROR_CODES)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`);
  return `# Error codes

Made from \`libs/contracts/src/errors.ts\` by \`node scripts/write-error-page.mjs\`.

Over HTTP an error is a problem document (RFC 9457, \`application/problem+json\`):

\`\`\`json
{
  "type": "urn:stagedoor:error:VALIDATION_FAILED",
  "title": "Some fields are not valid; \`errors\` lists every one of them.",
  "status": 422,
  "code": "VALIDATION_FAILED",
  "detail": "2 fields are not valid.",
  "correlationId": "0af7651916cd43dd8448eb211c80319c",
  "errors": [
    { "pointer": "/name", "detail": "Invalid input: expected string, received number" },
    { "pointer": "/lifecycle/idleSeconds", "detail": "Too small: expected number to be >=1" }
  ]
}
\`\`\`

Rely on \`code\`; \`detail\` is for people. A \`pointer\` (RFC 6901) leads into the body, or below \`/query\` into the query
string. \`Retry-After\` comes with what passes by itself. On sockets the same codes come as
\`{ "ok": false, "error": { "code", "message" } }\`. Codes may be added: treat one that you do not know by its status.

| Code | Status | Meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}
