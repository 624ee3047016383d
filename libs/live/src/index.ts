export * from './epoch.js';
export * from './live-log.js';
export * from './snapshot-source.js';
