import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AuthModule, type Config, MetricsModule, PlatformModule } from '#platform';
import { SessionsModule } from '#sessions';
import { AccessTokenController } from './access/access-token.controller.js';
import { AccessTokenService } from './access/access-token.service.js';
import { ChatRoomController } from './chat/chat-room.controller.js';
import { ChatRoomAccessService } from './chat/chat-room-access.service.js';
import { SessionChatController } from './chat/session-chat.controller.js';
import { SessionChatService } from './chat/session-chat.service.js';
import { GatewayMetrics } from './health/gateway.metrics.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { AuthGuard } from './http/auth.guard.js';
import { PublicUrl } from './http/public-url.js';
import { RateLimits } from './http/rate-limits.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IngestController } from './ingest/ingest.controller.js';
import { LiveModule } from './live/live.module.js';
import { OperationController } from './operations/operation.controller.js';
import { OperationAccessService } from './operations/operation-access.service.js';
import { ParticipantTokenController } from './participant-tokens/participant-token.controller.js';
import { ParticipantTokenAccessService } from './participant-tokens/participant-token-access.service.js';
import { ParticipantController } from './participants/participant.controller.js';
import { ParticipantAccessService } from './participants/participant-access.service.js';
import { TokenExchanges } from './participants/token-exchange.service.js';
import { QuotaController } from './quotas/quota.controller.js';
import { QuotaMetrics } from './quotas/quota.metrics.js';
import { QuotaService } from './quotas/quota.service.js';
import { SessionController } from './sessions/session.controller.js';
import { SessionAccessService } from './sessions/session-access.service.js';
import { SessionJoinService } from './sessions/session-join.service.js';
import { StageDoorController } from './stage-door/stage-door.controller.js';
import { StageDoorService } from './stage-door/stage-door.service.js';
import { StageController } from './stages/stage.controller.js';
import { StageAccessService } from './stages/stage-access.service.js';

@Module({
  controllers: [
    AccessTokenController,
    SessionController,
    ParticipantTokenController,
    SessionChatController,
    StageDoorController,
    ParticipantController,
    StageController,
    ChatRoomController,
    OperationController,
    QuotaController,
    IngestController,
    HealthController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    AccessTokenService,
    ChatRoomAccessService,
    GatewayMetrics,
    HealthService,
    OperationAccessService,
    ParticipantAccessService,
    ParticipantTokenAccessService,
    PublicUrl,
    QuotaMetrics,
    QuotaService,
    RateLimits,
    SessionAccessService,
    SessionChatService,
    StageAccessService,
    StageDoorService,
    SessionJoinService,
    TokenExchanges,
  ],
})
class GatewayModule {}

/** HTTP and sockets: authenticates, validates, reads, records commands, fans out. It consumes no queue. */
export function gatewayModule(config: Config): DynamicModule {
  return {
    module: GatewayModule,
    imports: [
      PlatformModule.forProcess(config, { name: 'gateway', consumedQueues: 0 }),
      AuthModule,
      MetricsModule,
      SessionsModule,
      LiveModule,
    ],
  };
}
