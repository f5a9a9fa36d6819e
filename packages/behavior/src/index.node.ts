export * from './index.js';
export { nodeTemporalRuntime } from './temporal/temporal-runtime.node.js';
