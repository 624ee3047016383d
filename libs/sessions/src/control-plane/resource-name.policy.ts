import { AppError } from '#platform';

export type ResourceKind = 'stage' | 'room';

const SERVICE_OF = { stage: 'ivs', room: 'ivschat' } as const;

/** The region that a `{stage}` or `{room}` in a path is in: the ARN's own, else what was asked for, else the default. */
export function regionOfReference(
  reference: string,
  asked: string | undefined,
  regions: [string, ...string[]],
): string {
  const own = reference.startsWith('arn:') ? reference.split(':')[3] : undefined;
  return allowedRegion(own ?? asked, regions, own === undefined ? '/query/region' : '/path');
}

/** @throws AppError VALIDATION_FAILED for a region beyond the allow-list */
export function allowedRegion(asked: string | undefined, regions: [string, ...string[]], pointer: string): string {
  const region = asked ?? regions[0];
  if (regions.includes(region)) return region;
  throw new AppError('VALIDATION_FAILED', 'the region is not allowed', {
    errors: [{ pointer, detail: `one of ${regions.join(', ')}` }],
  });
}

export function arnOf(kind: ResourceKind, region: string, accountId: string, id: string): string {
  return `arn:aws:${SERVICE_OF[kind]}:${region}:${accountId}:${kind}/${id}`;
}

/** The account in an ARN: `arn:aws:ivs:us-west-2:<account>:stage/…`. */
export function accountOf(arn: string | undefined): string | undefined {
  return arn?.split(':')[4];
}
