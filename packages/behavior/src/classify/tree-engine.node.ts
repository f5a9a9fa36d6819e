import { trainForestThreaded, trainTreesThreaded } from '../trees/train/train-trees.node.js';
import type { TreeEngine } from './tree-engine.js';

/** Returns an engine that trains trees in several threads, with the same models bit for bit. */
export function threadedTrees(threads: number): TreeEngine {
  return {
    train: (rows, labels, options) => trainTreesThreaded(rows, labels, { ...options, threads }),
    trainForest: (rows, labels, options) => trainForestThreaded(rows, labels, { ...options, threads }),
  };
}
