export * from './api.js';
export * from './database.js';
export * from './live-client.js';
export * from './logger.js';
export * from './profiles.js';
export * from './redis.js';
export * from './stack.js';
export * from './until.js';
