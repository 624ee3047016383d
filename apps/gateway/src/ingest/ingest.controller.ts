import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody } from '@nestjs/swagger';
import { IngestAnswer } from '#contracts';
import { IngestService } from '#sessions';
import { Route } from '../api-docs/route.decorator.js';
import { Public } from '../http/public.decorator.js';
import { IngestKeyGuard } from './ingest-key.guard.js';

@Controller('v1/ingest')
export class IngestController {
  constructor(private readonly events: IngestService) {}

  @Post('eventbridge')
  @HttpCode(202)
  @Public()
  @UseGuards(IngestKeyGuard)
  @RouteConfig({ isRawBody: true })
  @ApiBody({ schema: {}, required: false, description: 'One EventBridge event, or an array of them' })
  @Route({
    summary: 'Takes events from EventBridge',
    description:
      'Any body of up to 1 MiB is taken: what is no event, or not ours, is parked, and visible to operators.',
    status: 202,
    answer: IngestAnswer,
    example: { accepted: 1, duplicates: 0, parked: 0 },
    errors: ['UNAUTHENTICATED', 'RATE_LIMITED', 'PAYLOAD_TOO_LARGE', 'UNAVAILABLE'],
    security: 'ingest-key',
  })
  ingestEvents(@Body() body: Buffer | undefined) {
    return this.events.ingest(body ?? Buffer.alloc(0));
  }
}
