import { apply, defineOperation } from '../graph/operation.js';
import { constant, type TensorType, type Value } from '../graph/value.js';
import { broadcastShape } from './broadcast.js';
import { cast, greater } from './compare.js';
import { sumTo } from './reduce.js';
import { neg } from './unary.js';

type BinaryRule = (a: Value, b: Value, g: Value) => [a: () => Value, b: () => Value];

function defineBinary(name: string, onnx: string, doc: string, rule: BinaryRule) {
  return defineOperation<null>({
    name,
    doc,
    infer: (inputs) => {
      const [a, b] = inputs as readonly [TensorType, TensorType];
      if (a.dtype !== b.dtype) throw new TypeError(`${name}: inputs must have one type, got ${a.dtype} and ${b.dtype}`);
      return [{ dtype: a.dtype, shape: broadcastShape(name, a.shape, b.shape) }];
    },
    emit: (e, inputs) => e.node(onnx, inputs),
    gradient: ({ inputs, gradients: [g], needed }) => {
      const [a, b] = inputs as readonly [Value, Value];
      const [byA, byB] = rule(a, b, g as Value);
      return [needed[0] ? sumTo(byA(), a.shape) : undefined, needed[1] ? sumTo(byB(), b.shape) : undefined];
    },
  });
}

/** Returns 1 where a > b, 0.5 where equal, else 0: the share of a maximum's gradient that goes to `a`. */
function share(a: Value, b: Value): Value {
  const above = cast(greater(a, b), 'float32');
  const below = cast(greater(b, a), 'float32');
  return mul(constant(0.5), add(constant(1), sub(above, below)));
}

const addOperation = defineBinary('add', 'Add', 'a + b with broadcasting.', (_a, _b, g) => [() => g, () => g]);
const subOperation = defineBinary('sub', 'Sub', 'a - b with broadcasting.', (_a, _b, g) => [() => g, () => neg(g)]);
const mulOperation = defineBinary('mul', 'Mul', 'a b with broadcasting.', (a, b, g) => [
  () => mul(g, b),
  () => mul(g, a),
]);
const divOperation = defineBinary('div', 'Div', 'a / b with broadcasting.', (a, b, g) => [
  () => div(g, b),
  () => neg(div(mul(g, div(a, b)), b)),
]);
const maximumOperation = defineBinary('maximum', 'Max', 'Larger of a and b; ties share the gradient.', (a, b, g) => [
  () => mul(g, share(a, b)),
  () => mul(g, share(b, a)),
]);
const minimumOperation = defineBinary('minimum', 'Min', 'Smaller of a and b; ties share the gradient.', (a, b, g) => [
  () => mul(g, share(b, a)),
  () => mul(g, share(a, b)),
]);

/** Returns a + b, with broadcasting. */
export function add(a: Value, b: Value): Value {
  return apply(addOperation, [a, b], null);
}

/** Returns a - b, with broadcasting. */
export function sub(a: Value, b: Value): Value {
  return apply(subOperation, [a, b], null);
}

/** Returns the product a b, element by element with broadcasting. */
export function mul(a: Value, b: Value): Value {
  return apply(mulOperation, [a, b], null);
}

/** Returns a / b, with broadcasting. */
export function div(a: Value, b: Value): Value {
  return apply(divOperation, [a, b], null);
}

/** Returns the larger of a and b, with broadcasting; ties share the gradient equally. */
export function maximum(a: Value, b: Value): Value {
  return apply(maximumOperation, [a, b], null);
}

/** Returns the smaller of a and b, with broadcasting; ties share the gradient equally. */
export function minimum(a: Value, b: Value): Value {
  return apply(minimumOperation, [a, b], null);
}

/** Returns the value times a number. */
export function scale(x: Value, factor: number): Value {
  return factor === 1 ? x : mul(x, constant(factor));
}
