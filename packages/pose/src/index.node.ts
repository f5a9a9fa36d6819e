export * from './index.js';
export { type NodeTrainingOptions, nodeTrainingRuntime } from './train/training-runtime.node.js';
