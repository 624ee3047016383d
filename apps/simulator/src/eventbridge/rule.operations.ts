import type { z } from 'zod';
import { ACCOUNT_ID, type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import { requireDefaultBus } from './bus-name.rule.js';
import { limitExceeded, missing, refused } from './eventbridge.errors.js';
import type { EventBridgeRepository, Rule } from './eventbridge.repository.js';
import * as schema from './eventbridge.schema.js';
import { parsePattern } from './pattern.schema.js';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const RULES_PER_BUS = 300;

export function ruleOperations(repository: EventBridgeRepository): Operations {
  const known = (region: string, name: string) => requireRule(repository, region, name);
  const switchTo = (state: string, { Name, EventBusName }: z.infer<typeof schema.RuleName>, region: string) => {
    requireDefaultBus(EventBusName, region);
    known(region, Name).state = state;
  };
  return {
    PutRule: operation(schema.PutRule, (input, { region }) => putRule(repository, input, region)),

    DescribeRule: operation(schema.RuleName, ({ Name, EventBusName }, { region }) => {
      requireDefaultBus(EventBusName, region);
      return { ...describe(known(region, Name)), CreatedBy: ACCOUNT_ID };
    }),

    DeleteRule: operation(schema.DeleteRule, ({ Name, EventBusName }, { region }) => {
      requireDefaultBus(EventBusName, region);
      const rule = repository.rules.find(region, Name);
      if (!rule) return;
      if (rule.targets.length > 0) throw refused("Rule can't be deleted since it has targets.");
      repository.rules.remove(rule);
    }),

    ListRules: operation(schema.ListRules, ({ NamePrefix = '', EventBusName, Limit, NextToken }, { region }) => {
      requireDefaultBus(EventBusName, region);
      const rules = repository.rules.in(region).filter((rule) => rule.name.startsWith(NamePrefix));
      const { items, nextToken } = page(`ListRules ${NamePrefix}`, rules, Limit, NextToken);
      return { Rules: items.map(describe), NextToken: nextToken };
    }),

    EnableRule: operation(schema.RuleName, (input, { region }) => switchTo('ENABLED', input, region)),
    DisableRule: operation(schema.RuleName, (input, { region }) => switchTo('DISABLED', input, region)),
  };
}

function putRule(repository: EventBridgeRepository, input: z.infer<typeof schema.PutRule>, region: string) {
  requireDefaultBus(input.EventBusName, region);
  const eventPattern = patternOf(input);
  const changes = {
    state: input.State,
    eventPattern,
    description: input.Description,
    roleArn: input.RoleArn,
  };
  const present = repository.rules.find(region, input.Name);
  if (present) return { RuleArn: Object.assign(present, changes).arn };
  if (repository.rules.in(region).length >= RULES_PER_BUS) {
    throw limitExceeded('The requested resource exceeds the maximum number allowed.');
  }
  const rule: Rule = {
    seq: repository.nextSeq(),
    region,
    name: input.Name,
    arn: `arn:aws:events:${region}:${ACCOUNT_ID}:rule/${input.Name}`,
    ...changes,
    tags: Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key, Value])),
    targets: [],
  };
  repository.rules.add(rule);
  return { RuleArn: rule.arn };
}

export function requireRule(repository: EventBridgeRepository, region: string, name: string): Rule {
  const rule = repository.rules.find(region, name);
  if (!rule) throw missing(`Rule ${name} on EventBus default`);
  return rule;
}

function patternOf({ EventPattern, ScheduleExpression }: z.infer<typeof schema.PutRule>): string {
  if (ScheduleExpression !== undefined) throw refused('This cloud has no schedules: only EventPattern is supported.');
  if (EventPattern === undefined) throw refused('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  parsePattern(EventPattern);
  return EventPattern;
}

function describe(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: 'default',
  };
}
