import { availableParallelism } from 'node:os';
import { FolderStore } from '@zoopraxis/io/node';
import { compileTraining, exportModel, initialWeights, quantizeModel, type Tensor, trainingGraph } from '@zoopraxis/nn';
import { chooseForms, directBackend, openTrainer, workerBackend } from '@zoopraxis/nn/node';
import { type BenchNetwork, type BenchSize, benchNetwork } from './networks.js';

/** One measurement, as a JSON line on standard output; the peer's script writes the same fields. */
export interface WorkResult {
  work: string;
  /** Median seconds of one run. */
  seconds: number;
  runs: number;
  threads: number;
  peakMiB: number;
  version: string;
  /** Seconds from the start of the process until the trainer is ready, where the work is `first`. */
  readySeconds?: number;
}

function filled(shape: readonly number[]): Tensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < data.length; i++) data[i] = 0.5 + 0.5 * Math.sin(i * 0.37);
  return { dtype: 'float32', shape, data };
}

async function medianSeconds(run: () => Promise<unknown>): Promise<{ seconds: number; runs: number }> {
  await run();
  await run();
  const times: number[] = [];
  while (times.length < 5 || times.reduce((a, b) => a + b, 0) < 4) {
    const start = performance.now();
    await run();
    times.push((performance.now() - start) / 1000);
  }
  times.sort((a, b) => a - b);
  return { seconds: times[times.length >> 1] as number, runs: times.length };
}

async function openStep(network: BenchNetwork, size: BenchSize, threads: number) {
  const built = benchNetwork(network, size, true);
  const graph = trainingGraph(built);
  const forms = await chooseForms(graph.outputs.values(), { threads, cache: new FolderStore('.cache/bench') });
  const program = compileTraining(built, { target: 'cpu', forms });
  const trainer = await openTrainer({
    program,
    optimizer: { kind: 'sgd', learningRate: 1e-3, momentum: 0.9 },
    weights: initialWeights(built, 1),
    move: true,
    seed: 1,
    threads,
  });
  const inputs = Object.fromEntries(program.inputs.map(({ name, shape }) => [name, filled(shape)]));
  return { trainer, inputs };
}

async function openInference(network: BenchNetwork, size: BenchSize, threads: number, int8: boolean) {
  const built = benchNetwork(network, size, false);
  const float = await exportModel(built, initialWeights(built, 1), { backend: directBackend('cpu') });
  const image = filled([size[0], 3, size[1], size[2]]);
  const backend = directBackend('cpu');
  const model = int8 ? (await quantizeModel(float, { backend, calibration: [{ image }] })).model : float;
  const session = await workerBackend('cpu').createSession(model, { threads });
  return { session, image };
}

async function main(): Promise<void> {
  const work = process.argv[2] ?? '';
  const threads = Number(process.argv[3] ?? availableParallelism());
  const [what, network, text] = work.split(':');
  const size = (text ?? '').split('x').map(Number) as unknown as BenchSize;
  if (size.length !== 3 || !size.every((part) => part > 0))
    throw new RangeError(`work: must be what:network:BxHxW, got ${work}`);
  let result: Pick<WorkResult, 'seconds' | 'runs' | 'readySeconds'>;
  if (what === 'first') {
    const { trainer, inputs } = await openStep(network as BenchNetwork, size, threads);
    const readySeconds = performance.now() / 1000;
    await trainer.step(inputs);
    result = { seconds: performance.now() / 1000, runs: 1, readySeconds };
    await trainer.close();
  } else if (what === 'step') {
    const { trainer, inputs } = await openStep(network as BenchNetwork, size, threads);
    result = await medianSeconds(() => trainer.step(inputs));
    await trainer.close();
  } else {
    const { session, image } = await openInference(network as BenchNetwork, size, threads, what === 'int8');
    result = await medianSeconds(() => session.run({ image }));
    await session.close();
  }
  const line: WorkResult = {
    work,
    ...result,
    threads,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    version: process.version,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
