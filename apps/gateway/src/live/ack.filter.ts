import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { AppError, LOGGER, type Logger } from '#platform';
import { ackOf, refusal } from './ack.js';

/**
 * Answers every failed call with an error acknowledgement. Global filters do not reach socket gateways: without this one
 * a failed call would time out without an answer.
 */
@Catch()
export class AckFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    ackOf(host.getArgs())(refusal(this.tellable(error, host)));
  }

  private tellable(error: unknown, host: ArgumentsHost): AppError {
    if (error instanceof AppError) return error;
    const { id } = host.switchToWs().getClient<{ id?: string }>();
    this.logger.error({ err: error, socketId: id, message: host.switchToWs().getPattern() }, 'a socket call failed');
    return new AppError('INTERNAL');
  }
}
