import { apply, defineOperation } from '../graph/operation.js';
import { constant, type Value } from '../graph/value.js';
import { add, mul, scale, sub } from './arithmetic.js';
import { positive } from './batch-norm.js';
import { checkFloat } from './broadcast.js';
import { cast, greater } from './compare.js';
import { defineUnary, erf, exp, neg, square } from './unary.js';

const one = (): Value => constant(1);

/** Returns 1 where low < x < high, else 0. */
function between(x: Value, low: number, high: number): Value {
  return mul(cast(greater(x, constant(low)), 'float32'), cast(greater(constant(high), x), 'float32'));
}

/** Returns max(x, 0); the gradient at 0 is 0. */
export const relu: (x: Value) => Value = defineUnary('relu', 'max(x, 0); gradient 0 at 0.', 'Relu', (_x, y, g) =>
  mul(g, positive(y)),
);

/** Returns min(max(x, 0), 6); the gradient at 0 and at 6 is 0. */
export const relu6: (x: Value) => Value = defineUnary(
  'relu6',
  'min(max(x, 0), 6); gradient 0 at both ends.',
  (e, x) => e.node('Clip', [x, e.floats(0), e.floats(6)]),
  (_x, y, g) => mul(g, positive(mul(y, sub(constant(6), y)))),
);

/** Returns 1 / (1 + e^-x). */
export const sigmoid: (x: Value) => Value = defineUnary('sigmoid', '1 / (1 + e^-x).', 'Sigmoid', (_x, y, g) =>
  mul(g, mul(y, sub(one(), y))),
);

/** Returns the hyperbolic tangent. */
export const tanh: (x: Value) => Value = defineUnary('tanh', 'Hyperbolic tangent.', 'Tanh', (_x, y, g) =>
  mul(g, sub(one(), square(y))),
);

/** Returns x sigmoid(x), also called swish. */
export const silu: (x: Value) => Value = defineUnary(
  'silu',
  'x sigmoid(x).',
  (e, x) => e.node('Mul', [x, e.node('Sigmoid', [x])]),
  (x, y, g) => {
    const s = sigmoid(x);
    return mul(g, add(s, mul(y, sub(one(), s))));
  },
);

/** Returns min(max(x + 3, 0), 6) / 6 (Howard et al. 2019); the gradient at -3 and 3 is 0. */
export const hardSigmoid: (x: Value) => Value = defineUnary(
  'hardSigmoid',
  'min(max(x + 3, 0), 6) / 6.',
  (e, x) => e.node('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  (x, _y, g) => mul(g, scale(between(x, -3, 3), 1 / 6)),
);

/** Returns x hardSigmoid(x) (Howard et al. 2019). */
export const hardSwish: (x: Value) => Value = defineUnary(
  'hardSwish',
  'x min(max(x + 3, 0), 6) / 6.',
  (e, x) => e.node('Mul', [x, e.node('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })]),
  (x, _y, g) => mul(g, add(hardSigmoid(x), mul(scale(x, 1 / 6), between(x, -3, 3)))),
);

/** Returns log(1 + e^x), which does not overflow: max(x, 0) + log(1 + e^-|x|). */
export const softplus: (x: Value) => Value = defineUnary(
  'softplus',
  'log(1 + e^x) without overflow.',
  (e, x) => {
    const tail = e.node('Exp', [e.node('Neg', [e.node('Abs', [x])])]);
    return e.node('Add', [e.node('Relu', [x]), e.node('Log', [e.node('Add', [tail, e.floats(1)])])]);
  },
  (x, _y, g) => mul(g, sigmoid(x)),
);

const exactGelu = defineUnary(
  'gelu',
  'x times the standard normal distribution function.',
  (e, x) => {
    if (e.target !== 'webgpu') return e.node('Gelu', [x], {}, 'com.microsoft');
    const tail = e.node('Erf', [e.node('Mul', [x, e.floats(Math.SQRT1_2)])]);
    return e.node('Mul', [e.node('Mul', [x, e.floats(0.5)]), e.node('Add', [tail, e.floats(1)])]);
  },
  (x, _y, g) => {
    const below = scale(add(erf(scale(x, Math.SQRT1_2)), one()), 0.5);
    const density = scale(exp(scale(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return mul(g, add(below, mul(x, density)));
  },
);

const geluSlope = Math.sqrt(2 / Math.PI);
const geluCubic = 0.044715;

/** Returns the argument of tanh in the approximate GELU. */
function geluArgument(x: Value): Value {
  return mul(scale(x, geluSlope), add(one(), scale(square(x), geluCubic)));
}

const tanhGelu = defineUnary(
  'geluTanh',
  'GELU by the tanh approximation.',
  (e, x) => {
    const cubic = e.node('Add', [e.node('Mul', [e.node('Mul', [x, x]), e.floats(geluCubic)]), e.floats(1)]);
    const bent = e.node('Tanh', [e.node('Mul', [e.node('Mul', [x, e.floats(geluSlope)]), cubic])]);
    return e.node('Mul', [e.node('Mul', [x, e.floats(0.5)]), e.node('Add', [bent, e.floats(1)])]);
  },
  (x, _y, g) => {
    const bent = tanh(geluArgument(x));
    const slope = scale(add(one(), scale(square(x), 3 * geluCubic)), geluSlope);
    const curve = mul(mul(x, sub(one(), square(bent))), slope);
    return mul(g, scale(add(add(one(), bent), curve), 0.5));
  },
);

/**
 * Returns x times the standard normal distribution function (Hendrycks and Gimpel 2016): exact by default, or with
 * `approximation: 'tanh'` as 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
 */
export function gelu(x: Value, options: { approximation?: 'none' | 'tanh' } = {}): Value {
  return options.approximation === 'tanh' ? tanhGelu(x) : exactGelu(x);
}

interface ClipAttributes {
  readonly low: number;
  readonly high: number;
}

const clipOperation = defineOperation<ClipAttributes>({
  name: 'clip',
  doc: 'min(max(x, low), high); the gradient is 0 outside and 1 at both ends.',
  infer: (inputs) => {
    checkFloat('clip', inputs);
    return [{ dtype: 'float32', shape: inputs[0]?.shape ?? [] }];
  },
  emit: (e, [x], { attributes: { low, high } }) => e.node('Clip', [x as string, e.floats(low), e.floats(high)]),
  gradient: ({ attributes: { low, high }, inputs: [x], gradients: [g] }) => {
    const under = cast(greater(constant(low), x as Value), 'float32');
    const over = cast(greater(x as Value, constant(high)), 'float32');
    return [mul(g as Value, sub(one(), add(under, over)))];
  },
});

/** Returns the elements held between `low` and `high`; the gradient outside is 0, at both ends 1 (as PyTorch's `clamp`). */
export function clip(x: Value, low: number, high: number): Value {
  if (!(low <= high)) throw new RangeError(`clip: low must be at most high, got ${low} and ${high}`);
  return apply(clipOperation, [x], { low, high });
}

/** Returns log(sigmoid(x)) without overflow. */
export function logSigmoid(x: Value): Value {
  return neg(softplus(neg(x)));
}
