import { emptyArray, sizeOf, type Tensor } from '../graph/value.js';
import { clipScale, laneArenas } from '../optimize/lane.js';
import { planLanes } from '../optimize/lane-plan.js';
import { type OptimizerSettings, slotNames } from '../optimize/settings.js';
import type { LaneRunner, OpenLane } from './lane-runner.js';
import { openLocalLane } from './lane-runner.js';
import { outputPrefix, type TensorSpec, type TrainingProgram } from './program.js';

/** One array of a run's state. */
export interface StateEntry {
  /** The weight's own name, or `optimizer/<slot>/<name>`, or `average/<name>`. */
  readonly key: string;
  /** Name of the weight it belongs to. */
  readonly name: string;
  readonly kind: 'weight' | 'slot' | 'average';
  /** List of axis sizes. */
  readonly shape: readonly number[];
  /** Row-major `[element]` over `shape`: the memory itself, not a copy. */
  readonly data: Float32Array;
}

interface Place {
  readonly spec: TensorSpec;
  readonly lane: LaneRunner;
  readonly offset: number;
  readonly length: number;
}

function view({ offset, length }: Place, array: Float32Array): Float32Array {
  return array.subarray(offset, offset + length);
}

function zeros(specs: readonly TensorSpec[]): Record<string, Tensor> {
  return Object.fromEntries(
    specs.map(({ name, dtype, shape }) => {
      if (dtype !== 'float32') throw new TypeError(`weights ${name}: must be float32, is ${dtype}`);
      return [name, { dtype, shape, data: emptyArray(dtype, sizeOf(shape)) }];
    }),
  );
}

/** The memory of a training run: trained weights with gradients and optimizer state in lanes, and the other weights. */
export class TrainingMemory {
  readonly #optimizer: OptimizerSettings;
  readonly #lanes: readonly LaneRunner[];
  /** Trained parameters in the program's order. */
  readonly #places: readonly Place[];
  readonly #fixed: Record<string, Tensor>;
  /** Two sets of the buffers that a step renews: it reads the first and writes the second, then they change places. */
  #buffers: readonly [Record<string, Tensor>, Record<string, Tensor>];

  /** Takes memory for a program; lanes after the first are opened by `openLane`. */
  constructor(program: TrainingProgram, optimizer: OptimizerSettings, laneCount: number, openLane: OpenLane) {
    this.#optimizer = optimizer;
    this.#fixed = zeros([...program.fixed, ...program.unused]);
    this.#buffers = [zeros(program.updated), zeros(program.updated)];
    const plans = planLanes(program.trained, optimizer, laneCount);
    this.#lanes = plans.map((plan, index) =>
      (index === 0 ? openLocalLane : openLane)(plan, laneArenas(plan, optimizer), optimizer),
    );
    const places = new Map<string, Omit<Place, 'spec'>>();
    for (const lane of this.#lanes) for (const { name, ...at } of lane.plan.segments) places.set(name, { lane, ...at });
    this.#places = program.trained.map((spec) => ({ spec, ...(places.get(spec.name) as Omit<Place, 'spec'>) }));
  }

  /** Returns what the step reads: all weights by name. */
  feeds(): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = { ...this.#fixed, ...this.#buffers[0] };
    for (const place of this.#places) {
      const { name, shape } = place.spec;
      feeds[name] = { dtype: 'float32', shape, data: view(place, place.lane.arenas.weights) };
    }
    return feeds;
  }

  /** Returns where the step writes gradients and renewed buffers, by output name. */
  targets(): Record<string, Tensor> {
    const targets: Record<string, Tensor> = {};
    for (const place of this.#places) {
      const { name, shape } = place.spec;
      const data = view(place, place.lane.arenas.gradients);
      targets[`${outputPrefix.gradient}${name}`] = { dtype: 'float32', shape, data };
    }
    for (const [name, tensor] of Object.entries(this.#buffers[1])) targets[`${outputPrefix.next}${name}`] = tensor;
    return targets;
  }

  /** Returns the Euclidean norm of all gradients: summed per parameter and then in the program's order, whatever the lanes. */
  async gradientNorm(): Promise<number> {
    const sums = new Map<string, number>();
    const measured = await Promise.all(this.#remoteFirst((lane) => lane.measure()));
    for (const [lane, squares] of measured) {
      for (const [index, { name }] of lane.plan.segments.entries()) sums.set(name, squares[index] as number);
    }
    let total = 0;
    for (const { spec } of this.#places) total += sums.get(spec.name) as number;
    return Math.sqrt(total);
  }

  /** Updates all weights from the gradients, whose norm must be given for clipping by norm, and takes over the renewed buffers. */
  async update(step: number, learningRate: number, norm: number | undefined): Promise<void> {
    const { clip } = this.#optimizer;
    const gradientScale = clip?.kind === 'norm' && norm !== undefined ? clipScale(norm, clip.max) : 1;
    await Promise.all(this.#remoteFirst((lane) => lane.update({ step, learningRate, gradientScale })));
    this.#buffers = [this.#buffers[1], this.#buffers[0]];
  }

  /** Sets the averages to the weights. */
  startAverages(): void {
    for (const { arenas } of this.#lanes) arenas.average?.set(arenas.weights);
  }

  /** Returns the whole state (list of arrays), weights first. */
  entries(): StateEntry[] {
    const weights: StateEntry[] = [];
    const others: StateEntry[] = [];
    for (const place of this.#places) {
      const { name, shape } = place.spec;
      const { weights: values, slots, average } = place.lane.arenas;
      weights.push({ key: name, name, kind: 'weight', shape, data: view(place, values) });
      for (const [index, slot] of slotNames(this.#optimizer).entries()) {
        const data = view(place, slots[index] as Float32Array);
        others.push({ key: `optimizer/${slot}/${name}`, name, kind: 'slot', shape, data });
      }
      if (average) others.push({ key: `average/${name}`, name, kind: 'average', shape, data: view(place, average) });
    }
    for (const [name, { shape, data }] of Object.entries({ ...this.#fixed, ...this.#buffers[0] })) {
      weights.push({ key: name, name, kind: 'weight', shape, data: data as Float32Array });
    }
    return [...weights, ...others];
  }

  /** Ends the threads of lanes. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  /** The first lane blocks this thread, so the others must have been sent off before. */
  #remoteFirst<T>(call: (lane: LaneRunner) => Promise<T>): Promise<readonly [LaneRunner, T]>[] {
    return [...this.#lanes].reverse().map(async (lane) => [lane, await call(lane)] as const);
  }
}
