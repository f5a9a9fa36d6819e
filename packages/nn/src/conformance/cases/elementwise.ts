import type { Value } from '../../graph/value.js';
import {
  clip,
  gelu,
  hardSigmoid,
  hardSwish,
  logSigmoid,
  relu,
  relu6,
  sigmoid,
  silu,
  softplus,
  tanh,
} from '../../ops/activation.js';
import { add, div, maximum, minimum, mul, sub } from '../../ops/arithmetic.js';
import { positive } from '../../ops/batch-norm.js';
import { cast, equal, greater, maskGradient, stopGradient, where } from '../../ops/compare.js';
import { abs, cos, erf, exp, log, neg, power, reciprocal, sign, sin, sqrt, square } from '../../ops/unary.js';
import { type ConformanceCase, conformanceCase, floats } from '../case.js';

const tied = 'the gradient is a choice among equals';
const rewritten = 'the gradient is set apart from the value on purpose';

const binary: readonly [string, (a: Value, b: Value) => Value, boolean][] = [
  ['add', add, false],
  ['sub', sub, false],
  ['mul', mul, false],
  ['div', div, true],
];

/** Shapes (lists of axis sizes) that broadcast left to right, right to left, and both at once. */
const broadcasts: readonly [string, readonly number[], readonly number[]][] = [
  ['same', [3, 5], [3, 5]],
  ['left', [5], [2, 3, 5]],
  ['right', [2, 3, 5], [3, 1]],
  ['both', [4, 1, 3], [2, 1]],
  ['scalar', [7], []],
];

const binaryCases = binary.flatMap(([name, apply, positiveOnly]) =>
  broadcasts.map(([kind, a, b]) =>
    conformanceCase(
      `${name} ${kind}`,
      name,
      [floats(a), positiveOnly ? floats(b, { low: 1, high: 2 }) : floats(b)],
      apply,
    ),
  ),
);

const lattice = { low: -1, high: 1, step: 0.5 };

const extremeCases = (
  [
    ['maximum', maximum],
    ['minimum', minimum],
  ] as const
).flatMap(([name, apply]) => [
  conformanceCase(
    `${name} broadcast`,
    name,
    [floats([3, 4], { distinct: true }), floats([2, 1, 4], { step: 0.25 })],
    apply,
    {
      withoutDifferences: tied,
    },
  ),
  conformanceCase(
    `${name} apart`,
    name,
    [floats([12], { low: -1, high: 1, step: 0.5 }), floats([3, 1], { low: -2.5, high: -1.5 })],
    apply,
  ),
  conformanceCase(`${name} ties`, name, [floats([4, 5], lattice), floats([4, 5], lattice)], apply, {
    withoutDifferences: tied,
  }),
]);

const wide = { low: -4, high: 4, step: 0.25 };

const unary: readonly [string, string, (x: Value) => Value, Parameters<typeof floats>[1]?][] = [
  ['neg', 'neg', neg],
  ['exp', 'exp', exp, { low: -2, high: 2 }],
  ['log', 'log', log, { low: 0.5, high: 3 }],
  ['sqrt', 'sqrt', sqrt, { low: 0.5, high: 3 }],
  ['square', 'square', square],
  ['reciprocal', 'reciprocal', reciprocal, { low: 0.75, high: 3 }],
  ['sin', 'sin', sin, { low: -4, high: 4 }],
  ['cos', 'cos', cos, { low: -4, high: 4 }],
  ['abs', 'abs', abs, wide],
  ['erf', 'erf', erf, { low: -3, high: 3 }],
  ['power 1.5', 'power', (x) => power(x, 1.5), { low: 0.5, high: 3 }],
  ['power 3', 'power', (x) => power(x, 3)],
  ['relu', 'relu', relu, wide],
  ['relu6', 'relu6', relu6, { low: -4, high: 10, step: 0.25 }],
  ['sigmoid', 'sigmoid', sigmoid, { low: -6, high: 6 }],
  ['tanh', 'tanh', tanh, { low: -3, high: 3 }],
  ['silu', 'silu', silu, { low: -6, high: 6 }],
  ['hardSigmoid', 'hardSigmoid', hardSigmoid, { low: -5, high: 5, step: 0.25 }],
  ['hardSwish', 'hardSwish', hardSwish, { low: -5, high: 5, step: 0.25 }],
  ['softplus', 'softplus', softplus, { low: -6, high: 6, step: 0.25 }],
  ['logSigmoid', 'softplus', logSigmoid, { low: -6, high: 6, step: 0.25 }],
  ['gelu', 'gelu', (x) => gelu(x), { low: -4, high: 4 }],
  ['gelu tanh', 'geluTanh', (x) => gelu(x, { approximation: 'tanh' }), { low: -4, high: 4 }],
  ['clip', 'clip', (x) => clip(x, -1, 0.5), { low: -2, high: 2, step: 0.25 }],
];

const unaryCases = unary.map(([name, operation, apply, options]) =>
  conformanceCase(name, operation, [floats([3, 11], options)], apply),
);

/** Cases of operations on single elements. */
export const elementwiseCases: readonly ConformanceCase[] = [
  ...binaryCases,
  ...extremeCases,
  ...unaryCases,
  conformanceCase('softplus far', 'softplus', [floats([9], { low: -400, high: 400 })], softplus, {
    withoutDifferences: 'rounding at 400 is larger than the step',
  }),
  conformanceCase('relu ends', 'relu', [floats([9], { low: -1.5, high: 1.5, step: 1 })], relu, {
    withoutDifferences: tied,
  }),
  conformanceCase('relu6 ends', 'relu6', [floats([19], { low: -6.5, high: 12.5, step: 1 })], relu6, {
    withoutDifferences: tied,
  }),
  conformanceCase('clip ends', 'clip', [floats([16], { low: -1.5, high: 1.5, step: 1 })], (x) => clip(x, -1, 1), {
    withoutDifferences: tied,
  }),
  conformanceCase('sign', 'greater', [floats([9], { low: -1.5, high: 1.5, step: 1 })], sign, {
    withoutDifferences: rewritten,
  }),
  conformanceCase(
    'greater',
    ['greater', 'cast'],
    [floats([4, 5], lattice), floats([5], lattice)],
    (a, b) => cast(greater(a, b), 'float32'),
    { withoutDifferences: tied },
  ),
  conformanceCase(
    'equal',
    ['equal', 'cast'],
    [floats([4, 5], lattice), floats([5], lattice)],
    (a, b) => cast(equal(a, b), 'float32'),
    { withoutDifferences: tied },
  ),
  conformanceCase('positive', 'positive', [floats([9], { low: -1.5, high: 1.5, step: 1 })], positive, {
    withoutDifferences: rewritten,
  }),
  conformanceCase(
    'where broadcast',
    'where',
    [{ shape: [3, 1], dtype: 'bool' }, floats([2, 1, 4]), floats([3, 4])],
    where,
  ),
  conformanceCase('stopGradient', 'stopGradient', [floats([5])], (x) => mul(x, stopGradient(x)), {
    withoutDifferences: rewritten,
  }),
  conformanceCase(
    'maskGradient',
    'maskGradient',
    [floats([2, 3]), floats([3])],
    (x, mask) => maskGradient(mul(x, x), mask),
    {
      withoutDifferences: rewritten,
    },
  ),
];
