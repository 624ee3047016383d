import type { Tags } from '../protocol/constraints.schema.js';
import type { Target } from './eventbridge.schema.js';

/** What every named thing of EventBridge has: a name that is unique in its region. */
interface Named {
  seq: number;
  region: string;
  name: string;
  arn: string;
}

export interface Rule extends Named {
  state: string;
  eventPattern: string;
  description?: string | undefined;
  roleArn?: string | undefined;
  tags: Tags;
  targets: Target[];
}

export interface Connection extends Named {
  description?: string | undefined;
  apiKeyName: string;
  apiKeyValue: string;
  createMs: number;
  modifiedMs: number;
}

export interface ApiDestination extends Named {
  description?: string | undefined;
  connectionArn: string;
  endpoint: string;
  method: string;
  ratePerSecond: number;
  createMs: number;
  modifiedMs: number;
}

/** Things of one kind by region and name, or by ARN. */
export class NamedCollection<T extends Named> {
  private items: T[] = [];

  find(region: string, name: string): T | undefined {
    return this.items.find((item) => item.region === region && item.name === name);
  }

  findByArn(arn: string): T | undefined {
    return this.items.find((item) => item.arn === arn);
  }

  in(region: string): T[] {
    return this.items.filter((item) => item.region === region);
  }

  all(): T[] {
    return this.items;
  }

  add(item: T): void {
    this.items.push(item);
  }

  remove(item: T): void {
    this.items = this.items.filter((one) => one !== item);
  }

  load(items: T[]): void {
    this.items = items;
  }
}

interface Dump {
  seq: number;
  rules: Rule[];
  connections: Connection[];
  destinations: ApiDestination[];
}

/** Rules with their targets, connections and API destinations, in memory. */
export class EventBridgeRepository {
  readonly rules = new NamedCollection<Rule>();
  readonly connections = new NamedCollection<Connection>();
  readonly destinations = new NamedCollection<ApiDestination>();
  private seq = 0;

  nextSeq(): number {
    return ++this.seq;
  }

  dump(): Dump {
    const { seq, rules, connections, destinations } = this;
    return { seq, rules: rules.all(), connections: connections.all(), destinations: destinations.all() };
  }

  load(dump: unknown): void {
    const { seq, rules, connections, destinations } = dump as Dump;
    this.seq = seq;
    this.rules.load(rules);
    this.connections.load(connections);
    this.destinations.load(destinations);
  }

  reset(): void {
    this.load({ seq: this.seq, rules: [], connections: [], destinations: [] });
  }
}
