export * from './epoch.js';
export * from './live-log.js';
export * from './log-reader.js';
export * from './log-trimmer.js';
export { type Position, REPLAY_LIMIT } from './resume.policy.js';
export * from './snapshot-source.js';
