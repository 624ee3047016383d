import { type CloudEvent, eventName } from './cloud-event.js';
import type { DeliveryService } from './delivery.service.js';
import type { EventBridgeRepository, Rule } from './eventbridge.repository.js';
import { matchesPattern } from './pattern.rule.js';
import { parsePattern } from './pattern.schema.js';

/** The default bus of every region: an event goes to each target of each rule that matches it. */
export class EventBus {
  constructor(
    private readonly repository: EventBridgeRepository,
    private readonly deliveries: DeliveryService,
  ) {}

  publish(event: CloudEvent): void {
    for (const rule of this.enabledRules(event.region)) {
      if (matchesPattern(parsePattern(rule.eventPattern), event)) this.deliver(rule, event);
    }
  }

  /**
   * Hands something to the targets of every enabled rule without asking the patterns: what AWS would never send can be
   * tried on a receiver too. A region in it restricts it to that region's rules.
   * @returns how many targets it went to
   */
  deliverRaw(event: Record<string, unknown>): number {
    const known = this.repository.rules.all().some((rule) => rule.region === event.region);
    const rules = this.enabledRules(known ? String(event.region) : undefined);
    for (const rule of rules) this.deliver(rule, event);
    return rules.reduce((sum, rule) => sum + rule.targets.length, 0);
  }

  private deliver(rule: Rule, event: object): void {
    const id = 'id' in event && typeof event.id === 'string' ? event.id : '';
    const name = eventName(event);
    for (const target of rule.targets) {
      this.deliveries.submit({ ruleArn: rule.arn, target, eventId: id, eventName: name, body: JSON.stringify(event) });
    }
  }

  private enabledRules(region: string | undefined): Rule[] {
    const rules = region === undefined ? this.repository.rules.all() : this.repository.rules.in(region);
    return rules.filter((rule) => rule.state !== 'DISABLED');
  }
}
