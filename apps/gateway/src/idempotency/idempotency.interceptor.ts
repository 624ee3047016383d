import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { type Begun, IdempotentRequests, LOGGER, type Logger } from '#platform';
import { unfitParts } from '../http/json.policy.js';
import type { FastifyReply, FastifyRequest } from '../http/request.js';
import {
  callerScope,
  canonicalJson,
  IDEMPOTENCY_HEADER,
  idempotencyKeyOf,
  keptOf,
  REPLAYED_HEADER,
} from './idempotency.policy.js';
import { IDEMPOTENCY, type Idempotency } from './idempotent.decorator.js';

/**
 * Honours `Idempotency-Key` on the routes that say so. What succeeded is remembered; what failed did nothing, so its key may
 * be used again at once, with another body too. Runs after the guards and before a body is validated.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly requests: IdempotentRequests,
    private readonly reflector: Reflector,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const idempotency = this.reflector.get<Idempotency | undefined>(IDEMPOTENCY, context.getHandler());
    if (!idempotency || context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = idempotencyKeyOf(request.headers[IDEMPOTENCY_HEADER]);
    // What is nested too deeply is refused by the contract, and must not reach a recursive function before.
    if (key === undefined || !request.principal || unfitParts(request.body, '').isTooDeep) return next.handle();
    const begun = await this.requests.begin({
      caller: callerScope(request.principal),
      method: request.method,
      path: request.raw.url ?? '',
      key,
      body: canonicalJson(request.body),
    });
    if (begun.kind === 'new') return of(await this.runFirst(begun, idempotency, next));
    void context.switchToHttp().getResponse<FastifyReply>().header(REPLAYED_HEADER, 'true');
    if (idempotency.again === 'answer') return of(begun.answer);
    request.body = { ...(request.body as object | undefined), ...(begun.answer as object) };
    return next.handle();
  }

  private async runFirst(begun: Begun & { kind: 'new' }, idempotency: Idempotency, next: CallHandler) {
    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      await this.requests.forget(begun).catch((cause: unknown) => this.notStored(cause));
      throw error;
    }
    const stored = idempotency.again === 'answer' ? answer : keptOf(answer, idempotency.kept ?? []);
    // It is done: whoever asked is told so in any case. A retry finds the claim until it runs out.
    await this.requests.finish(begun, stored).catch((cause: unknown) => this.notStored(cause));
    return answer;
  }

  private notStored(cause: unknown): void {
    this.logger.warn({ err: cause }, 'the outcome of a request with an idempotency key could not be stored');
  }
}
