export { threadedTrees } from './classify/tree-engine.node.js';
export * from './index.js';
export { nodeTemporalRuntime } from './temporal/temporal-runtime.node.js';
export { openTreePredictor, type TreePredictor } from './trees/model/tree-predictor.node.js';
export { trainForestThreaded, trainTreesThreaded } from './trees/train/train-trees.node.js';
