import { decodeModel } from '../onnx/decode.js';
import { encodeModel } from '../onnx/encode.js';
import type { Backend } from '../runtime/backend.js';
import { calibrateRanges, type FeedSets } from './calibrate.js';
import type { RangeRule } from './histogram.js';
import { insertRounding } from './insert-rounding.js';
import { type KeepOptions, nodeName, planQuantization } from './quantization-plan.js';
import { uint8Rounding } from './quantize-weights.js';
import { signalToNoise } from './signal-to-noise.js';
import { dropUnused } from './tidy.js';

/** First operator set whose QuantizeLinear has one step per channel. */
const LEAST_OPSET = 13;

/** Options of {@link quantizeModel}. */
export interface QuantizeOptions {
  /** Where the model is run to see its values. */
  backend: Backend;
  /** Inputs like those the model will meet; a hundred samples are usual. */
  calibration: FeedSets;
  /** Inputs that the int8 model is compared on with the float32 one; no comparison by default. */
  check?: FeedSets;
  /** How ranges are chosen, 'minMax' by default. */
  range?: RangeRule;
  /** Layers that stay in float32: the last ones by default. */
  keep?: KeepOptions;
  /**
   * Bits of the weights, 8 by default. Processors with AVX2 or AVX-512 but without VNNI add pairs of products in 16 bits,
   * where 8-bit weights can overflow: 7 is right for them.
   */
  weightBits?: 7 | 8;
  signal?: AbortSignal;
  /** Called after each calibration set with how many are done. */
  onProgress?: (done: number) => void;
}

/** A tensor that is rounded to uint8: value = `scale` (stored - `zeroPoint`). */
export interface QuantizedTensor {
  readonly name: string;
  /** Range seen in calibration and chosen by the rule; it holds 0. */
  readonly low: number;
  readonly high: number;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** What {@link quantizeModel} did. */
export interface QuantizationReport {
  /** Rounded tensors, in the order of the graph. */
  readonly tensors: readonly QuantizedTensor[];
  /** Names of the nodes that run in int8 (list). */
  readonly quantized: readonly string[];
  /** Layers that stayed in float32, and why. */
  readonly kept: readonly { readonly node: string; readonly operator: string; readonly reason: string }[];
  /** Per output, signal to noise in dB on the check set; empty without one. */
  readonly signalToNoise: Readonly<Record<string, number>>;
}

function checkOptions({ range, weightBits }: QuantizeOptions): void {
  if (weightBits !== undefined && weightBits !== 7 && weightBits !== 8) {
    throw new RangeError(`quantizeModel: weightBits must be 7 or 8, got ${String(weightBits)}`);
  }
  if (typeof range === 'object' && !(range.percentile > 50 && range.percentile <= 100)) {
    throw new RangeError(`quantizeModel: range.percentile must be above 50 and at most 100, got ${range.percentile}`);
  }
  if (typeof range === 'string' && range !== 'minMax' && range !== 'meanSquaredError') {
    throw new RangeError(
      `quantizeModel: range must be minMax, meanSquaredError or { percentile }, got ${String(range)}`,
    );
  }
}

/**
 * Returns a model that computes in int8 (static quantization, as QuantizeLinear and DequantizeLinear pairs of the standard
 * operators) from the bytes of an exported float32 model and a calibration set, and a report. Weights are int8 with one step
 * per output channel, activations uint8, biases int32. Convolutions and matrix products with constant weights run in
 * int8, and what lies between them where ONNX Runtime can; transposed convolutions stay in float32.
 * @throws RangeError on options out of range, an empty calibration set, values that are not finite, or a model with
 * nothing to quantize; FormatError where `model` is no ONNX file.
 */
export async function quantizeModel(
  model: Uint8Array,
  options: QuantizeOptions,
): Promise<{ model: Uint8Array; report: QuantizationReport }> {
  checkOptions(options);
  const { backend, calibration, check, range = 'minMax', keep = {}, weightBits = 8, signal, onProgress } = options;
  const decoded = decodeModel(model);
  const opset = decoded.opsets[''] ?? 0;
  if (opset < LEAST_OPSET)
    throw new RangeError(`quantizeModel: model must use opset ${LEAST_OPSET} or newer, got ${opset}`);
  const plan = planQuantization(decoded.graph, keep);
  if (plan.nodes.length === 0) throw new RangeError('quantizeModel: model must have a layer to quantize, got none');
  const owners = [...new Set(plan.tensors.values())];
  const ranges = await calibrateRanges(decoded, owners, calibration, { backend, rule: range, signal, onProgress });
  const roundings = new Map([...ranges].map(([name, found]) => [name, uint8Rounding(found)]));
  const graph = dropUnused(insertRounding(decoded.graph, plan, roundings, weightBits));
  const bytes = encodeModel({ ...decoded, graph });
  const tensors = [...plan.tensors].map(([name, owner]) => ({
    name,
    ...(ranges.get(owner) as { low: number; high: number }),
    ...(roundings.get(owner) as { scale: number; zeroPoint: number }),
  }));
  const report = {
    tensors,
    quantized: plan.nodes.map(({ node }) => nodeName(node)),
    kept: plan.kept,
    signalToNoise: check ? await signalToNoise(model, bytes, check, { backend, signal }) : {},
  };
  return { model: bytes, report };
}
