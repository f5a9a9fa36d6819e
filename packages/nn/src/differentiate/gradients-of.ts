import { callsInOrder } from '../graph/order.js';
import { constant, sameShape, shapeText, sizeOf, type Value } from '../graph/value.js';
import { add } from '../ops/arithmetic.js';

/** Asked for a gradient through an operation that has no gradient rule. */
export class MissingGradientError extends Error {
  readonly operation: string;

  constructor(operation: string) {
    super(
      `operation ${operation} has no gradient rule: give its definition a "gradient", or keep it out of the path to the loss`,
    );
    this.name = 'MissingGradientError';
    this.operation = operation;
  }
}

/**
 * Returns the gradient of a scalar by each of `targets`, as new values of the same graph (reverse accumulation).
 * A target that the scalar does not depend on gets undefined.
 * @throws MissingGradientError naming the operation that lacks a rule on the way.
 */
export function gradientsOf(scalar: Value, targets: readonly Value[]): (Value | undefined)[] {
  if (sizeOf(scalar.shape) !== 1 || scalar.dtype !== 'float32') {
    throw new TypeError(`gradients: the loss must be one float32, got ${scalar.dtype} ${shapeText(scalar.shape)}`);
  }
  const calls = callsInOrder([scalar]);
  const wanted = new Set<Value>(targets);
  const leadsToTarget = new Set<Value>(targets);
  for (const call of calls) {
    if (call.inputs.some((value) => leadsToTarget.has(value))) {
      for (const output of call.outputs) if (output.dtype === 'float32') leadsToTarget.add(output);
    }
  }
  const gradients = new Map<Value, Value>([[scalar, constant(new Float32Array(1).fill(1), scalar.shape)]]);
  for (const call of calls.reverse()) {
    const incoming = call.outputs.map((output) => gradients.get(output));
    for (const output of call.outputs) if (!wanted.has(output)) gradients.delete(output);
    const needed = call.inputs.map((value) => leadsToTarget.has(value) && value.dtype === 'float32');
    if (!needed.includes(true) || incoming.every((gradient) => gradient === undefined)) continue;
    const { operation } = call;
    if (operation.gradient === undefined) throw new MissingGradientError(operation.name);
    if (operation.gradient === 'zero') continue;
    const results = operation.gradient({
      attributes: call.attributes,
      inputs: call.inputs,
      outputs: call.outputs,
      gradients: incoming,
      needed,
    });
    for (const [index, gradient] of results.entries()) {
      const target = call.inputs[index];
      if (gradient === undefined || target === undefined || !needed[index]) continue;
      if (!sameShape(gradient.shape, target.shape)) {
        throw new TypeError(
          `gradient rule of ${operation.name}: input ${index} has shape ${shapeText(target.shape)}, its gradient ${shapeText(gradient.shape)}`,
        );
      }
      const earlier = gradients.get(target);
      gradients.set(target, earlier === undefined ? gradient : add(earlier, gradient));
    }
  }
  return targets.map((target) => gradients.get(target));
}
