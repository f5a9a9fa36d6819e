import * as core from '@zoopraxis/core';
import * as nn from '@zoopraxis/nn';
import { smallNetwork } from './small-training.js';

/** What the main entries give, as plain data. */
export interface EntryReport {
  /** Names that each entry exports, sorted. */
  readonly names: Readonly<Record<'core' | 'nn', readonly string[]>>;
  /** The training step of the small network as an ONNX file, raw bytes. */
  readonly program: readonly number[];
  /** Its starting values: parameter names with their elements, row-major `[element]`. */
  readonly weights: readonly (readonly [string, readonly number[]])[];
}

/** Reports on the main entries where this runs, in Node or in a page. */
export function reportEntries(): EntryReport {
  const network = smallNetwork();
  const weights = nn.initialWeights(network, 11);
  return {
    names: { core: Object.keys(core).sort(), nn: Object.keys(nn).sort() },
    program: Array.from(nn.compileTraining(network, { target: 'cpu' }).model),
    weights: [...weights].map(([name, values]) => [name, Array.from(values)] as const),
  };
}
