import type { Tensor } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import type { OnnxModel, OnnxNode, OnnxValueInfo } from '../onnx/model.js';
import type { Backend, Session, TensorMap } from '../runtime/backend.js';
import { type Range, type RangeRule, ValueHistogram } from './histogram.js';
import { onnxTensor } from './tensor-data.js';

/** Inputs by name, one set per run. */
export type FeedSets = Iterable<TensorMap> | AsyncIterable<TensorMap>;

/** Values of inner tensors that one session hands out at a time. */
const SESSION_BYTES = 256 * 2 ** 20;

/** Options of {@link calibrateRanges}. */
export interface CalibrationOptions {
  backend: Backend;
  rule: RangeRule;
  signal?: AbortSignal | undefined;
  /** Called after each set of feeds with how many are done. */
  onProgress?: ((done: number) => void) | undefined;
}

type Reduction = 'ReduceMin' | 'ReduceMax' | 'ReduceL1' | 'Size';

/** Returns the model with what a reduction gives of each tensor (list of names) as its outputs, `<reduction><index>`. */
function withReductions(model: OnnxModel, names: readonly string[], reductions: readonly Reduction[]): OnnxModel {
  const nodes: OnnxNode[] = [];
  const outputs: OnnxValueInfo[] = [];
  for (const [index, name] of names.entries()) {
    for (const opType of reductions) {
      const output = `${opType}${index}`;
      nodes.push({
        opType,
        inputs: [name],
        outputs: [output],
        ...(opType === 'Size' ? {} : { attributes: { keepdims: 0 } }),
      });
      outputs.push({ name: output, type: opType === 'Size' ? 'int64' : 'float32', dims: [] });
    }
  }
  return { ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, ...nodes], outputs } };
}

/** Returns the model with each tensor (list of names) as an output `all<index>`, flat, since its rank is not known here. */
function withValues(model: OnnxModel, names: readonly string[]): OnnxModel {
  const { graph } = model;
  const flatten = names.map((name, index) => ({
    opType: 'Reshape',
    inputs: [name, 'calibrate/all'],
    outputs: [`all${index}`],
  }));
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...flatten],
      initializers: [...graph.initializers, onnxTensor('calibrate/all', 'int64', [1], BigInt64Array.of(-1n))],
      outputs: names.map((_, index) => ({ name: `all${index}`, type: 'float32', dims: [`n${index}`] })),
    },
  };
}

function scalar(tensor: Tensor | undefined): number {
  return Number((tensor as Tensor).data[0]);
}

/** Something that watches one run after the other. */
interface Watcher {
  see(feeds: TensorMap): Promise<void>;
  ranges(): Map<string, Range>;
  close(): Promise<void>;
}

async function extentWatcher(model: OnnxModel, names: readonly string[], backend: Backend): Promise<Watcher> {
  const session = await backend.createSession(
    encodeModel(withReductions(model, names, ['ReduceMin', 'ReduceMax', 'ReduceL1'])),
  );
  const found = new Map<string, Range>(names.map((name) => [name, { low: 0, high: 0 }]));
  return {
    async see(feeds) {
      const results = await session.run(feeds);
      for (const [index, name] of names.entries()) {
        // Minima and maxima may pass over NaN; a sum does not.
        if (!Number.isFinite(scalar(results[`ReduceL1${index}`])))
          throw new RangeError(`tensor ${name} has values that are not finite`);
        const { low, high } = found.get(name) as Range;
        found.set(name, {
          low: Math.min(low, scalar(results[`ReduceMin${index}`])),
          high: Math.max(high, scalar(results[`ReduceMax${index}`])),
        });
      }
    },
    ranges: () => found,
    close: () => session.close(),
  };
}

function histogramWatcher(model: OnnxModel, names: readonly string[], backend: Backend, rule: RangeRule): Watcher {
  const histograms = new Map(names.map((name) => [name, new ValueHistogram()]));
  const sessions: { session: Session; group: readonly string[] }[] = [];
  const open = async (feeds: TensorMap): Promise<void> => {
    const measured = await backend.createSession(encodeModel(withReductions(model, names, ['Size'])));
    const sizes = await measured.run(feeds).finally(() => measured.close());
    const groups: string[][] = [];
    let free = 0;
    for (const [index, name] of names.entries()) {
      const bytes = 4 * scalar(sizes[`Size${index}`]);
      if (groups.length === 0 || bytes > free) {
        groups.push([]);
        free = SESSION_BYTES;
      }
      groups.at(-1)?.push(name);
      free -= bytes;
    }
    for (const group of groups) {
      sessions.push({ group, session: await backend.createSession(encodeModel(withValues(model, group))) });
    }
  };
  return {
    async see(feeds) {
      if (sessions.length === 0) await open(feeds);
      for (const { session, group } of sessions) {
        const results = await session.run(feeds);
        for (const [index, name] of group.entries()) {
          try {
            histograms.get(name)?.add((results[`all${index}`] as Tensor).data as Float32Array);
          } catch (cause) {
            throw new RangeError(`tensor ${name} has values that are not finite`, { cause });
          }
        }
      }
    },
    ranges: () => new Map([...histograms].map(([name, histogram]) => [name, histogram.range(rule)])),
    async close() {
      for (const { session } of sessions) await session.close();
    },
  };
}

/**
 * Returns the range of each tensor (list of names) of a model over calibration feeds. The result does not depend on the
 * order of the feeds or on how samples are split into batches.
 * @throws RangeError where there are no feeds or a tensor has a value that is not finite.
 */
export async function calibrateRanges(
  model: OnnxModel,
  names: readonly string[],
  feedSets: FeedSets,
  options: CalibrationOptions,
): Promise<Map<string, Range>> {
  const { backend, rule, signal, onProgress } = options;
  const watcher =
    rule === 'minMax' ? await extentWatcher(model, names, backend) : histogramWatcher(model, names, backend, rule);
  try {
    let done = 0;
    for await (const feeds of feedSets) {
      signal?.throwIfAborted();
      try {
        await watcher.see(feeds);
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        throw new RangeError(`quantizeModel: calibration set ${done}: ${cause.message}`, { cause });
      }
      done++;
      onProgress?.(done);
    }
    if (done === 0) throw new RangeError('quantizeModel: calibration must hold at least one set of feeds, got none');
    return watcher.ranges();
  } finally {
    await watcher.close();
  }
}
