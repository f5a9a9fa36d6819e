import { Random, type RandomState } from '@zoopraxis/core';
import { type OpenFieldBehavior, openFieldBehaviors } from '../behaviors.js';
import type { Build } from './anatomy.js';
import type { Arena } from './arena.js';
import {
  type Body,
  type Control,
  createBody,
  createControl,
  moveBody,
  separateBodies,
  settleBody,
  writePose,
} from './motion.js';
import { poseLength } from './pose.js';
import { createPairMind, type PairMind, stepPair } from './social.js';
import { createSoloMind, type SoloMind, stepSolo } from './solo.js';

/** Everything that the next step depends on: plain data, so that a copy is a checkpoint. */
interface World {
  random: RandomState;
  bodies: Body[];
  minds: SoloMind[];
  pair: PairMind | undefined;
}

/** Frames of a stretch of the simulation. */
export interface Segment {
  /** First frame of the arrays. */
  readonly start: number;
  /** Poses, shape `[frame, mouse, poseLength]`. */
  readonly poses: Float32Array;
  /** Behavior of each mouse as index into `openFieldBehaviors`, shape `[frame, mouse]`. */
  readonly behavior: Uint8Array;
  /** Index of the mouse acted upon, -1 for none, shape `[frame, mouse]`. */
  readonly target: Int8Array;
}

/** What a simulation is made from. */
export interface SimulationOptions {
  readonly seed: number;
  readonly fps: number;
  readonly frameCount: number;
  readonly arena: Arena;
  readonly builds: readonly Build[];
}

/** A simulation that can be asked for any stretch of frames: checkpoints are kept, frames are made again. */
export interface Simulation {
  readonly mouseCount: number;
  /** Frames in a segment, apart from one more at each end. */
  readonly segmentFrames: number;
  /** Returns the segment that holds a frame; it begins one frame early and ends one late, for motion blur. */
  segmentOf(frame: number): Segment;
}

const segmentFrames = 512;

const codeOf = (behavior: OpenFieldBehavior): number => openFieldBehaviors.indexOf(behavior);

function createWorld(options: SimulationOptions): World {
  const random = new Random(options.seed).fork('open-field', 'motion');
  const { arena, builds } = options;
  const bodies = builds.map((build, mouse) => {
    const side = builds.length === 1 ? 0.5 : 0.3 + 0.4 * mouse;
    return createBody(
      build,
      arena.widthCm * (side + random.between(-0.06, 0.06)),
      arena.heightCm * random.between(0.42, 0.58),
      random.between(-Math.PI, Math.PI),
    );
  });
  const minds = builds.map(() => createSoloMind(random));
  const pair = builds.length > 1 ? createPairMind(random) : undefined;
  return { random: random.state, bodies, minds, pair };
}

/** Returns a simulation after running it once from end to end, which sets the checkpoints. */
export function createSimulation(
  options: SimulationOptions,
  visit: (segment: Segment, from: number, to: number) => void,
): Simulation {
  const { arena, fps, frameCount, builds } = options;
  const mice = builds.length;
  const substeps = Math.max(1, Math.round(60 / fps));
  const dtSec = 1 / fps / substeps;
  const controls: Control[] = builds.map(createControl);
  const step = (world: World, random: Random) => {
    const { bodies, minds, pair } = world;
    if (pair === undefined) stepSolo(minds[0]!, bodies[0]!, controls[0]!, arena, dtSec, random);
    else stepPair(pair, minds, bodies, controls, arena, dtSec, random);
    for (let mouse = 0; mouse < mice; mouse++) moveBody(bodies[mouse]!, controls[mouse]!, dtSec);
    if (pair !== undefined) separateBodies(bodies[0]!, bodies[1]!, pair.grip.value);
    for (let mouse = 0; mouse < mice; mouse++) settleBody(bodies[mouse]!, arena, dtSec, random);
  };
  /** Runs a world that stands at `start` over the frames of a segment; returns it at `checkpointFrame`, too. */
  const runSegment = (from: World, start: number, end: number, checkpointFrame: number) => {
    const world = structuredClone(from);
    const random = new Random(world.random);
    const count = end - start;
    const poses = new Float32Array(count * mice * poseLength);
    const behavior = new Uint8Array(count * mice);
    const target = new Int8Array(count * mice).fill(-1);
    let checkpoint: World | undefined;
    for (let frame = start; frame < end; frame++) {
      if (frame > start) for (let i = 0; i < substeps; i++) step(world, random);
      if (frame === checkpointFrame) checkpoint = structuredClone({ ...world, random: random.state });
      for (let mouse = 0; mouse < mice; mouse++) {
        const row = (frame - start) * mice + mouse;
        writePose(world.bodies[mouse]!, poses, row * poseLength);
        behavior[row] = codeOf(world.minds[mouse]!.shown);
        target[row] = world.minds[mouse]!.shownTarget;
      }
    }
    return { segment: { start, poses, behavior, target } satisfies Segment, checkpoint };
  };
  // The checkpoint of a segment stands one frame before it, so that its first frame can be blurred backward.
  const checkpoints: World[] = [createWorld(options)];
  const boundsOf = (index: number) => {
    const first = index * segmentFrames;
    return { start: Math.max(0, first - 1), end: Math.min(frameCount, first + segmentFrames) + 1 };
  };
  const segmentCount = Math.ceil(frameCount / segmentFrames);
  for (let index = 0; index < segmentCount; index++) {
    const { start, end } = boundsOf(index);
    const next = (index + 1) * segmentFrames - 1;
    const { segment, checkpoint } = runSegment(checkpoints[index]!, start, end, next);
    if (checkpoint !== undefined) checkpoints[index + 1] = checkpoint;
    visit(segment, index * segmentFrames, Math.min(frameCount, (index + 1) * segmentFrames));
  }
  const cache = new Map<number, Segment>();
  return {
    mouseCount: mice,
    segmentFrames,
    segmentOf(frame) {
      const index = Math.floor(frame / segmentFrames);
      const known = cache.get(index);
      if (known !== undefined) return known;
      const { start, end } = boundsOf(index);
      const { segment } = runSegment(checkpoints[index]!, start, end, -1);
      if (cache.size >= 4) cache.delete(cache.keys().next().value!);
      cache.set(index, segment);
      return segment;
    },
  };
}
