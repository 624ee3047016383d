import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { AppError, type Logger } from '#platform';
import type { FastifyReply, FastifyRequest } from '../http/request.js';
import type { RouteTable } from '../http/route.table.js';
import { toAppError } from './problem.js';
import { replyProblem } from './problem.reply.js';

/** Everything that is thrown on the way of an HTTP request ends here, also for paths that no route answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly logger: Logger,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    this.handle(thrown, request, reply);
  }

  handle(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = this.wrongMethod(request, reply) ?? cutShort(request) ?? toAppError(thrown);
    if (error.status >= 500) {
      const { correlationId } = request;
      this.logger.error({ err: error.cause ?? error, code: error.code, correlationId }, 'a request failed');
    }
    replyProblem(request, reply, error);
  }

  private wrongMethod(request: FastifyRequest, reply: FastifyReply): AppError | undefined {
    const allowed = request.is404 ? this.routes.methodsOf(request.raw.url ?? '') : [];
    // The path may be one that the router gave up on for another reason, such as its length.
    if (allowed.length === 0 || allowed.includes(request.method)) return undefined;
    // RFC 9110, section 15.5.6: a 405 says what is allowed.
    void reply.header('allow', allowed.join(', '));
    return new AppError('METHOD_NOT_ALLOWED', `This path answers ${allowed.join(', ')}.`);
  }
}

/** The client went away in the middle of its body: nobody hears the answer, and nothing of ours is at fault. */
function cutShort({ raw }: FastifyRequest): AppError | undefined {
  return raw.destroyed && !raw.complete ? new AppError('BAD_REQUEST') : undefined;
}
