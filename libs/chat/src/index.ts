export * from './rooms/chat-endpoint.rule.js';
export * from './rooms/room.client.js';
