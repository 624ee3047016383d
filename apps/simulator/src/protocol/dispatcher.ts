import type { Logger } from 'pino';
import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import { AwsError } from './aws.error.js';
import type { CallLog } from './call-log.js';
import { readCredentialScope } from './credential-scope.js';
import type { Interference } from './interference.js';
import type { AwsService } from './operation.js';
import { rejectInput } from './validation.rule.js';

export interface WireCall {
  service: AwsService;
  operation: string;
  authorization: string | undefined;
  /** Parses the request into the operation's input; throws AwsError when it is not of the protocol. */
  readInput(): unknown;
}

export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: object | undefined;
}

/** Takes a call through what AWS's front end does, in its order: signature, operation, quota, form, and then the service. */
export class Dispatcher {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly interference: Interference,
    private readonly calls: CallLog,
    private readonly logger: Logger,
  ) {}

  dispatch(call: WireCall): WireAnswer {
    const seen: { region?: string; parameters?: unknown } = {};
    const time = this.clock.iso();
    const headers = { 'content-type': call.service.contentType, 'x-amzn-requestid': this.ids.uuid() };
    let answer: WireAnswer;
    try {
      const { status, body } = this.perform(call, seen);
      answer = { status, headers, body: status === 204 ? undefined : body };
    } catch (error) {
      const failure = this.toAwsError(error, call);
      answer = {
        status: failure.status,
        headers: { ...headers, 'x-amzn-errortype': failure.code },
        body: call.service.errorBody(failure),
      };
    }
    const { service, operation } = call;
    const shown = answer.headers['x-amzn-errortype']
      ? { error: answer.headers['x-amzn-errortype'], ...answer.body }
      : answer.body;
    this.calls.record({
      time,
      service: service.name,
      operation,
      ...seen,
      parameters: seen.parameters,
      status: answer.status,
      answer: shown,
    });
    return answer;
  }

  private perform(call: WireCall, seen: { region?: string; parameters?: unknown }) {
    const { service } = call;
    const { region } = readCredentialScope(call.authorization, service.signingName);
    seen.region = region;
    const operation = Object.hasOwn(service.operations, call.operation)
      ? service.operations[call.operation]
      : undefined;
    if (!operation) throw new AwsError('UnknownOperationException', service.statusOf('UnknownOperationException'), '');
    seen.parameters = call.readInput();
    const failure = this.interference.takeFailure(service, call.operation);
    if (failure && !failure.applied) throw failure.error;
    this.interference.admit(service, call.operation, region);
    const input = operation.input.safeParse(seen.parameters);
    if (!input.success) throw rejectInput(input.error, seen.parameters);
    const body = operation.handle(input.data, { region });
    if (failure) throw failure.error;
    return { status: operation.status, body };
  }

  private toAwsError(error: unknown, call: WireCall): AwsError {
    if (error instanceof AwsError) return error;
    this.logger.error({ err: error, operation: call.operation }, 'an operation failed in a way that AWS would not');
    return new AwsError('InternalServerException', 500, 'Unexpected error during processing of request.');
  }
}
