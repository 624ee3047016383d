import { invalid } from './aws.error.js';
import type { Tags } from './constraints.schema.js';

const TAG_LIMIT = 50;

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export function refuseReservedTags(tags: Tags | undefined): void {
  const reserved = Object.keys(tags ?? {}).find((key) => key.toLowerCase().startsWith('aws:'));
  if (reserved) throw invalid(`Tag key '${reserved}' uses the reserved prefix aws:`, 'tags');
}

/** @throws when the resource would have more than 50 tags */
export function mergeTags(present: Tags, more: Tags): Tags {
  refuseReservedTags(more);
  const merged = { ...present, ...more };
  if (Object.keys(merged).length > TAG_LIMIT) throw invalid(`A resource has at most ${TAG_LIMIT} tags`, 'tags');
  return merged;
}
