import type { Value } from '../../graph/value.js';
import { mul } from '../../ops/arithmetic.js';
import { argMax, gather, oneHot, scatterAdd } from '../../ops/gather.js';
import { matmul } from '../../ops/matmul.js';
import { depthToSpace, expandAxes, roll, spaceToDepth, split, stack } from '../../ops/rearrange.js';
import { max, mean, sum } from '../../ops/reduce.js';
import { resizeBilinear, resizeNearest } from '../../ops/resize.js';
import { broadcastTo, concat, pad, reshape, slice, transpose } from '../../ops/shape.js';
import { logSoftmax, softmax } from '../../ops/softmax.js';
import { type ConformanceCase, conformanceCase, floats, integers } from '../case.js';

const tied = 'the gradient is a choice among equals';

const reductionCases = [
  conformanceCase('sum all', 'sum', [floats([3, 4])], (x) => sum(x)),
  conformanceCase('sum axes', 'sum', [floats([2, 3, 5])], (x) => sum(x, { axes: [0, -1] })),
  conformanceCase('sum keep', 'sum', [floats([2, 3, 5])], (x) => mul(x, sum(x, { axes: [1], keepAxes: true }))),
  conformanceCase('mean axes', 'sum', [floats([2, 3, 5])], (x) => mean(x, { axes: [1, 2] })),
  conformanceCase('max axis', 'max', [floats([3, 7], { low: -2, high: 2, distinct: true })], (x) =>
    max(x, { axes: [1] }),
  ),
  conformanceCase('max all', 'max', [floats([3, 5], { low: -2, high: 2, distinct: true })], (x) => max(x)),
  conformanceCase('max ties', 'max', [floats([6, 7], { step: 0.5 })], (x) => max(x, { axes: [1], keepAxes: true }), {
    withoutDifferences: tied,
  }),
  conformanceCase('argMax', 'argMax', [floats([3, 7], { distinct: true })], (x) => argMax(x), {
    withoutDifferences: tied,
  }),
];

const shapeCases = [
  conformanceCase('reshape', 'reshape', [floats([3, 4])], (x) => reshape(x, [2, -1])),
  conformanceCase('transpose', 'transpose', [floats([2, 3, 4])], (x) => transpose(x, [2, 0, 1])),
  conformanceCase('broadcastTo', 'broadcastTo', [floats([3, 1])], (x) => broadcastTo(x, [2, 3, 4])),
  conformanceCase('expandAxes', 'reshape', [floats([3, 2])], (x) => expandAxes(x, [0, -1])),
  conformanceCase('concat', 'concat', [floats([2, 3]), floats([2, 1]), floats([2, 2])], (...list) => concat(list, -1)),
  conformanceCase('stack', 'concat', [floats([2, 3]), floats([2, 3])], (...list) => stack(list, 1)),
  conformanceCase('split', 'split', [floats([2, 7])], (x) => {
    const [a, b, c] = split(x, [2, 1, 4], 1) as [Value, Value, Value];
    return [mul(a, a), b, c];
  }),
  conformanceCase('split partly used', 'split', [floats([6, 2])], (x) => split(x, 3, 0)[1] as Value),
  conformanceCase('slice', 'slice', [floats([4, 7])], (x) =>
    slice(x, [
      { axis: 0, start: 1, end: -1 },
      { axis: 1, start: 2 },
    ]),
  ),
  conformanceCase('slice step', 'slice', [floats([5, 8])], (x) =>
    slice(x, [
      { axis: 0, step: 2 },
      { axis: 1, start: 1, step: 3 },
    ]),
  ),
  conformanceCase('pad', 'pad', [floats([2, 3])], (x) => pad(x, [1, 0], [0, 2], 0.5)),
  conformanceCase('roll', 'roll', [floats([3, 5])], (x) => roll(roll(x, 2, 1), -1, 0)),
  conformanceCase('depthToSpace', 'transpose', [floats([2, 8, 3, 2])], (x) => depthToSpace(x, 2)),
  conformanceCase('spaceToDepth', 'transpose', [floats([2, 2, 3, 6])], (x) => spaceToDepth(x, 3)),
];

