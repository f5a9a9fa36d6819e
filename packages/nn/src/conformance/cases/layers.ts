import type { Scope } from '../../graph/scope.js';
import type { Value } from '../../graph/value.js';
import { causalMask, multiHeadAttention } from '../../layers/attention.js';
import { linear } from '../../layers/linear.js';
import { causalConvolution } from '../../layers/long-convolution.js';
import { groupNormalization, layerNormalization } from '../../layers/normalization.js';
import { s4Kernel } from '../../layers/s4.js';
import { s4dKernel } from '../../layers/s4d.js';
import { stateSpace } from '../../layers/state-space.js';
import { type WindowAttentionOptions, windowAttention } from '../../layers/window-attention.js';
import { type ConformanceCase, conformanceCase, floats } from '../case.js';
import { FedScope } from '../fed-scope.js';
import type { InputSpec } from '../inputs.js';

/** Returns a case of a layer: the parameters, by name, come after its data among the inputs. */
function layerCase(
  name: string,
  operation: string,
  data: readonly InputSpec[],
  parameters: Readonly<Record<string, InputSpec>>,
  build: (scope: Scope, ...data: Value[]) => Value,
  options: Parameters<typeof conformanceCase>[4] = {},
): ConformanceCase {
  const names = Object.keys(parameters);
  return conformanceCase(
    name,
    operation,
    [...data, ...Object.values(parameters)],
    (...inputs) => {
      const values = new Map(names.map((key, i) => [key, inputs[data.length + i] as Value]));
      return build(new FedScope(values), ...inputs.slice(0, data.length));
    },
    options,
  );
}

const attentionParameters = (features: number) => ({
  in_proj_weight: floats([3 * features, features]),
  in_proj_bias: floats([3 * features]),
  'out_proj.weight': floats([features, features]),
  'out_proj.bias': floats([features]),
});

const attentionCases = [
  layerCase('multiHeadAttention', 'softmax', [floats([2, 5, 8])], attentionParameters(8), (scope, x) =>
    multiHeadAttention(scope, x, { heads: 2 }),
  ),
  layerCase('multiHeadAttention causal', 'softmax', [floats([2, 5, 6])], attentionParameters(6), (scope, x) =>
    multiHeadAttention(scope, x, { heads: 3, mask: causalMask(5) }),
  ),
  layerCase(
    'multiHeadAttention cross',
    'softmax',
    [floats([2, 3, 4]), floats([2, 5, 4]), floats([2, 5, 4])],
    attentionParameters(4),
    (scope, query, key, value) => multiHeadAttention(scope, query, { heads: 2, key, value }),
  ),
];

const windowParameters = (features: number, heads: number, rows: number) => ({
  'qkv.weight': floats([3 * features, features]),
  'qkv.bias': floats([3 * features]),
  relative_position_bias_table: floats([rows, heads]),
  'proj.weight': floats([features, features]),
  'proj.bias': floats([features]),
});

const windows: readonly [string, readonly number[], WindowAttentionOptions, number][] = [
  ['plain', [2, 4, 6, 4], { heads: 2, window: [2, 3] }, 15],
  ['shifted', [1, 4, 6, 4], { heads: 2, window: [2, 3], shift: [1, 1] }, 15],
  ['padded and shifted', [1, 5, 7, 4], { heads: 1, window: [3, 3], shift: [1, 2] }, 25],
  ['one window', [1, 3, 2, 4], { heads: 2, window: [3, 3], shift: [1, 1] }, 25],
  ['over time', [1, 4, 4, 2, 4], { heads: 2, window: [2, 2, 2], shift: [1, 1, 1] }, 27],
  ['over time narrowed', [1, 2, 4, 4, 4], { heads: 2, window: [4, 2, 2], shift: [2, 1, 1], narrowWindow: true }, 63],
];

