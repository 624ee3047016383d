import { type Operations, operation } from '../protocol/operation.js';
import { mergeTags } from '../protocol/tags.rule.js';
import { missing } from './eventbridge.errors.js';
import type { EventBridgeRepository, Rule } from './eventbridge.repository.js';
import * as schema from './eventbridge.schema.js';

/** EventBridge's own form of tags: a list of keys and values, on rules. */
export function ruleTagOperations(repository: EventBridgeRepository): Operations {
  const known = (arn: string, region: string): Rule => {
    const rule = repository.rules.findByArn(arn);
    if (rule?.region !== region) throw missing(`Resource ${arn}`);
    return rule;
  };
  return {
    TagResource: operation(schema.TagResource, ({ ResourceARN, Tags }, { region }) => {
      const rule = known(ResourceARN, region);
      rule.tags = mergeTags(rule.tags, Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])));
    }),
    UntagResource: operation(schema.UntagResource, ({ ResourceARN, TagKeys }, { region }) => {
      const rule = known(ResourceARN, region);
      rule.tags = Object.fromEntries(Object.entries(rule.tags).filter(([key]) => !TagKeys.includes(key)));
    }),
    ListTagsForResource: operation(schema.ListTagsForResource, ({ ResourceARN }, { region }) => ({
      Tags: Object.entries(known(ResourceARN, region).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}
