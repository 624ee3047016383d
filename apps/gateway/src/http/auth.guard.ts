import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError, Authenticator, bearerOf } from '#platform';
import { IS_PUBLIC } from './public.decorator.js';
import { RateLimits } from './rate-limits.js';
import type { FastifyRequest } from './request.js';

/** Finds out who calls and whether they call too often. Sockets authenticate when they connect, not here. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limits: RateLimits,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.principal = await this.authenticate(request);
    await this.limits.count(request.principal, request.ip);
    return true;
  }

  private async authenticate(request: FastifyRequest) {
    try {
      return await this.authenticator.authenticate(bearerOf(request.headers.authorization));
    } catch (error) {
      if (error instanceof AppError && error.status === 401) await this.limits.countFailure(request.ip);
      throw error;
    }
  }
}
