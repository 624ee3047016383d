import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { type AppError, LOGGER, type Logger } from '#platform';
import { toAppError } from '../errors/problem.js';
import { ackOf, refusal } from './ack.js';

/**
 * Answers every failed call with an error acknowledgement. Global filters do not reach socket gateways: without this one
 * a failed call would time out without an answer.
 */
@Catch()
export class AckFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = toAppError(thrown);
    // What we promised to say needs no log line; what broke does.
    if (error.status >= 500) this.log(error, host);
    ackOf(host.getArgs())(refusal(error));
  }

  private log(error: AppError, host: ArgumentsHost): void {
    const { id } = host.switchToWs().getClient<{ id?: string }>();
    const what = { err: error.cause ?? error, code: error.code, socketId: id, message: host.switchToWs().getPattern() };
    if (error.code === 'INTERNAL') this.logger.error(what, 'a socket call failed');
    else this.logger.warn(what, 'a socket call could not be answered now');
  }
}
