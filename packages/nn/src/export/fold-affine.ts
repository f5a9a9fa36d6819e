import { apply, applyAll } from '../graph/operation.js';
import { callsInOrder } from '../graph/order.js';
import { type Call, sameShape, type Value } from '../graph/value.js';
import { relu } from '../ops/activation.js';
import { add, mul } from '../ops/arithmetic.js';
import type { FusedActivation } from '../ops/batch-norm.js';
import { addChannelBias } from '../ops/convolution.js';
import { reshape } from '../ops/shape.js';
import type { RewriteContext } from './rewrite-context.js';
import { standardMean, standardResize } from './standard-nodes.js';

/** Returns how often each value is used by calls and as an output. */
function countUses(outputs: readonly Value[], calls: readonly Call[]): Map<Value, number> {
  const uses = new Map<Value, number>();
  for (const value of [...outputs, ...calls.flatMap((call) => call.inputs)])
    uses.set(value, (uses.get(value) ?? 0) + 1);
  return uses;
}

/** Returns the weight of a convolution with each output channel multiplied; `factor` has shape [channel]. */
function scaledWeight(weight: Value, factor: Value, transposed: boolean, groups: number): Value {
  if (!transposed) return mul(weight, reshape(factor, [-1, 1, 1, 1]));
  const [into = 0, out = 0, rows = 0, columns = 0] = weight.shape;
  const grouped = reshape(weight, [groups, into / groups, out, rows, columns]);
  return reshape(mul(grouped, reshape(factor, [groups, 1, out, 1, 1])), weight.shape);
}

/**
 * Returns `value` times `factor` plus `shift` per channel (axis 1; both `[channel]`) with the factor and the shift moved
 * into the weights that made it, or undefined where it is made by something else or used elsewhere too.
 */
function absorb(value: Value, factor: Value, shift: Value, context: RewriteContext): Value | undefined {
  const call = context.soleCall(value);
  if (call === undefined) return undefined;
  const [x, weight] = call.inputs as readonly [Value, Value];
  const rest = call.inputs.slice(1);
  if (!rest.every(context.isConstant) || context.isConstant(x)) return undefined;
  const { operation } = call;
  const redo = (scaled: Value): Value => apply(operation, [context.now(x), scaled], call.attributes);
  const channels = value.shape[1] as number;
  switch (operation.name) {
    case 'conv2d':
    case 'convTranspose2d': {
      const { groups } = call.attributes as { groups: number };
      const scaled = scaledWeight(context.now(weight), factor, operation.name === 'convTranspose2d', groups);
      return addChannelBias(redo(scaled), shift);
    }
    case 'matmul': {
      if (value.shape.length !== 2 || weight.shape.length !== 2) return undefined;
      const { transposeB } = call.attributes as { transposeB: boolean };
      const column = transposeB ? reshape(factor, [-1, 1]) : factor;
      return add(redo(mul(context.now(weight), column)), shift);
    }
    case 'add': {
      const bias = weight;
      if (value.shape.length !== 2 || !sameShape(bias.shape, [channels])) return undefined;
      return absorb(x, factor, add(mul(context.now(bias), factor), shift), context);
    }
    case 'channelBias':
      return absorb(x, factor, add(mul(context.now(weight), factor), shift), context);
    case 'channelAffine': {
      if ((call.attributes as { activation: FusedActivation }).activation !== 'none') return undefined;
      const [, scale, offset] = call.inputs.map(context.now) as [Value, Value, Value];
      return absorb(x, mul(scale, factor), add(mul(offset, factor), shift), context);
    }
    case 'reshape': {
      if (!sameShape(x.shape.slice(0, 2), value.shape.slice(0, 2))) return undefined;
      const inner = absorb(x, factor, shift, context);
      return inner && reshape(inner, value.shape);
    }
    default:
      return undefined;
  }
}

function foldCall(call: Call, context: RewriteContext): Value | undefined {
  if (call.operation.name === 'resizeNearest') return standardResize(call, context);
  if (call.operation.name === 'mul') return standardMean(call, context);
  if (call.operation.name !== 'channelAffine') return undefined;
  const [x, scale, shift] = call.inputs as readonly [Value, Value, Value];
  if (!context.isConstant(scale) || !context.isConstant(shift)) return undefined;
  const folded = absorb(x, context.now(scale), context.now(shift), context);
  const { activation } = call.attributes as { activation: FusedActivation };
  return folded && activation === 'relu' ? relu(folded) : folded;
}

/**
 * Returns outputs (by name) that compute the same with fewer steps: per-channel factors and shifts (batch norm with stored
 * statistics) moved into the convolution, transposed convolution or matrix product before them where nothing else uses
 * its result, a fused ReLU as its own step, and {@link standardResize nearest resizing} and {@link standardMean means over an image} as
 * one ONNX node each.
 */
export function foldAffine(outputs: ReadonlyMap<string, Value>): Map<string, Value> {
  const roots = [...outputs.values()];
  const calls = callsInOrder(roots);
  const uses = countUses(roots, calls);
  const replaced = new Map<Value, Value>();
  const constants = new Map<Value, boolean>();
  const isConstant = (value: Value): boolean => {
    const { source } = value;
    if (source.kind !== 'call') return source.kind !== 'input' && source.kind !== 'random';
    return constants.get(value) ?? false;
  };
  const context: RewriteContext = {
    now: (value) => replaced.get(value) ?? value,
    isConstant,
    soleCall: (value) => (value.source.kind === 'call' && uses.get(value) === 1 ? value.source.call : undefined),
  };
  for (const call of calls) {
    const constant = call.inputs.every(isConstant);
    for (const value of call.outputs) constants.set(value, constant);
    const folded = foldCall(call, context);
    const made = folded ? [folded] : redone(call, context);
    for (const [index, value] of call.outputs.entries()) replaced.set(value, made[index] as Value);
  }
  return new Map([...outputs].map(([name, value]) => [name, context.now(value)]));
}

function redone(call: Call, context: RewriteContext): readonly Value[] {
  const inputs = call.inputs.map(context.now);
  if (inputs.every((value, index) => value === call.inputs[index])) return call.outputs;
  return applyAll(call.operation, inputs, call.attributes);
}
