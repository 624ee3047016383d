import { applyDecorators, UseFilters, UsePipes } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { ContractPipe } from '../http/contract.pipe.js';
import { AckFilter } from './ack.filter.js';

/** A socket gateway of ours: schemas on messages are checked, and every failed call is answered. Never use the raw one. */
export function SocketGateway(namespace: string): ClassDecorator {
  return applyDecorators(WebSocketGateway({ namespace }), UseFilters(AckFilter), UsePipes(ContractPipe));
}
