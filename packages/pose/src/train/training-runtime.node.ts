import type { ByteStore } from '@zoopraxis/core';
import {
  chooseForms,
  describeMachine,
  type NodeDevice,
  openTrainer,
  resolveDevice,
  workerBackend,
  workerBatches,
} from '@zoopraxis/nn/node';
import type { PoseSampling } from '../dataset/pose-dataset.js';
import type { PoseSamples } from '../dataset/pose-samples.js';
import type { TrainingRuntime } from './training-runtime.js';

/** How training runs in Node. */
export interface NodeTrainingOptions {
  /** `cpu` by default; `auto` takes the fastest that is there. */
  readonly device?: NodeDevice | 'auto';
  /** Threads inside one operation, the number of cores by default. */
  readonly threads?: number;
  /** Where the fastest forms of operations on this machine are remembered; nowhere by default. */
  readonly formCache?: ByteStore;
  /** Choose the fastest forms by trying; true by default. Without, a start takes seconds less and each step longer. */
  readonly tryForms?: boolean;
  /** Module that data workers load: it exports `createDataset`, which gets what `datasetOptions` returns. */
  readonly dataModule: URL;
  /** Returns plain data for `createDataset`. */
  datasetOptions(samples: PoseSamples, sampling: PoseSampling): unknown;
  /** Data workers, 1 by default: one makes samples several times faster than two cores train on them. */
  readonly workers?: number;
  /** Versions of programs by name, for the model card. */
  readonly versions?: Readonly<Record<string, string>>;
}

/**
 * Returns where training runs in Node: networks and data in threads of their own.
 * @throws UnavailableError where the device cannot be used.
 */
export async function nodeTrainingRuntime(options: NodeTrainingOptions): Promise<TrainingRuntime> {
  const { device = 'cpu', formCache, tryForms = true, dataModule, workers = 1, versions = {} } = options;
  const machine = describeMachine();
  const { threads = machine.cores } = options;
  const target = await resolveDevice(device);
  return {
    backend: workerBackend(target),
    threads,
    openTrainer: (job) => openTrainer({ ...job, move: true }),
    ...(tryForms
      ? {
          chooseForms: (outputs, count, signal) =>
            chooseForms(outputs, {
              device: target,
              threads: count,
              ...(formCache ? { cache: formCache } : {}),
              ...(signal ? { signal } : {}),
            }),
        }
      : {}),
    openBatches: (samples, sampling, plan) =>
      workerBatches(dataModule, options.datasetOptions(samples, sampling), {
        ...plan,
        workers,
        prefetch: 3,
        last: 'fill',
      }),
    versions: { node: machine.node, onnxRuntime: machine.onnxRuntime, ...versions },
  };
}
