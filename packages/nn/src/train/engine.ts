import { IntegrityError } from '@zoopraxis/core';
import type { WeightArrays } from '../graph/network.js';
import { emptyArray, shapeText, sizeOf, type Tensor } from '../graph/value.js';
import { checkSettings, type OptimizerSettings } from '../optimize/settings.js';
import type { Backend, Session, TensorMap } from '../runtime/backend.js';
import { readSafetensors } from '../weights/safetensors.js';
import { float32Tensor, type WeightTensor } from '../weights/weight-set.js';
import { DivergenceError } from './errors.js';
import { type OpenLane, openLocalLane } from './lane-runner.js';
import { outputPrefix, type TrainingProgram } from './program.js';
import { RandomTensors } from './randoms.js';
import { encodeState } from './state-file.js';
import type { StepOptions, StepResult, Trainer, TrainerInfo } from './trainer.js';
import { TrainingMemory } from './training-memory.js';

/** What a {@link TrainingEngine} is made from. */
export interface EngineOptions {
  program: TrainingProgram;
  backend: Backend;
  optimizer: OptimizerSettings;
  /** Starting values of all parameters and buffers, row-major `[element]` by name, as `initialWeights` gives them. */
  weights: WeightArrays;
  /** Seed of what the network draws at each step, such as dropout. */
  seed: number;
  /** Threads inside one operation; 1 by default. */
  threads?: number;
  /** Parts of the parameters that are updated at the same time; 1 by default. The result does not depend on it. */
  laneCount?: number;
  /** Makes the runners of all lanes but the first, which is updated in the calling thread. */
  openLane?: OpenLane;
  /** See {@link TrainerInfo}. */
  environment?: Readonly<Record<string, string>>;
}

const divergenceHint =
  'Lower the learning rate, add a warm-up or clip gradients by norm; check the data for NaN and for division by zero in the loss.';

