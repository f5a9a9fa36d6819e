import { expect, test } from 'vitest';
import { input, type Value } from '../graph/value.js';
import { clip } from './activation.js';
import { add } from './arithmetic.js';
import { where } from './compare.js';
import { conv2d } from './convolution.js';
import { gather, oneHot, scatterAdd } from './gather.js';
import { groupNorm, layerNorm } from './layer-norm.js';
import { matmul } from './matmul.js';
import { maxPool2d } from './pooling.js';
import { depthToSpace, roll, spaceToDepth, split, stack } from './rearrange.js';
import { sum } from './reduce.js';
import { resizeBilinear, resizeNearest } from './resize.js';
import { broadcastTo, concat, pad, reshape, slice, transpose } from './shape.js';
import { softmax } from './softmax.js';
import { power } from './unary.js';

let counter = 0;
const x = (...shape: number[]): Value => input(`x${counter++}`, shape);
const labels = (...shape: number[]): Value => input(`i${counter++}`, shape, 'int64');

const wrong: readonly [string, () => unknown, string][] = [
  ['broadcast', () => add(x(2, 3), x(4)), 'add: shapes [2, 3] and [4] do not broadcast'],
  ['types', () => add(x(2), labels(2)), 'add: inputs must have one type, got float32 and int64'],
  ['condition', () => where(x(2), x(2), x(2)), 'where: the condition must be bool, got float32'],
  ['inner sizes', () => matmul(x(2, 3), x(4, 5)), 'matmul: inner sizes differ: [2, 3] times [4, 5]'],
  ['one axis', () => matmul(x(3), x(3, 2)), 'matmul: inputs need two axes or more, got [3] and [3, 2]'],
  ['axis', () => sum(x(2, 3), { axes: [2] }), 'sum: axis must be in -2..1, got 2'],
  ['axis twice', () => sum(x(2, 3), { axes: [1, -1] }), 'sum: axes must differ, got 1, -1'],
  ['softmax axis', () => softmax(x(2, 3), 5), 'softmax: axis must be in -2..1, got 5'],
  ['reshape', () => reshape(x(2, 3), [4]), 'reshape: [2, 3] does not fit into [4]'],
  ['transpose', () => transpose(x(2, 3), [0]), 'transpose: order must name all 2 axes, got 0'],
  ['broadcastTo', () => broadcastTo(x(2, 3), [3]), 'broadcastTo: [2, 3] does not broadcast to [3]'],
  ['concat', () => concat([x(2, 3), x(3, 3)], 1), 'concat: float32 [3, 3] does not join float32 [2, 3] along axis 1'],
  ['concat of nothing', () => concat([], 0), 'concat: needs at least one value, got none'],
  ['stack of nothing', () => stack([]), 'stack: needs at least one value, got none'],
  ['slice', () => slice(x(4), { axis: 0, start: 3, end: 2 }), 'slice: range 3..2 step 1 does not fit axis 0 of [4]'],
  ['pad', () => pad(x(4), [-1], [0]), 'pad: needs a count of at least 0 per axis of [4], got before [-1], after [0]'],
  ['split sizes', () => split(x(2, 7), [3, 3], 1), 'split: sizes [3, 3] must add up to axis 1 of [2, 7]'],
  ['split parts', () => split(x(2, 7), 2, 1), 'split: parts must divide axis 1 of [2, 7], got 2'],
  ['roll', () => roll(x(4), 0.5, 0), 'roll: shift must be an integer, got 0.5'],
  ['depthToSpace', () => depthToSpace(x(1, 6, 2, 2), 2), 'depthToSpace: channels must divide by 4, got 6'],
  [
    'spaceToDepth',
    () => spaceToDepth(x(1, 1, 3, 4), 2),
    'spaceToDepth: rows and columns must divide by 2, got [1, 1, 3, 4]',
  ],
  ['gather', () => gather(x(4), x(2)), 'gather: indices must be int32 or int64, got float32'],
  ['oneHot', () => oneHot(x(4), 3), 'oneHot: indices must be int32 or int64, got float32'],
  [
    'scatterAdd',
    () => scatterAdd(x(4, 2), labels(3), 0, 5),
    'scatterAdd: values [4, 2] must hold the axes of indices [3] from axis 0 on',
  ],
  ['resize rank', () => resizeNearest(x(4, 4), 2, 2), 'resizeNearest: needs [batch, channel, row, column], got [4, 4]'],
  [
    'resize size',
    () => resizeBilinear(x(1, 1, 4, 4), 0, 2),
    'resizeBilinear: height must be a positive integer, got 0',
  ],
  [
    'layerNorm',
    () => layerNorm(x(2, 5), x(4), x(4)),
    'layerNorm: weight and bias must have shape [5] for input [2, 5], got [4]',
  ],
  [
    'groupNorm',
    () => groupNorm(x(2, 6, 3), 4, x(6), x(6)),
    'groupNorm: groups must divide the channels of [2, 6, 3], got 4',
  ],
  ['clip', () => clip(x(2), 1, 0), 'clip: low must be at most high, got 1 and 0'],
  ['power', () => power(x(2), Number.NaN), 'power: exponent must be a finite number, got NaN'],
  ['conv2d rank', () => conv2d(x(3, 4, 5), x(2, 3, 3, 3)), '[3, 4, 5]'],
  ['conv2d channels', () => conv2d(x(1, 3, 8, 8), x(2, 4, 3, 3)), '[2, 4, 3, 3]'],
  [
    'maxPool2d',
    () => maxPool2d(x(1, 1, 4, 4), { kernel: 2, padding: 2 }),
    'maxPool2d: padding must be smaller than the kernel',
  ],
];

test.each(wrong)('wrong arguments name operation and values: %s', (_, build, message) => {
  expect(build).toThrow(message);
});
