import type { Clock } from '#platform/clock';
import type { Assumptions } from '../assumptions/assumptions.js';
import { AwsError } from './aws.error.js';
import type { AwsService, ServiceName } from './operation.js';
import { SlidingWindow } from './sliding-window.js';

/** An operation by its name, of every service that has it unless one is named. */
export interface OperationName {
  operation: string;
  service?: ServiceName | undefined;
}

export interface ScriptedFailure extends OperationName {
  code: string;
  times: number;
  status?: number | undefined;
  message?: string | undefined;
  /** The call takes effect, and only its answer is an error. */
  applied?: boolean | undefined;
}

const key = (service: string, operation: string, region: string) => `${service} ${operation} ${region}`;

/** What stands between a call and its operation: quotas, throttles and failures that were asked for. */
export class Interference {
  private throttles: (OperationName & { tps: number })[] = [];
  private failures: ScriptedFailure[] = [];
  private windows = new Map<string, SlidingWindow>();

  constructor(
    private readonly clock: Clock,
    private readonly assumptions: Assumptions,
    /** Quotas that the account has had raised, by operation; `*` is every one. */
    private readonly raisedQuotas: Readonly<Record<string, number>> = {},
  ) {}

  /** @param tps null lifts the throttle */
  throttle(name: OperationName, tps: number | null): void {
    this.throttles = this.throttles.filter((one) => !isSame(one, name));
    if (tps !== null) this.throttles.push({ ...name, tps });
    this.windows.clear();
  }

  fail(failure: ScriptedFailure): void {
    this.failures = this.failures.filter((one) => !isSame(one, failure));
    if (failure.times > 0) this.failures.push({ ...failure });
  }

  list() {
    return { throttles: this.throttles, failures: this.failures };
  }

  reset(): void {
    this.throttles = [];
    this.failures = [];
    this.windows.clear();
  }

  /** @throws AwsError when the call exceeds the operation's rate */
  admit(service: AwsService, operation: string, region: string): void {
    const tps = this.limitOf(service, operation);
    if (tps === undefined) return;
    const name = key(service.name, operation, region);
    let window = this.windows.get(name);
    if (window?.tps !== tps) {
      window = new SlidingWindow(tps);
      this.windows.set(name, window);
    }
    if (!window.admit(this.clock.nowMs())) {
      throw new AwsError('ThrottlingException', service.statusOf('ThrottlingException'), 'Rate exceeded', {
        limit: tps,
      });
    }
  }

  /** The next scripted failure of the operation, used up by taking it. */
  takeFailure(service: AwsService, operation: string): { error: AwsError; applied: boolean } | undefined {
    const failure = this.failures.find((one) => concerns(one, service.name, operation));
    if (!failure) return undefined;
    failure.times -= 1;
    if (failure.times <= 0) this.failures = this.failures.filter((one) => one !== failure);
    const { code, message = `${code}, as asked for`, applied = false } = failure;
    return { error: new AwsError(code, failure.status ?? service.statusOf(code), message), applied };
  }

  private limitOf(service: AwsService, operation: string): number | undefined {
    const asked = this.throttles.find((one) => concerns(one, service.name, operation));
    if (asked) return asked.tps;
    if (!this.assumptions.get('enforceTps')) return undefined;
    const quota = service.quotaOf(operation);
    return quota === undefined ? undefined : (this.raisedQuotas[operation] ?? this.raisedQuotas['*'] ?? quota);
  }
}

const isSame = (a: OperationName, b: OperationName) => a.operation === b.operation && a.service === b.service;

const concerns = (one: OperationName, service: ServiceName, operation: string) =>
  one.operation === operation && (one.service === undefined || one.service === service);
