import { apply, defineOperation } from '../graph/operation.js';
import type { TensorType, Value } from '../graph/value.js';
import { mul, sub } from './arithmetic.js';
import { checkAxes, checkFloat } from './broadcast.js';
import { sum } from './reduce.js';
import { exp } from './unary.js';

interface AxisAttributes {
  readonly axis: number;
}

function inferSame(name: string) {
  return (inputs: readonly TensorType[]): TensorType[] => {
    checkFloat(name, inputs);
    return [{ dtype: 'float32', shape: inputs[0]?.shape ?? [] }];
  };
}

const softmaxOperation = defineOperation<AxisAttributes>({
  name: 'softmax',
  doc: 'e^x over its sum along an axis.',
  infer: inferSame('softmax'),
  emit: (e, [x], { attributes: { axis } }) => e.node('Softmax', [x as string], { axis }),
  gradient: ({ attributes: { axis }, outputs: [y], gradients: [g] }) => {
    const weighted = mul(g as Value, y as Value);
    return [sub(weighted, mul(y as Value, sum(weighted, { axes: [axis], keepAxes: true })))];
  },
});

const logSoftmaxOperation = defineOperation<AxisAttributes>({
  name: 'logSoftmax',
  doc: 'Logarithm of softmax along an axis, without overflow.',
  infer: inferSame('logSoftmax'),
  emit: (e, [x], { attributes: { axis } }) => {
    if (e.target !== 'webgpu') return e.node('LogSoftmax', [x as string], { axis });
    const axes = e.ints([axis]);
    const shifted = e.node('Sub', [x as string, e.node('ReduceMax', [x as string, axes], { keepdims: 1 })]);
    const total = e.node('ReduceSum', [e.node('Exp', [shifted]), axes], { keepdims: 1 });
    return e.node('Sub', [shifted, e.node('Log', [total])]);
  },
  gradient: ({ attributes: { axis }, outputs: [y], gradients: [g] }) => {
    const total = sum(g as Value, { axes: [axis], keepAxes: true });
    return [sub(g as Value, mul(exp(y as Value), total))];
  },
});

function along(operation: typeof softmaxOperation, x: Value, axis: number): Value {
  return apply(operation, [x], { axis: checkAxes(operation.name, [axis], x.shape.length)[0] as number });
}

/** Returns e^x divided by its sum along an axis, the last by default. */
export function softmax(x: Value, axis = -1): Value {
  return along(softmaxOperation, x, axis);
}

/** Returns the logarithm of softmax along an axis, the last by default; it does not overflow. */
export function logSoftmax(x: Value, axis = -1): Value {
  return along(logSoftmaxOperation, x, axis);
}
