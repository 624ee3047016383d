import {
  ASSUMPTIONS,
  AssumptionChanges,
  type AssumptionName,
  type AssumptionValues,
  assumptionNames,
} from '#contracts/assumption.schema';

/** How this cloud reads what AWS leaves open: the defaults, and what somebody changed. */
export class Assumptions {
  private changed: AssumptionChanges = {};

  get<N extends AssumptionName>(name: N): AssumptionValues[N] {
    return (this.changed[name] ?? ASSUMPTIONS[name].default) as AssumptionValues[N];
  }

  change(changes: AssumptionChanges): void {
    Object.assign(this.changed, changes);
  }

  all(): AssumptionValues {
    return Object.fromEntries(assumptionNames.map((name) => [name, this.get(name)])) as AssumptionValues;
  }

  dump(): AssumptionChanges {
    return this.changed;
  }

  /** Names and values of an older file that no longer fit are left out. */
  load(changes: unknown): void {
    const entries = Object.entries(changes ?? {}).filter(
      ([name, value]) => AssumptionChanges.safeParse({ [name]: value }).success,
    );
    this.changed = Object.fromEntries(entries);
  }

  reset(): void {
    this.changed = {};
  }
}
