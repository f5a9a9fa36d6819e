import { apply, defineOperation } from '../graph/operation.js';
import type { DataType, Value } from '../graph/value.js';
import { constant } from '../graph/value.js';
import { OnnxType } from '../onnx/model.js';
import { mul, sub } from './arithmetic.js';
import { broadcastShape } from './broadcast.js';
import { sumTo } from './reduce.js';

function defineComparison(name: string, onnx: string, doc: string) {
  return defineOperation<null>({
    name,
    doc,
    infer: ([a, b]) => {
      if (a?.dtype !== b?.dtype)
        throw new TypeError(`${name}: inputs must have one type, got ${a?.dtype} and ${b?.dtype}`);
      return [{ dtype: 'bool', shape: broadcastShape(name, a?.shape ?? [], b?.shape ?? []) }];
    },
    emit: (e, inputs) => e.node(onnx, inputs),
    gradient: 'zero',
  });
}

const greaterOperation = defineComparison('greater', 'Greater', 'Where a > b, as bool.');
const equalOperation = defineComparison('equal', 'Equal', 'Where a = b, as bool.');

/** Returns where a > b, as bool, with broadcasting. */
export function greater(a: Value, b: Value): Value {
  return apply(greaterOperation, [a, b], null);
}

/** Returns where a equals b, as bool, with broadcasting. */
export function equal(a: Value, b: Value): Value {
  return apply(equalOperation, [a, b], null);
}

const castOperation = defineOperation<{ readonly to: DataType }>({
  name: 'cast',
  doc: 'Elements as another type; no gradient passes.',
  infer: ([x], { to }) => [{ dtype: to, shape: x?.shape ?? [] }],
  emit: (e, [x], { attributes }) => e.node('Cast', [x as string], { to: OnnxType[attributes.to] }),
  gradient: 'zero',
});

/** Returns the elements as another type; the gradient stops here. */
export function cast(x: Value, to: DataType): Value {
  return x.dtype === to ? x : apply(castOperation, [x], { to });
}

const whereOperation = defineOperation<null>({
  name: 'where',
  doc: 'Elements of a where the condition holds, else of b.',
  infer: ([condition, a, b]) => {
    if (condition?.dtype !== 'bool') throw new TypeError(`where: the condition must be bool, got ${condition?.dtype}`);
    if (a?.dtype !== b?.dtype)
      throw new TypeError(`where: branches must have one type, got ${a?.dtype} and ${b?.dtype}`);
    const branches = broadcastShape('where', a?.shape ?? [], b?.shape ?? []);
    return [{ dtype: a?.dtype ?? 'float32', shape: broadcastShape('where', condition.shape, branches) }];
  },
  emit: (e, inputs) => e.node('Where', inputs),
  gradient: ({ inputs: [condition, a, b], gradients: [g], needed }) => {
    const mask = cast(condition as Value, 'float32');
    const gradient = g as Value;
    return [
      undefined,
      needed[1] ? sumTo(mul(gradient, mask), (a as Value).shape) : undefined,
      needed[2] ? sumTo(mul(gradient, sub(constant(1), mask)), (b as Value).shape) : undefined,
    ];
  },
});

/** Returns elements of `a` where the bool condition holds, else of `b`, with broadcasting. */
export function where(condition: Value, a: Value, b: Value): Value {
  return apply(whereOperation, [condition, a, b], null);
}

const stopGradientOperation = defineOperation<null>({
  name: 'stopGradient',
  doc: 'The input itself; no gradient passes.',
  infer: ([x]) => [{ dtype: x?.dtype ?? 'float32', shape: x?.shape ?? [] }],
  emit: (_, [x]) => x as string,
  gradient: 'zero',
});

/** Returns the value itself and lets no gradient pass. */
export function stopGradient(x: Value): Value {
  return apply(stopGradientOperation, [x], null);
}

const maskGradientOperation = defineOperation<null>({
  name: 'maskGradient',
  doc: 'The input itself; its gradient is multiplied by a mask.',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  emit: (_, [x]) => x as string,
  gradient: ({ inputs: [, mask], gradients: [g] }) => [mul(g as Value, mask as Value), undefined],
});

/**
 * Returns the value itself; its gradient is multiplied by `mask`, which must broadcast to it.
 * With a 0/1 mask per output channel, outputs that a data set does not define learn nothing from it.
 */
export function maskGradient(x: Value, mask: Value): Value {
  return apply(maskGradientOperation, [x, mask], null);
}
