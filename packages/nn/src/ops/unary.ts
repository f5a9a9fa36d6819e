import { apply, type Emitter, defineOperation } from '../graph/operation.js';
import { constant, type Value } from '../graph/value.js';
import { div, mul, scale, sub, add } from './arithmetic.js';
import { checkFloat } from './broadcast.js';
import { cast, greater } from './compare.js';

/** Gradient by the input from input x, output y and gradient g by the output. */
type UnaryRule = (x: Value, y: Value, g: Value) => Value;

function defineUnary(name: string, doc: string, emit: string | ((e: Emitter, x: string) => string), rule: UnaryRule) {
  const operation = defineOperation<null>({
    name,
    doc,
    infer: (inputs) => {
      checkFloat(name, inputs);
      return [{ dtype: 'float32', shape: inputs[0]?.shape ?? [] }];
    },
    emit: (e, [x]) => (typeof emit === 'string' ? e.node(emit, [x as string]) : emit(e, x as string)),
    gradient: ({ inputs: [x], outputs: [y], gradients: [g] }) => [rule(x as Value, y as Value, g as Value)],
  });
  return (x: Value): Value => apply(operation, [x], null);
}

const one = (): Value => constant(1);

/** Returns -x. */
export const neg = defineUnary('neg', '-x.', 'Neg', (_x, _y, g) => neg(g));
/** Returns e to the power x. */
export const exp = defineUnary('exp', 'e^x.', 'Exp', (_x, y, g) => mul(g, y));
/** Returns the natural logarithm; -Infinity at 0, NaN below. */
export const log = defineUnary('log', 'Natural logarithm.', 'Log', (x, _y, g) => div(g, x));
/** Returns the square root; NaN below 0. */
export const sqrt = defineUnary('sqrt', 'Square root.', 'Sqrt', (_x, y, g) => div(scale(g, 0.5), y));
/** Returns the sine of radians. */
export const sin = defineUnary('sin', 'Sine of radians.', 'Sin', (x, _y, g) => mul(g, cos(x)));
/** Returns the cosine of radians. */
export const cos = defineUnary('cos', 'Cosine of radians.', 'Cos', (x, _y, g) => neg(mul(g, sin(x))));
/** Returns |x|; the gradient at 0 is 0. */
export const abs = defineUnary('abs', '|x|; gradient 0 at 0.', 'Abs', (x, _y, g) => mul(g, sign(x)));
/** Returns max(x, 0); the gradient at 0 is 0. */
export const relu = defineUnary('relu', 'max(x, 0); gradient 0 at 0.', 'Relu', (_x, y, g) => mul(g, cast(greater(y, constant(0)), 'float32')));
/** Returns 1 / (1 + e^-x). */
export const sigmoid = defineUnary('sigmoid', '1 / (1 + e^-x).', 'Sigmoid', (_x, y, g) => mul(g, mul(y, sub(one(), y))));
/** Returns the hyperbolic tangent. */
export const tanh = defineUnary('tanh', 'Hyperbolic tangent.', 'Tanh', (_x, y, g) => mul(g, sub(one(), mul(y, y))));
/** Returns x sigmoid(x), also called swish. */
export const silu = defineUnary(
  'silu',
  'x sigmoid(x).',
  (e, x) => e.node('Mul', [x, e.node('Sigmoid', [x])]),
  (x, y, g) => {
    const s = sigmoid(x);
    return mul(g, add(s, mul(y, sub(one(), s))));
  },
);
/** Returns -1, 0 or 1 by the sign; no gradient. */
export function sign(x: Value): Value {
  return sub(cast(greater(x, constant(0)), 'float32'), cast(greater(constant(0), x), 'float32'));
}
