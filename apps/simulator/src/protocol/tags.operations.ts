import type { z } from 'zod';
import { notFound } from './aws.error.js';
import type { Tags } from './constraints.schema.js';
import { type Operations, operation } from './operation.js';
import { mergeTags } from './tags.rule.js';

export interface TagSchemas {
  TagResource: z.ZodType<{ resourceArn: string; tags: Tags }>;
  UntagResource: z.ZodType<{ resourceArn: string; tagKeys: string[] }>;
  ListTagsForResource: z.ZodType<{ resourceArn: string }>;
}

/** The three tag operations, which IVS and IVS Chat share to the letter. */
export function tagOperations(
  schema: TagSchemas,
  find: (arn: string, region: string) => { tags: Tags } | undefined,
  missing: (arn: string) => Record<string, unknown> = () => ({}),
): Operations {
  const tagged = (arn: string, region: string) => {
    const resource = find(arn, region);
    if (!resource) throw notFound('Resource not found', missing(arn));
    return resource;
  };
  return {
    TagResource: operation(schema.TagResource, ({ resourceArn, tags }, { region }) => {
      const resource = tagged(resourceArn, region);
      resource.tags = mergeTags(resource.tags, tags);
    }),
    UntagResource: operation(schema.UntagResource, ({ resourceArn, tagKeys }, { region }) => {
      const resource = tagged(resourceArn, region);
      resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key)));
    }),
    ListTagsForResource: operation(schema.ListTagsForResource, ({ resourceArn }, { region }) => ({
      tags: tagged(resourceArn, region).tags,
    })),
  };
}
