import { createPoseTracks, Random, visibilities } from '@zoopraxis/core';
import { annotateBouts, ethogramOf } from '../annotate.js';
import { BoutRecorder, openFieldBehaviors } from '../behaviors.js';
import { createFrameSource } from '../frame-source.js';
import { type Phantom, phantomProvenance } from '../recording.js';
import { requireFrame } from '../require-options.js';
import { type Build, createSpine, mouseKeypoints, placeKeypoints, placeSpine } from './anatomy.js';
import { hangCable } from './cable.js';
import { createCoat } from './coats.js';
import { paintFloor } from './floor.js';
import { type OpenFieldOptions, resolveOpenField } from './options.js';
import { createPainter, createScene, placeScene } from './painter.js';
import { poseLength } from './pose.js';
import { createSimulation, type Simulation } from './simulation.js';
import { openFieldSkeleton } from './skeleton.js';
import { imageX, imageY } from './view.js';

/** How far below another body or thing a point may seem, cm, before it counts as covered. */
const otherToleranceCm = 0.2;

/** The same for its own body, whose parts join smoothly: little for points that can slip under it. */
const ownToleranceCm = (point: number): number => {
  const name = mouseKeypoints[point]!;
  return name === 'nose' ? 0.8 : name === 'tailmid' || name === 'tailtip' ? 0.4 : 1.6;
};

/** Returns an open field with its truth. */
export function createOpenField(options: OpenFieldOptions): Phantom {
  const resolved = resolveOpenField(options);
  const { seed, fps, frameCount, view, arena, mice } = resolved;
  const random = new Random(seed).fork('open-field', 'look');
  const builds: Build[] = mice.map(({ lengthCm, girth }) => ({ lengthCm, girth, tailCm: 0.95 * lengthCm }));
  const coats = mice.map(({ coat }, mouse) => createCoat(coat, random.fork('coat', mouse)));
  const cable = resolved.cable
    ? hangCable(view, random.fork('cable').nextUint32(), random.fork('cable', 'angle').between(-Math.PI, Math.PI))
    : undefined;
  const floor = paintFloor(
    arena,
    view,
    {
      kind: resolved.background,
      floorColor: resolved.floorColor,
      wallColor: resolved.wallColor,
      lighting: resolved.lighting,
      vignette: resolved.camera.vignette,
    },
    random.fork('floor'),
  );
  const points = mouseKeypoints.length;
  const position = new Float32Array(frameCount * mice.length * points * 2);
  const visibility = new Uint8Array(frameCount * mice.length * points);
  const bouts = new BoutRecorder(openFieldBehaviors, fps);
  const scene = createScene(mice.length);
  const spine = createSpine();
  const inSpace = new Float64Array(3 * points);
  // The painter needs the simulation and the truth needs the painter's heights: truth is written when both are there.
  let simulation: Simulation | undefined;
  const painterOptions = {
    seed,
    fps,
    frameCount,
    view,
    arena,
    builds,
    coats,
    lighting: resolved.lighting,
    camera: resolved.camera,
    cable,
    floor,
  };
  const painter = createPainter(painterOptions, { segmentOf: (frame) => simulation!.segmentOf(frame) });
  simulation = createSimulation({ seed, fps, frameCount, arena, builds }, (segment, from, to) => {
    for (let frame = from; frame < to; frame++) {
      const row = (frame - segment.start) * mice.length;
      placeScene(scene, segment.poses, row * poseLength, builds, view, cable, frame / fps);
      for (let mouse = 0; mouse < mice.length; mouse++) {
        bouts.note(frame, mouse, segment.behavior[row + mouse]!, segment.target[row + mouse]!);
        const pose = (row + mouse) * poseLength;
        placeSpine(segment.poses, pose, builds[mouse]!, spine);
        placeKeypoints(spine, segment.poses, pose, inSpace);
        for (let point = 0; point < points; point++) {
          const z = inSpace[3 * point + 2]!;
          const [x, y] = [imageX(view, inSpace[3 * point]!, z), imageY(view, inSpace[3 * point + 1]!, z)];
          const at = (frame * mice.length + mouse) * points + point;
          if (!(x > -0.5 && y > -0.5 && x < view.widthPx - 0.5 && y < view.heightPx - 0.5)) {
            position[2 * at] = Number.NaN;
            position[2 * at + 1] = Number.NaN;
            visibility[at] = visibilities.absent;
            continue;
          }
          position[2 * at] = x;
          position[2 * at + 1] = y;
          let cover = painter.stillHeight[Math.round(y) * view.widthPx + Math.round(x)]! - otherToleranceCm;
          for (const [other, list] of scene.mice.entries()) {
            const tolerance = other === mouse ? ownToleranceCm(point) : otherToleranceCm;
            cover = Math.max(cover, list.heightAt(x, y) - tolerance);
          }
          cover = Math.max(cover, scene.cable.heightAt(x, y) - otherToleranceCm);
          visibility[at] = cover > z ? visibilities.occluded : visibilities.visible;
        }
      }
    }
  });
  const tracks = createPoseTracks({
    skeleton: openFieldSkeleton,
    individuals: mice.map(({ name }) => name),
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps },
    position,
    confidence: new Float32Array(visibility.length).fill(1),
    provenance: phantomProvenance({ ...options }),
  });
  const finished = bouts.finish(frameCount);
  return {
    source: createFrameSource({ ...view, fps, frameCount }, painter.paint),
    skeleton: openFieldSkeleton,
    tracks,
    visibility,
    bouts: finished,
    annotations: annotateBouts(finished, tracks.individuals, fps),
    ethogram: ethogramOf(openFieldBehaviors),
    calibration: { kind: 'plane', pxPerCm: view.pxPerCm },
    mask(frame) {
      requireFrame(frame, frameCount);
      return painter.mask(frame);
    },
  };
}
