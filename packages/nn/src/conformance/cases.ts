import type { ConformanceCase } from './case.js';
import { elementwiseCases } from './cases/elementwise.js';
import { imageCases } from './cases/images.js';
import { layerCases } from './cases/layers.js';
import { lossCases } from './cases/losses.js';
import { rearrangingCases } from './cases/rearranging.js';

/** Cases by family; each family has one file of references, `test/reference/ops/<family>.json`. */
export const conformanceFamilies: Readonly<Record<string, readonly ConformanceCase[]>> = {
  elementwise: elementwiseCases,
  images: imageCases,
  layers: layerCases,
  losses: lossCases,
  rearranging: rearrangingCases,
};

/** Operations whose gradient is zero by definition (list of names). */
export const operationsOfZeroGradient: readonly string[] = [
  'argMax',
  'cast',
  'equal',
  'greater',
  'oneHot',
  'positive',
  'stopGradient',
];

/** Operations without a gradient rule: they stand only in gradients themselves (list of names). */
export const operationsWithoutGradient: readonly string[] = [
  'batchNormGradient',
  'conv2dWeightGradient',
  'maxPool2dGradient',
];
