import type { Value } from '../../graph/value.js';
import { batchNorm, batchNormFrozen } from '../../ops/batch-norm.js';
import { addChannelBias, conv1d, conv2d, convTranspose2d } from '../../ops/convolution.js';
import type { ConvolutionOptions } from '../../ops/convolution-geometry.js';
import { groupNorm, layerNorm, standardize } from '../../ops/layer-norm.js';
import { averagePool2d, globalAveragePool2d, maxPool2d } from '../../ops/pooling.js';
import { type ConformanceCase, conformanceCase, floats } from '../case.js';

const tied = 'the gradient is a choice among equals';

/** Name, input shape, weight shape (lists of axis sizes) and geometry. */
const convolutions: readonly [string, readonly number[], readonly number[], ConvolutionOptions][] = [
  ['1x1', [2, 3, 4, 5], [4, 3, 1, 1], {}],
  ['1x1 stride 2', [2, 3, 5, 6], [4, 3, 1, 1], { stride: 2 }],
  ['3x3', [2, 3, 5, 7], [4, 3, 3, 3], { padding: 1 }],
  ['3x3 no padding', [1, 2, 5, 6], [3, 2, 3, 3], {}],
  ['3x3 stride 2 odd', [2, 2, 7, 9], [3, 2, 3, 3], { stride: 2, padding: 1 }],
  ['3x3 stride 2 even', [2, 2, 6, 8], [3, 2, 3, 3], { stride: 2, padding: 1 }],
  ['3x3 stride 3 rest', [1, 2, 9, 10], [2, 2, 3, 3], { stride: [3, 2], padding: [0, 1] }],
  ['3x3 dilation 2', [1, 2, 7, 8], [3, 2, 3, 3], { dilation: 2, padding: 2 }],
  ['stride and dilation', [1, 2, 9, 8], [2, 2, 3, 2], { stride: 2, dilation: [2, 3], padding: [1, 2] }],
  ['5x2 kernel', [1, 2, 7, 6], [2, 2, 5, 2], { padding: [2, 1] }],
  ['7x7 stride 2', [1, 3, 11, 12], [2, 3, 7, 7], { stride: 2, padding: 3 }],
  ['uneven padding', [1, 2, 6, 6], [2, 2, 3, 3], { stride: 2, padding: [0, 1, 1, 2] }],
  ['groups', [2, 4, 5, 5], [6, 2, 3, 3], { groups: 2, padding: 1 }],
  ['groups stride 2', [1, 6, 6, 7], [3, 2, 3, 3], { groups: 3, stride: 2, padding: 1 }],
  ['depthwise', [2, 4, 6, 5], [4, 1, 3, 3], { groups: 4, padding: 1 }],
  ['depthwise 5x5 stride 2', [1, 3, 9, 8], [3, 1, 5, 5], { groups: 3, stride: 2, padding: 2 }],
  ['depthwise dilation 2', [1, 3, 8, 7], [3, 1, 3, 3], { groups: 3, dilation: 2, padding: 2 }],
  ['depthwise multiplier', [1, 2, 5, 6], [4, 1, 3, 3], { groups: 2, padding: 1 }],
  ['blocks 1x1', [1, 16, 4, 5], [32, 16, 1, 1], {}],
  ['blocks 3x3', [1, 16, 6, 5], [16, 16, 3, 3], { padding: 1 }],
  ['blocks 3x3 stride 2', [1, 16, 7, 6], [16, 16, 3, 3], { stride: 2, padding: 1 }],
  ['blocks 3x3 dilation 2', [1, 16, 7, 7], [16, 16, 3, 3], { dilation: 2, padding: 2 }],
  ['blocks depthwise', [1, 16, 6, 7], [16, 1, 3, 3], { groups: 16, padding: 1 }],
  ['blocks depthwise stride 2', [1, 16, 7, 6], [16, 1, 3, 3], { groups: 16, stride: 2, padding: 1 }],
  ['blocks 1x1 stride 2', [1, 16, 5, 6], [16, 16, 1, 1], { stride: 2 }],
];

const convolutionCases = convolutions.map(([name, x, w, options]) =>
  conformanceCase(`conv2d ${name}`, ['conv2d', 'conv2dWeightGradient'], [floats(x), floats(w)], (a, b) =>
    conv2d(a, b, options),
  ),
);

const transposed: readonly [string, readonly number[], readonly number[], Parameters<typeof convTranspose2d>[2]][] = [
  ['2x2 stride 2', [2, 3, 3, 4], [3, 2, 2, 2], { stride: 2 }],
  ['4x4 stride 2', [1, 2, 4, 3], [2, 3, 4, 4], { stride: 2, padding: 1 }],
  ['3x3 stride 2 output padding', [1, 2, 3, 4], [2, 2, 3, 3], { stride: 2, padding: 1, outputPadding: 1 }],
  ['3x3 stride 1', [1, 2, 4, 5], [2, 3, 3, 3], { padding: 1 }],
  ['dilation 2', [1, 2, 4, 4], [2, 2, 3, 3], { dilation: 2 }],
  ['groups', [1, 4, 3, 3], [4, 2, 3, 3], { groups: 2, stride: 2, padding: 1 }],
  ['blocks stride 2', [1, 16, 4, 3], [16, 16, 4, 4], { stride: 2, padding: 1 }],
  ['blocks stride 1', [1, 16, 4, 5], [16, 16, 3, 3], { padding: 1 }],
];

const transposedCases = transposed.map(([name, x, w, options]) =>
  conformanceCase(`convTranspose2d ${name}`, 'convTranspose2d', [floats(x), floats(w)], (a, b) =>
    convTranspose2d(a, b, options),
  ),
);

