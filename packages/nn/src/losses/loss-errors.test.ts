import { expect, test } from 'vitest';
import { input, type Value } from '../graph/value.js';
import { binaryCrossEntropy, binaryFocal } from './binary.js';
import { crossEntropy } from './classification.js';
import { infoNce } from './divergence.js';
import { huber, meanSquaredError, smoothL1 } from './regression.js';

let counter = 0;
const x = (...shape: number[]): Value => input(`x${counter++}`, shape);
const labels = (...shape: number[]): Value => input(`i${counter++}`, shape, 'int64');

const wrong: readonly [string, () => unknown, string][] = [
  [
    'loss shapes',
    () => meanSquaredError(x(2, 3), x(2, 1)),
    'meanSquaredError: prediction [2, 3] and target [2, 1] must have one shape',
  ],
  [
    'loss weight',
    () => huber(x(3), x(3), { weight: x(2, 3) }),
    "huber: weight [2, 3] must broadcast to the losses' shape [3]",
  ],
  ['beta', () => smoothL1(x(3), x(3), { beta: 0 }), 'smoothL1: beta must be a positive number, got 0'],
  [
    'binary shapes',
    () => binaryCrossEntropy(x(3), x(2)),
    'binaryCrossEntropy: prediction [3] and target [2] must have one shape',
  ],
  ['gamma', () => binaryFocal(x(3), x(3), { gamma: -1 }), 'binaryFocal: gamma must be at least 0, got -1'],
  [
    'labels',
    () => crossEntropy(x(2, 3, 4), labels(2)),
    'crossEntropy: needs logits [batch, class, ...] and labels [batch, ...], got [2, 3, 4] and [2]',
  ],
  [
    'class weight',
    () => crossEntropy(x(2, 3), labels(2), { classWeight: x(2) }),
    'crossEntropy: classWeight must have shape [3], got [2]',
  ],
  ['infoNce', () => infoNce(x(2, 3, 1), x(2, 3, 1)), 'infoNce: embeddings must be [batch, feature], got [2, 3, 1]'],
];

test.each(wrong)('wrong arguments name operation and values: %s', (_, build, message) => {
  expect(build).toThrow(message);
});