/** Training in the calling thread: a session for the gradients, arenas for weights, and the optimizer. */
export class TrainingEngine implements Trainer {
  readonly info: TrainerInfo;
  readonly #program: TrainingProgram;
  readonly #session: Session;
  readonly #memory: TrainingMemory;
  readonly #randoms: RandomTensors;
  readonly #metrics: Record<string, Tensor>;
  #step = 0;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: EngineOptions, session: Session, memory: TrainingMemory) {
    const { program, optimizer, seed, threads = 1, environment = {} } = options;
    this.info = { target: program.target, threads, forms: program.forms, seed, optimizer, environment };
    this.#program = program;
    this.#session = session;
    this.#memory = memory;
    this.#randoms = new RandomTensors(program.randoms, seed);
    const scalars = program.metrics.filter(({ shape }) => sizeOf(shape) === 1);
    this.#metrics = Object.fromEntries(
      scalars.map(({ name, dtype, shape }) => [name, { dtype, shape, data: emptyArray(dtype, 1) }]),
    );
    for (const { key, kind, data } of memory.entries()) {
      if (kind !== 'weight') continue;
      const values = options.weights.get(key);
      if (values === undefined) throw new TypeError(`weights: ${key} is missing`);
      if (values.length !== data.length) {
        throw new RangeError(`weights: ${key} must hold ${data.length} values, got ${values.length}`);
      }
      data.set(values);
    }
    memory.startAverages();
  }

  /** Returns an engine that is ready for its first step. */
  static async open(options: EngineOptions): Promise<TrainingEngine> {
    const { program, backend, optimizer, threads = 1, laneCount = 1, openLane = openLocalLane } = options;
    if (backend.target !== program.target) {
      throw new TypeError(`backend: must be for ${program.target}, as the program is, got ${backend.target}`);
    }
    const memory = new TrainingMemory(program, checkSettings(optimizer), laneCount, openLane);
    let session: Session | undefined;
    try {
      session = await backend.createSession(program.model, { threads });
      return new TrainingEngine(options, session, memory);
    } catch (error) {
      await Promise.all([memory.close(), session?.close()]);
      throw error;
    }
  }

  step(inputs: TensorMap, options: StepOptions = {}): Promise<StepResult> {
    return this.#inTurn(() => this.#takeStep(inputs, options.learningRate ?? this.info.optimizer.learningRate));
  }

  async #takeStep(inputs: TensorMap, learningRate: number): Promise<StepResult> {
    if (!(Number.isFinite(learningRate) && learningRate >= 0)) {
      throw new RangeError(`learningRate: must be a number of at least 0, got ${learningRate}`);
    }
    const step = this.#step + 1;
    this.#randoms.draw(this.#step);
    const into = this.#memory.targets();
    for (const [name, tensor] of Object.entries(this.#metrics)) into[`${outputPrefix.metric}${name}`] = tensor;
    const results = await this.#session.run({ ...inputs, ...this.#memory.feeds(), ...this.#randoms.tensors }, into);
    const metrics: Record<string, number> = {};
    const tensors: Record<string, Tensor> = {};
    for (const { name } of this.#program.metrics) {
      const scalar = this.#metrics[name];
      if (scalar) metrics[name] = Number(scalar.data[0]);
      else tensors[name] = results[`${outputPrefix.metric}${name}`] as Tensor;
    }
    const loss = metrics.loss ?? Number.NaN;
    if (!Number.isFinite(loss)) {
      throw new DivergenceError(`the loss is ${loss} at step ${step}`, { hint: divergenceHint });
    }
    let norm: number | undefined;
    if (this.info.optimizer.clip?.kind === 'norm') {
      norm = await this.#memory.gradientNorm();
      if (!Number.isFinite(norm)) {
        throw new DivergenceError(`the norm of the gradients is ${norm} at step ${step}`, { hint: divergenceHint });
      }
      metrics.gradientNorm = norm;
    }
    await this.#memory.update(step, learningRate, norm);
    this.#step = step;
    return { step, loss, metrics, tensors };
  }

  weights(options: { average?: boolean } = {}): Promise<WeightArrays> {
    return this.#inTurn(async () => {
      if (options.average && !this.info.optimizer.average) {
        throw new TypeError('weights: no average is kept: set average in the settings of the optimizer');
      }
      const weights: WeightArrays = new Map();
      for (const { name, kind, data } of this.#memory.entries()) {
        if (kind === 'weight' || (options.average && kind === 'average')) weights.set(name, data.slice());
      }
      return weights;
    });
  }

  /** As {@link Trainer.saveState} says: bytes. */
  saveState(metadata: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      const tensors = new Map<string, WeightTensor>();
      for (const { key, kind, shape, data } of this.#memory.entries()) {
        // A finite loss can still have had gradients that are not, and such weights must not replace good ones on disk.
        if (kind === 'weight' && !data.every(Number.isFinite)) {
          throw new DivergenceError(`weights ${key} are not finite after step ${this.#step}`, { hint: divergenceHint });
        }
        tensors.set(key, float32Tensor(shape, data));
      }
      return encodeState(tensors, { ...metadata, step: String(this.#step) });
    });
  }

  loadState(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      const { tensors, metadata } = readSafetensors(bytes);
      const step = Number(metadata.step);
      if (!(Number.isSafeInteger(step) && step >= 0)) {
        throw new IntegrityError(`checkpoint: step must be a whole number, is ${metadata.step}`);
      }
      const entries = this.#memory.entries();
      const known = new Set(entries.map(({ key }) => key));
      const stranger = [...tensors.keys()].find((key) => !known.has(key));
      if (stranger !== undefined) throw otherNetwork(`it holds ${stranger}, which this one lacks`);
      const found = entries.map(({ key, shape }) => {
        const tensor = tensors.get(key);
        if (tensor?.type !== 'float32') throw otherNetwork(`it lacks ${key}`);
        if (shapeText(tensor.shape) !== shapeText(shape)) {
          throw otherNetwork(`${key} has shape ${shapeText(tensor.shape)} there and ${shapeText(shape)} here`);
        }
        return tensor.data;
      });
      // Only now that everything fits is anything changed.
      for (const [index, { data }] of entries.entries()) data.set(found[index] as Float32Array);
      this.#step = step;
    });
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all([this.#memory.close(), this.#session.close()]);
    });
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(job);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function otherNetwork(problem: string): IntegrityError {
  return new IntegrityError(`checkpoint: of another network or optimizer: ${problem}`, {
    hint: 'A checkpoint continues only the network and kind of optimizer that wrote it. Start a new run in another folder, or give its weights as starting values.',
  });
}
