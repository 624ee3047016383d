export * from './auth/principal.js';
export * from './bus/bus.js';
export * from './clock.js';
export * from './config/config.js';
export { Env, REQUIRED_IN_PRODUCTION } from './config/env.schema.js';
export * from './database/database.js';
export * from './errors/app.error.js';
export * from './ids.js';
export * from './logging/logger.js';