const windowCases = windows.map(([name, shape, options, rows]) =>
  layerCase(
    `windowAttention ${name}`,
    'gather',
    [floats(shape)],
    windowParameters(shape.at(-1) as number, options.heads, rows),
    (scope, x) => windowAttention(scope, x, options),
  ),
);

const s4dParameters = (channels: number, half: number) => ({
  C: floats([channels, half, 2]),
  log_dt: floats([channels], { low: -3, high: -1.5 }),
  log_A_real: floats([channels, half], { low: -1, high: 0 }),
  A_imag: floats([channels, half], { low: 0, high: 6 }),
});

const s4Parameters = (channels: number, half: number) => ({
  C: floats([channels, half, 2]),
  log_dt: floats([channels], { low: -3, high: -1.5 }),
  B: floats([half, 2], { low: 0.5, high: 1.5 }),
  P: floats([half, 2], { low: 0.25, high: 1 }),
  log_A_real: floats([half], { low: -1, high: 0 }),
  A_imag: floats([half], { low: 0, high: 6, distinct: true }),
});

const nested = (prefix: string, parameters: Readonly<Record<string, InputSpec>>) =>
  Object.fromEntries(Object.entries(parameters).map(([name, spec]) => [`${prefix}.${name}`, spec]));

const layerParameters = (kernel: Readonly<Record<string, InputSpec>>, features: number) => ({
  ...nested('kernel', kernel),
  D: floats([features]),
  'output_linear.weight': floats([features, features]),
  'output_linear.bias': floats([features]),
});

/** Time steps stand in exponents times the length: the fifth derivative is in the thousands. */
const fine = { differenceStep: 1 / 128 };

const stateCases = [
  conformanceCase('causalConvolution', 'matmul', [floats([2, 3, 7]), floats([3, 7])], causalConvolution),
  conformanceCase('causalConvolution even', 'matmul', [floats([1, 2, 16]), floats([2, 16])], causalConvolution),
  layerCase('s4dKernel', 'sin', [], s4dParameters(3, 4), (scope) => s4dKernel(scope, 3, 13, { states: 8 }), fine),
  layerCase('s4dKernel long', 'sin', [], s4dParameters(2, 3), (scope) => s4dKernel(scope, 2, 100, { states: 6 }), fine),
  layerCase('s4Kernel', 'div', [], s4Parameters(3, 4), (scope) => s4Kernel(scope, 3, 12, { states: 8 }), fine),
  layerCase('s4Kernel odd', 'div', [], s4Parameters(2, 3), (scope) => s4Kernel(scope, 2, 33, { states: 6 }), fine),
  layerCase(
    'stateSpace s4',
    'gelu',
    [floats([2, 9, 3])],
    layerParameters(s4Parameters(3, 4), 3),
    (scope, x) => stateSpace(scope, x, { states: 8 }),
    fine,
  ),
  layerCase(
    'stateSpace s4d',
    'gelu',
    [floats([2, 9, 3])],
    layerParameters(s4dParameters(3, 4), 3),
    (scope, x) => stateSpace(scope, x, { states: 8, kind: 's4d-lin' }),
    fine,
  ),
];

const affine = (features: number) => ({ weight: floats([features]), bias: floats([features]) });

/** Cases of layers and compositions, by an operation that each leans on. */
export const layerCases: readonly ConformanceCase[] = [
  layerCase('linear', 'matmul', [floats([2, 3, 5])], { weight: floats([4, 5]), bias: floats([4]) }, (scope, x) =>
    linear(scope, x, 4),
  ),
  layerCase('layerNormalization', 'layerNorm', [floats([2, 3, 5])], affine(5), (scope, x) =>
    layerNormalization(scope, x),
  ),
  layerCase('groupNormalization', 'standardize', [floats([2, 4, 3])], affine(4), (scope, x) =>
    groupNormalization(scope, x, 2),
  ),
  ...attentionCases,
  ...windowCases,
  ...stateCases,
];