const image = (shape: readonly number[]) => floats(shape, { low: -8, high: 8, distinct: true });
const ties = (shape: readonly number[]) => floats(shape, { low: -1, high: 1, step: 0.5 });

const poolingCases = [
  conformanceCase('maxPool2d 2x2', 'maxPool2d', [image([1, 2, 6, 4])], (x) => maxPool2d(x, { kernel: 2 })),
  conformanceCase('maxPool2d 3x3 stride 2 odd', 'maxPool2d', [image([1, 1, 7, 9])], (x) =>
    maxPool2d(x, { kernel: 3, stride: 2, padding: 1 }),
  ),
  conformanceCase('maxPool2d rest left over', 'maxPool2d', [image([1, 2, 5, 7])], (x) =>
    maxPool2d(x, { kernel: [2, 3] }),
  ),
  conformanceCase('maxPool2d overlapping', 'maxPool2d', [image([1, 1, 6, 6])], (x) =>
    maxPool2d(x, { kernel: 3, stride: 1, padding: [1, 0] }),
  ),
  conformanceCase(
    'maxPool2d ties',
    ['maxPool2d', 'maxPool2dGradient'],
    [ties([2, 2, 7, 6])],
    (x) => maxPool2d(x, { kernel: 3, stride: 2, padding: 1 }),
    { withoutDifferences: tied },
  ),
  conformanceCase('averagePool2d 2x2', 'averagePool2d', [floats([1, 2, 6, 4])], (x) => averagePool2d(x, { kernel: 2 })),
  conformanceCase('averagePool2d padding counts', 'averagePool2d', [floats([2, 2, 7, 6])], (x) =>
    averagePool2d(x, { kernel: 3, stride: 2, padding: 1 }),
  ),
  conformanceCase('averagePool2d padding left out', 'averagePool2d', [floats([2, 2, 7, 6])], (x) =>
    averagePool2d(x, { kernel: 3, stride: 2, padding: 1, countPadding: false }),
  ),
  conformanceCase('globalAveragePool2d', 'sum', [floats([2, 3, 4, 5])], globalAveragePool2d),
];

const normInputs = (shape: readonly number[], channels: number) => [
  floats(shape, { low: -2, high: 3 }),
  floats([channels], { low: 0.5, high: 1.5 }),
  floats([channels]),
];
const scales = (count: number) => floats([count], { low: 0.5, high: 1.5 });

const normCases = [
  conformanceCase(
    'batchNorm',
    ['batchNorm', 'batchNormGradient'],
    normInputs([3, 4, 3, 5], 4),
    (x, w, b) => batchNorm(x, w, b).y,
  ),
  conformanceCase(
    'batchNorm relu',
    'batchNorm',
    normInputs([2, 3, 4, 3], 3),
    (x, w, b) => batchNorm(x, w, b, { activation: 'relu' }).y,
    { withoutDifferences: 'an element may pass the kink of ReLU' },
  ),
  conformanceCase(
    'batchNormFrozen',
    'channelAffine',
    [...normInputs([2, 3, 4, 3], 3), floats([3]), scales(3)],
    (x, weight, bias, mean, variance) => batchNormFrozen(x, { weight, bias, mean, variance }),
  ),
  conformanceCase(
    'batchNormFrozen relu',
    'channelAffine',
    [...normInputs([2, 3, 4, 3], 3), floats([3]), scales(3)],
    (x, weight, bias, mean, variance) => batchNormFrozen(x, { weight, bias, mean, variance }, { activation: 'relu' }),
    { withoutDifferences: 'an element may pass the kink of ReLU' },
  ),
  conformanceCase('layerNorm last', 'layerNorm', normInputs([2, 3, 7], 7), (x, w, b) => layerNorm(x, w, b)),
  conformanceCase(
    'layerNorm two axes',
    'layerNorm',
    [floats([2, 3, 5], { low: -2, high: 3 }), floats([3, 5], { low: 0.5, high: 1.5 }), floats([3, 5])],
    (x, w, b) => layerNorm(x, w, b, { epsilon: 1e-3 }),
  ),
  conformanceCase('standardize', 'standardize', [floats([3, 2, 5], { low: -2, high: 3 })], (x) => {
    const { y, inverse } = standardize(x, 2, 1e-4);
    return [y, inverse];
  }),
  conformanceCase('groupNorm', 'standardize', normInputs([2, 6, 3, 4], 6), (x, w, b) => groupNorm(x, 3, w, b)),
  conformanceCase('groupNorm one group', 'standardize', normInputs([2, 4, 5], 4), (x, w, b) => groupNorm(x, 1, w, b)),
];

/** Cases of convolutions, pooling and normalization. */
export const imageCases: readonly ConformanceCase[] = [
  ...convolutionCases,
  ...transposedCases,
  conformanceCase(
    'conv2d bias',
    'channelBias',
    [floats([1, 2, 4, 4]), floats([3, 2, 3, 3]), floats([3])],
    (x, w, bias) => conv2d(x, w, { bias, padding: 1 }),
  ),
  conformanceCase('channelBias', 'channelBias', [floats([2, 3, 2, 4]), floats([3])], (x: Value, b: Value) =>
    addChannelBias(x, b),
  ),
  conformanceCase('conv1d', 'conv2d', [floats([2, 3, 9]), floats([4, 3, 3]), floats([4])], (x, w, bias) =>
    conv1d(x, w, { bias, padding: 1, stride: 2 }),
  ),
  ...poolingCases,
  ...normCases,
];
