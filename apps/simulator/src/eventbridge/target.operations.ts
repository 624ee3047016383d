import { type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import { requireDefaultBus } from './bus-name.rule.js';
import { limitExceeded, refused } from './eventbridge.errors.js';
import type { EventBridgeRepository } from './eventbridge.repository.js';
import * as schema from './eventbridge.schema.js';
import { requireRule } from './rule.operations.js';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const TARGETS_PER_RULE = 5;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;

export function targetOperations(repository: EventBridgeRepository): Operations {
  return {
    PutTargets: operation(schema.PutTargets, ({ Rule, EventBusName, Targets }, { region }) => {
      requireDefaultBus(EventBusName, region);
      const rule = requireRule(repository, region, Rule);
      for (const target of Targets) refuseUnusable(target);
      const ids = new Set(Targets.map(({ Id }) => Id));
      if (ids.size < Targets.length) throw refused('Duplicate target ids in the request.');
      const failed = Targets.filter(({ Arn }) => !repository.destinations.findByArn(Arn));
      const usable = Targets.filter((target) => !failed.includes(target));
      const targets = [...rule.targets.filter(({ Id }) => !ids.has(Id)), ...usable];
      if (targets.length > TARGETS_PER_RULE) {
        throw limitExceeded('The requested resource exceeds the maximum number allowed.');
      }
      rule.targets = targets;
      const FailedEntries = failed.map(({ Id, Arn }) => ({
        TargetId: Id,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `API destination ${Arn} does not exist.`,
      }));
      return { FailedEntryCount: failed.length, FailedEntries };
    }),

    ListTargetsByRule: operation(schema.ListTargetsByRule, ({ Rule, EventBusName, Limit, NextToken }, { region }) => {
      requireDefaultBus(EventBusName, region);
      const rule = requireRule(repository, region, Rule);
      const targets = rule.targets.map((target, seq) => ({ target, seq }));
      const { items, nextToken } = page(`ListTargetsByRule ${rule.arn}`, targets, Limit, NextToken);
      return { Targets: items.map(({ target }) => target), NextToken: nextToken };
    }),

    RemoveTargets: operation(schema.RemoveTargets, ({ Rule, EventBusName, Ids }, { region }) => {
      requireDefaultBus(EventBusName, region);
      const rule = requireRule(repository, region, Rule);
      rule.targets = rule.targets.filter(({ Id }) => !Ids.includes(Id));
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
  };
}

/** Refusing is better than delivering something else than AWS would. */
function refuseUnusable(target: schema.Target): void {
  if (!target.Arn.includes(':api-destination/')) {
    throw refused(`Target ${target.Arn} is of a kind that this cloud does not have: only API destinations.`);
  }
  if (!target.RoleArn) throw refused(`RoleArn is required for target ${target.Arn}.`);
  if (!ROLE_ARN.test(target.RoleArn))
    throw refused(`Parameter ${target.RoleArn} is not valid. Reason: Provided Arn is not in correct format.`);
  const transformed = [target.Input, target.InputPath, target.InputTransformer].some((one) => one !== undefined);
  if (transformed)
    throw refused('This cloud delivers whole events: Input, InputPath and InputTransformer are not supported.');
}
