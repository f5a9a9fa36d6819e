import { constant } from '../../graph/value.js';
import { binaryCrossEntropy, binaryFocal } from '../../losses/binary.js';
import { crossEntropy, focal } from '../../losses/classification.js';
import { infoNce, klDivergence, unitLength } from '../../losses/divergence.js';
import { huber, meanAbsoluteError, meanSquaredError, smoothL1 } from '../../losses/regression.js';
import { logSoftmax, softmax } from '../../ops/softmax.js';
import { type ConformanceCase, conformanceCase, floats, integers } from '../case.js';

const pair = [floats([3, 4]), floats([3, 4])];
/** Errors are odd multiples of 1/8 around 0, up to 3: away from the kinks at 0, 1/2 and 1. */
const kinked = [
  floats([4, 5], { low: -2, high: 2, step: 0.5 }),
  floats([4, 5], { low: -1.125, high: 0.875, step: 0.5 }),
];
const weight = floats([3, 1], { low: 0, high: 2 });
const logits = floats([3, 4], { low: -3, high: 3 });
const probabilities = floats([3, 4], { low: 0, high: 1 });
const classLogits = floats([5, 4], { low: -2, high: 2 });
const classWeight = floats([4], { low: 0.5, high: 2 });

/** Cases of the losses, by the operation that each leans on most. */
export const lossCases: readonly ConformanceCase[] = [
  conformanceCase('meanSquaredError', 'square', pair, (x, t) => meanSquaredError(x, t)),
  conformanceCase('meanSquaredError weighted', 'square', [...pair, weight], (x, t, w) =>
    meanSquaredError(x, t, { weight: w, reduction: 'sum' }),
  ),
  conformanceCase('meanAbsoluteError', 'abs', kinked, (x, t) => meanAbsoluteError(x, t)),
  conformanceCase('huber', 'minimum', kinked, (x, t) => huber(x, t, { reduction: 'none' })),
  conformanceCase('huber delta', 'minimum', kinked, (x, t) => huber(x, t, { delta: 0.5 })),
  conformanceCase('smoothL1', 'minimum', kinked, (x, t) => smoothL1(x, t)),
  conformanceCase('smoothL1 beta', 'minimum', kinked, (x, t) => smoothL1(x, t, { beta: 0.5, reduction: 'none' })),
  conformanceCase('binaryCrossEntropy', 'softplus', [logits, probabilities], (x, t) => binaryCrossEntropy(x, t)),
  conformanceCase(
    'binaryCrossEntropy weighted',
    'softplus',
    [logits, probabilities, weight, floats([4], { low: 0.5, high: 3 })],
    (x, t, w, p) => binaryCrossEntropy(x, t, { weight: w, positiveWeight: p }),
  ),
  conformanceCase(
    'binaryCrossEntropy far',
    'softplus',
    [floats([9], { low: -300, high: 300 }), floats([9], { low: 0, high: 1 })],
    (x, t) => binaryCrossEntropy(x, t, { reduction: 'none' }),
    { withoutDifferences: 'rounding at 300 is larger than the step' },
  ),
  conformanceCase('binaryFocal', 'softplus', [logits, probabilities], (x, t) =>
    binaryFocal(x, t, { alpha: 0.25, reduction: 'none' }),
  ),
  conformanceCase('binaryFocal gamma 1.5', 'power', [logits, probabilities], (x, t) =>
    binaryFocal(x, t, { gamma: 1.5 }),
  ),
  conformanceCase('crossEntropy', 'logSoftmax', [classLogits, integers([5], 4)], (x, y) => crossEntropy(x, y)),
  conformanceCase('crossEntropy int32 none', 'logSoftmax', [classLogits, integers([5], 4, 'int32')], (x, y) =>
    crossEntropy(x, y, { reduction: 'none' }),
  ),
  conformanceCase('crossEntropy weighted', 'logSoftmax', [classLogits, integers([5], 4), classWeight], (x, y, w) =>
    crossEntropy(x, y, { classWeight: w }),
  ),
  conformanceCase('crossEntropy smoothed', 'logSoftmax', [classLogits, integers([5], 4)], (x, y) =>
    crossEntropy(x, y, { labelSmoothing: 0.2 }),
  ),
  conformanceCase(
    'crossEntropy everything',
    'logSoftmax',
    [floats([3, 4, 2, 3], { low: -2, high: 2 }), integers([3, 2, 3], 4)],
    (x, y) => crossEntropy(x, y, { labelSmoothing: 0.1, ignoreIndex: 2, classWeight: constant([0.5, 1, 1.5, 2]) }),
  ),
  conformanceCase('focal', 'logSoftmax', [classLogits, integers([5], 4)], (x, y) =>
    focal(x, y, { gamma: 1.5, ignoreIndex: 1, classWeight: constant([0.5, 1, 1.5, 2]) }),
  ),
  conformanceCase('focal sum', 'logSoftmax', [classLogits, integers([5], 4)], (x, y) =>
    focal(x, y, { reduction: 'sum' }),
  ),
  conformanceCase('klDivergence', 'log', [floats([3, 4]), floats([3, 4])], (x, t) =>
    klDivergence(logSoftmax(x), softmax(t)),
  ),
  conformanceCase('klDivergence zeros', 'log', [floats([2, 4])], (x) =>
    klDivergence(logSoftmax(x), constant([0, 0.25, 0.75, 0, 1, 0, 0, 0], [2, 4]), { reduction: 'sum' }),
  ),
  conformanceCase('unitLength', 'sqrt', [floats([3, 5])], (x) => unitLength(x)),
  conformanceCase('infoNce', 'logSoftmax', [floats([4, 6]), floats([4, 6])], (a, b) =>
    infoNce(a, b, { temperature: 0.2 }),
  ),
  conformanceCase('infoNce symmetric', 'logSoftmax', [floats([4, 6]), floats([4, 6])], (a, b) =>
    infoNce(a, b, { temperature: 0.5, symmetric: true, reduction: 'none' }),
  ),
];