const matmulCases = [
  conformanceCase('matmul', 'matmul', [floats([3, 5]), floats([5, 4])], (a, b) => matmul(a, b)),
  conformanceCase('matmul batch left', 'matmul', [floats([2, 1, 3, 4]), floats([4, 5])], (a, b) => matmul(a, b)),
  conformanceCase('matmul batch right', 'matmul', [floats([3, 4]), floats([2, 4, 5])], (a, b) => matmul(a, b)),
  conformanceCase('matmul batch both', 'matmul', [floats([2, 1, 3, 4]), floats([3, 4, 2])], (a, b) => matmul(a, b)),
  conformanceCase('matmul transposeA', 'matmul', [floats([2, 4, 3]), floats([2, 4, 5])], (a, b) =>
    matmul(a, b, { transposeA: true }),
  ),
  conformanceCase('matmul transposeB', 'matmul', [floats([2, 3, 4]), floats([5, 4])], (a, b) =>
    matmul(a, b, { transposeB: true }),
  ),
  conformanceCase('matmul transposeAB', 'matmul', [floats([4, 3]), floats([2, 5, 4])], (a, b) =>
    matmul(a, b, { transposeA: true, transposeB: true }),
  ),
];

const indexCases = [
  conformanceCase('gather rows', ['gather', 'scatterAdd'], [floats([5, 3]), integers([7], 5)], (x, i) => gather(x, i)),
  conformanceCase(
    'gather middle',
    ['gather', 'scatterAdd'],
    [floats([2, 4, 3]), integers([2, 3], 4, 'int32')],
    (x, i) => gather(x, i, 1),
  ),
  conformanceCase('gather last', 'gather', [floats([2, 4]), integers([6], 4)], (x, i) => gather(x, i, -1)),
  conformanceCase('scatterAdd', 'scatterAdd', [floats([2, 5, 3]), integers([5], 4)], (x, i) => scatterAdd(x, i, 1, 4)),
  conformanceCase('oneHot', 'oneHot', [integers([2, 3], 5)], (i) => oneHot(i, 4)),
  conformanceCase('oneHot int32', 'oneHot', [integers([6], 4, 'int32')], (i) => oneHot(i, 4)),
];

const softmaxCases = [
  conformanceCase('softmax last', 'softmax', [floats([3, 5], { low: -2, high: 2 })], (x) => softmax(x)),
  conformanceCase('softmax middle', 'softmax', [floats([2, 5, 3], { low: -2, high: 2 })], (x) => softmax(x, 1)),
  conformanceCase('logSoftmax last', 'logSoftmax', [floats([3, 5], { low: -2, high: 2 })], (x) => logSoftmax(x)),
  conformanceCase('logSoftmax first', 'logSoftmax', [floats([4, 3], { low: -2, high: 2 })], (x) => logSoftmax(x, 0)),
  conformanceCase('logSoftmax far', 'logSoftmax', [floats([3, 5], { low: -300, high: 300 })], (x) => logSoftmax(x), {
    withoutDifferences: 'rounding at 300 is larger than the step',
  }),
];

const resizeCases = [
  conformanceCase('resizeNearest double', 'resizeNearest', [floats([2, 2, 3, 5])], (x) => resizeNearest(x, 6, 10)),
  conformanceCase('resizeNearest uneven', 'resizeNearest', [floats([1, 2, 5, 4])], (x) => resizeNearest(x, 7, 9)),
  conformanceCase('resizeNearest smaller', 'resizeNearest', [floats([1, 2, 7, 6])], (x) => resizeNearest(x, 3, 4)),
  conformanceCase('resizeBilinear double', 'matmul', [floats([2, 2, 3, 5])], (x) => resizeBilinear(x, 6, 10)),
  conformanceCase('resizeBilinear uneven', 'matmul', [floats([1, 2, 5, 4])], (x) => resizeBilinear(x, 7, 3)),
  conformanceCase('resizeBilinear rows', 'matmul', [floats([1, 2, 5, 4])], (x) => resizeBilinear(x, 2, 4)),
  conformanceCase('resizeBilinear corners', 'matmul', [floats([2, 1, 4, 3])], (x) =>
    resizeBilinear(x, 9, 5, { alignCorners: true }),
  ),
  conformanceCase('resizeBilinear corners smaller', 'matmul', [floats([1, 1, 4, 7])], (x) =>
    resizeBilinear(x, 1, 4, { alignCorners: true }),
  ),
];

/** Cases of reductions, shapes, products, indices, softmax and resizing. */
export const rearrangingCases: readonly ConformanceCase[] = [
  ...reductionCases,
  ...shapeCases,
  ...matmulCases,
  ...indexCases,
  ...softmaxCases,
  ...resizeCases,
];
