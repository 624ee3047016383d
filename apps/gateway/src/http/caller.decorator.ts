import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { AppError, type Principal } from '#platform';
import type { FastifyRequest } from './request.js';

/** Who calls. Only on routes that are not public. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new AppError('UNAUTHENTICATED');
  return principal;
});
