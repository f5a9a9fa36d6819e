import { createPoseTracks, createSkeleton, Random, type Skeleton, visibilities } from '@zoopraxis/core';
import { annotateBouts, ethogramOf } from '../annotate.js';
import { BoutRecorder, type PhantomBouts } from '../behaviors.js';
import { createFrameSource } from '../frame-source.js';
import { type Phantom, phantomProvenance } from '../recording.js';
import { Capsules } from '../render/capsules.js';
import { requireFrame } from '../require-options.js';
import { isBehindSteps, layout, type PlanePoint } from './layout.js';
import { digitCount, limbAt, reachPhases } from './limb.js';
import { resolveStaircase, type StaircaseOptions } from './options.js';
import { createStaircasePainter, placeMoment, rank, type StaircaseMoment } from './painter.js';
import { type PelletAt, pelletAt, takenBy } from './pellets.js';
import { planReaches, reachProfiles } from './reaches.js';

/** Points of the reaching limb, and the pellet that is reached for. */
export const staircaseSkeleton: Skeleton = createSkeleton({
  name: 'phantom-reach',
  keypoints: ['nose', 'elbow', 'wrist', 'paw', 'digit1', 'digit2', 'digit3', 'digit4', 'pellet'],
  edges: [
    [1, 2],
    [2, 3],
    [3, 4],
    [3, 5],
    [3, 6],
    [3, 7],
  ],
  symmetries: [],
  roles: { nose: 0 },
});

/** Every reach as columns, each of shape `[reach]`, in order of time. */
export interface StaircaseReaches {
  readonly startSec: Float64Array;
  readonly endSec: Float64Array;
  /** Step from near (0) to far. */
  readonly step: Int32Array;
  /** Index into `reachOutcomes`. */
  readonly outcome: Int32Array;
}

/** The pellets of all steps over time. */
export interface StaircasePellets {
  readonly count: number;
  /** Index into `pelletStates`, shape `[frame, pellet]`. */
  readonly state: Uint8Array;
  /** Shape `[frame, pellet, 2]`, px; NaN where it is eaten. */
  readonly position: Float32Array;
}

/** A phantom of the staircase test, with what became of each reach and pellet. */
export interface StaircasePhantom extends Phantom {
  readonly reaches: StaircaseReaches;
  readonly pellets: StaircasePellets;
}

/** Returns a staircase with its truth; bouts are the phases of `reachPhases`. */
export function createStaircase(options: StaircaseOptions): StaircasePhantom {
  const resolved = resolveStaircase(options);
  const { seed, fps, frameCount, widthPx, heightPx, pxPerCm } = resolved;
  const profile = reachProfiles[resolved.condition];
  const plan = planReaches(profile, layout.stepCount, (frameCount + 1) / fps, seed);
  const motionSeed = new Random(seed).fork('staircase', 'motion').nextUint32();
  const allAt = (timeSec: number) => {
    const limb = limbAt(plan, profile, timeSec, motionSeed);
    const taken = takenBy(plan, timeSec);
    const pellets = taken.map((reach, step) => pelletAt(step, reach, plan, profile, timeSec, limb.grip, motionSeed));
    return { limb, pellets };
  };
  const momentOf = ({ limb, pellets }: ReturnType<typeof allAt>): StaircaseMoment => ({
    limb,
    pellets: pellets.flatMap(({ at, state }) => (at === undefined ? [] : [{ at, held: state === 1 }])),
  });
  const points = staircaseSkeleton.keypoints.length;
  const position = new Float32Array(frameCount * points * 2).fill(Number.NaN);
  const visibility = new Uint8Array(frameCount * points);
  const pelletState = new Uint8Array(frameCount * layout.stepCount);
  const pelletPosition = new Float32Array(frameCount * layout.stepCount * 2).fill(Number.NaN);
  const bouts = new BoutRecorder(reachPhases, fps);
  const list = new Capsules();
  const px = (cm: number) => cm * pxPerCm - 0.5;
  for (let frame = 0; frame < frameCount; frame++) {
    const timeSec = frame / fps;
    const all = allAt(timeSec);
    const { limb, pellets } = all;
    placeMoment(list, momentOf(all), pxPerCm, timeSec);
    bouts.note(frame, 0, limb.phase, -1);
    const write = (point: number, at: PlanePoint, z: number) => {
      const [x, y] = [px(at.x), px(at.y)];
      const index = frame * points + point;
      if (!(x > -0.5 && y > -0.5 && x < widthPx - 0.5 && y < heightPx - 0.5)) return;
      position[2 * index] = x;
      position[2 * index + 1] = y;
      const covered = isBehindSteps(at.x, at.y) || list.heightAt(x, y) > z + 0.31;
      visibility[index] = covered ? visibilities.occluded : visibilities.visible;
    };
    write(0, limb.nose, rank.face + 0.3);
    write(1, limb.elbow, rank.forearm);
    write(2, limb.wrist, rank.paw);
    write(3, limb.paw, rank.digit + 1.5);
    for (let digit = 0; digit < digitCount; digit++)
      write(4 + digit, limb.tips[digit]!, rank.digit + 0.5 * digit + 0.1);
    // The pellet of the reach that runs, else of the next.
    const wanted = plan.reaches[limb.phase >= 0 ? limb.reach : limb.reach + 1] ?? plan.reaches[limb.reach];
    const pellet: PelletAt | undefined = wanted === undefined ? undefined : pellets[wanted.step];
    if (pellet?.at !== undefined) write(8, pellet.at, pellet.state === 1 ? rank.digit + 0.75 : rank.body + 0.9);
    for (const [step, { state, at }] of pellets.entries()) {
      const index = frame * layout.stepCount + step;
      pelletState[index] = state;
      if (at === undefined) continue;
      pelletPosition[2 * index] = px(at.x);
      pelletPosition[2 * index + 1] = px(at.y);
    }
  }
  const painter = createStaircasePainter(resolved, (timeSec) => momentOf(allAt(timeSec)));
  const tracks = createPoseTracks({
    skeleton: staircaseSkeleton,
    individuals: ['mouse1'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps },
    position,
    confidence: new Float32Array(visibility.length).fill(1),
    provenance: phantomProvenance({ ...options }),
  });
  const reaches = plan.reaches.filter(({ startSec }) => startSec < frameCount / fps);
  const finished: PhantomBouts = bouts.finish(frameCount);
  return {
    source: createFrameSource({ widthPx, heightPx, fps, frameCount }, painter.paint),
    skeleton: staircaseSkeleton,
    tracks,
    visibility,
    bouts: finished,
    annotations: annotateBouts(finished, tracks.individuals, fps),
    ethogram: ethogramOf(reachPhases),
    calibration: { kind: 'plane', pxPerCm },
    mask(frame) {
      requireFrame(frame, frameCount);
      return painter.mask(frame);
    },
    reaches: {
      startSec: Float64Array.from(reaches, ({ startSec }) => startSec),
      endSec: Float64Array.from(reaches, ({ endSec }) => endSec),
      step: Int32Array.from(reaches, ({ step }) => step),
      outcome: Int32Array.from(reaches, ({ outcome }) => outcome),
    },
    pellets: { count: layout.stepCount, state: pelletState, position: pelletPosition },
  };
}
