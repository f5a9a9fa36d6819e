import { apply, defineOperation, type Emitter } from '../graph/operation.js';
import { constant, type Value } from '../graph/value.js';
import { add, div, mul, scale, sub } from './arithmetic.js';
import { checkFloat } from './broadcast.js';
import { cast, greater } from './compare.js';

/** Gradient by the input from input x, output y and gradient g by the output. */
export type UnaryRule = (x: Value, y: Value, g: Value) => Value;

/** Defines an operation on single float32 elements and returns the function that applies it; `emit` is an ONNX operator or writes nodes. */
export function defineUnary(
  name: string,
  doc: string,
  emit: string | ((e: Emitter, x: string) => string),
  rule: UnaryRule,
): (x: Value) => Value {
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
  return (x) => apply(operation, [x], null);
}

/** Returns -x. */
export const neg: (x: Value) => Value = defineUnary('neg', '-x.', 'Neg', (_x, _y, g) => neg(g));
/** Returns e to the power x. */
export const exp: (x: Value) => Value = defineUnary('exp', 'e^x.', 'Exp', (_x, y, g) => mul(g, y));
/** Returns the natural logarithm; -Infinity at 0, NaN below. */
export const log: (x: Value) => Value = defineUnary('log', 'Natural logarithm.', 'Log', (x, _y, g) => div(g, x));
/** Returns the square root; NaN below 0; the gradient at 0 is infinite. */
export const sqrt: (x: Value) => Value = defineUnary('sqrt', 'Square root.', 'Sqrt', (_x, y, g) =>
  div(scale(g, 0.5), y),
);
/** Returns x squared. */
export const square: (x: Value) => Value = defineUnary(
  'square',
  'x^2.',
  (e, x) => e.node('Mul', [x, x]),
  (x, _y, g) => mul(g, scale(x, 2)),
);
/** Returns 1 / x. */
export const reciprocal: (x: Value) => Value = defineUnary('reciprocal', '1 / x.', 'Reciprocal', (_x, y, g) =>
  neg(mul(g, square(y))),
);
/** Returns the sine of radians. */
export const sin: (x: Value) => Value = defineUnary('sin', 'Sine of radians.', 'Sin', (x, _y, g) => mul(g, cos(x)));
/** Returns the cosine of radians. */
export const cos: (x: Value) => Value = defineUnary('cos', 'Cosine of radians.', 'Cos', (x, _y, g) =>
  neg(mul(g, sin(x))),
);
/** Returns |x|; the gradient at 0 is 0. */
export const abs: (x: Value) => Value = defineUnary('abs', '|x|; gradient 0 at 0.', 'Abs', (x, _y, g) =>
  mul(g, sign(x)),
);
/** Returns the error function, the integral of 2 / sqrt(pi) e^(-t^2) from 0 to x. */
export const erf: (x: Value) => Value = defineUnary('erf', 'Error function.', 'Erf', (x, _y, g) =>
  mul(g, scale(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))),
);

/** Returns -1, 0 or 1 by the sign; no gradient passes. */
export function sign(x: Value): Value {
  return sub(cast(greater(x, constant(0)), 'float32'), cast(greater(constant(0), x), 'float32'));
}

const powerOperation = defineOperation<{ readonly exponent: number }>({
  name: 'power',
  doc: 'x to a constant power.',
  infer: (inputs) => {
    checkFloat('power', inputs);
    return [{ dtype: 'float32', shape: inputs[0]?.shape ?? [] }];
  },
  emit: (e, [x], { attributes: { exponent } }) => e.node('Pow', [x as string, e.floats(exponent)]),
  gradient: ({ attributes: { exponent }, inputs: [x], gradients: [g] }) => [
    mul(g as Value, scale(power(x as Value, exponent - 1), exponent)),
  ],
});

/** Returns x to a constant power; NaN where x is negative and the exponent is not whole. */
export function power(x: Value, exponent: number): Value {
  if (!Number.isFinite(exponent)) throw new RangeError(`power: exponent must be a finite number, got ${exponent}`);
  if (exponent === 0) return add(scale(x, 0), constant(1));
  if (exponent === 1) return x;
  return exponent === 2 ? square(x) : apply(powerOperation, [x], { exponent });
}
