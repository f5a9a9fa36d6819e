import { type Picture, type PoseTracks, runningMedian, secondsOfFrame } from '@zoopraxis/core';
import {
  confidenceFigure,
  formatDuration,
  formatNumber,
  occupancyFigure,
  speedFigure,
  trajectoryFigure,
} from '@zoopraxis/figures';
import type { ReportBlock, ReportSection } from './blocks.js';

/** What tracks are shown from. */
export interface TrackSectionOptions {
  readonly tracks: PoseTracks;
  /** Size of the image in which the tracks lie. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Frame that lies below the path. */
  readonly background?: Picture;
  /** Keypoint that stands for the animal; default by its role, see {@link mainKeypoint}. */
  readonly keypoint?: string;
  /** Points less sure than this are not used, default 0.6. */
  readonly cutoff?: number;
  /** Scale, for speeds in cm/s; else they are in px/s. */
  readonly pxPerCm?: number;
  readonly badge?: string;
}

/** Returns the index of the keypoint that stands for the whole animal: its center, neck, tail base, or the first. */
export function mainKeypoint({ skeleton }: PoseTracks): number {
  const { roles } = skeleton;
  return roles.center ?? roles.neck ?? roles.tailBase ?? roles.head ?? 0;
}

/** Returns the positions of one keypoint where it is sure enough, shape `[frame, 2]`; NaN elsewhere. */
export function pathOf(
  tracks: PoseTracks,
  { individual, keypoint, cutoff }: { individual: number; keypoint: number; cutoff: number },
): Float32Array {
  const { individuals, skeleton, timeBase, position, confidence, dimensions } = tracks;
  const out = new Float32Array(timeBase.frameCount * 2).fill(Number.NaN);
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    const at = (frame * individuals.length + individual) * skeleton.keypoints.length + keypoint;
    if ((confidence[at] as number) < cutoff) continue;
    out[2 * frame] = position[at * dimensions] as number;
    out[2 * frame + 1] = position[at * dimensions + 1] as number;
  }
  return out;
}

/** Seconds over which a speed is measured: shorter, the jitter of the points would be most of it. */
const speedSec = 0.2;

/**
 * Returns the speed at each frame in px/s, shape `[frame]`: distance between the positions half of 0.2 s before and after,
 * after a running median of the path over five frames; NaN where one of them is missing.
 */
export function speedOf(path: Float32Array, timeSec: Float64Array): Float64Array {
  const frames = timeSec.length;
  const axes = [0, 1].map((axis) =>
    runningMedian(
      Float64Array.from({ length: frames }, (_, i) => path[2 * i + axis] as number),
      5,
    ),
  );
  const [x, y] = axes as [Float64Array, Float64Array];
  const span = frames < 2 ? 1 : ((timeSec[frames - 1] as number) - (timeSec[0] as number)) / (frames - 1);
  const half = Math.max(1, Math.round(speedSec / 2 / span));
  return Float64Array.from({ length: frames }, (_, frame) => {
    const [a, b] = [frame - half, frame + half];
    if (a < 0 || b >= frames) return Number.NaN;
    const distance = Math.hypot((x[b] as number) - (x[a] as number), (y[b] as number) - (y[a] as number));
    return distance / ((timeSec[b] as number) - (timeSec[a] as number));
  });
}

/** Returns the sections on where the animals were, how fast, and how sure the model was. */
export async function trackSections(options: TrackSectionOptions): Promise<ReportSection[]> {
  const { tracks, widthPx, heightPx, background, cutoff = 0.6, pxPerCm, badge } = options;
  const { individuals, skeleton, timeBase } = tracks;
  const marked = badge === undefined ? {} : { badge };
  const keypoint = options.keypoint === undefined ? mainKeypoint(tracks) : skeleton.keypoints.indexOf(options.keypoint);
  if (keypoint < 0) {
    throw new RangeError(`report: keypoint must be one of ${skeleton.keypoints.join(', ')}, got ${options.keypoint}`);
  }
  const name = skeleton.keypoints[keypoint] as string;
  const timeSec = Float64Array.from({ length: timeBase.frameCount }, (_, frame) => secondsOfFrame(timeBase, frame));
  const address = background === undefined ? {} : { background: await pictureAddress(background) };
  const [where, fast, sure]: [ReportBlock[], ReportBlock[], ReportBlock[]] = [[], [], []];
  for (const [individual, who] of individuals.entries()) {
    const prefix = individuals.length > 1 ? `${who}, ` : '';
    const subtitle = `${prefix}${name}, ${formatDuration(timeBase.frameCount / timeBase.fps)}`;
    const position = pathOf(tracks, { individual, keypoint, cutoff });
    const path = { position, timeSec, widthPx, heightPx };
    where.push(
      {
        kind: 'figure',
        name: `trajectory-${who}`,
        svg: trajectoryFigure({ ...path, ...address }, { subtitle, ...marked }),
        caption: `Path of ${name} where its confidence is at least ${cutoff}.`,
      },
      { kind: 'figure', name: `occupancy-${who}`, svg: occupancyFigure(path, { subtitle, ...marked }) },
    );
    const speed = speedOf(position, timeSec).map((value) => (pxPerCm === undefined ? value : value / pxPerCm));
    fast.push({
      kind: 'figure',
      name: `speed-${who}`,
      svg: speedFigure({ speed, timeSec, unit: pxPerCm === undefined ? 'px/s' : 'cm/s' }, { subtitle, ...marked }),
      caption: `Distance that ${name} moves in ${speedSec} s, after a running median over five frames.${pxPerCm === undefined ? ' The video is not calibrated, so speeds are in px/s.' : ''}`,
    });
    sure.push({
      kind: 'figure',
      name: `confidence-${who}`,
      svg: confidenceFigure(
        { keypoints: skeleton.keypoints, confidence: ofIndividual(tracks, individual), timeSec, cutoff },
        { subtitle: `${prefix}${formatNumber(timeBase.frameCount)} frames`, ...marked },
      ),
    });
  }
  return [
    { title: 'Where', blocks: where },
    { title: 'How fast', blocks: fast },
    { title: 'How sure', blocks: sure },
  ];
}

function ofIndividual({ confidence, individuals, skeleton, timeBase }: PoseTracks, individual: number): Float32Array {
  if (individuals.length === 1) return confidence;
  const points = skeleton.keypoints.length;
  const out = new Float32Array(timeBase.frameCount * points);
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    const at = (frame * individuals.length + individual) * points;
    out.set(confidence.subarray(at, at + points), frame * points);
  }
  return out;
}

/** Returns a picture as a `data:` address, as JPEG. */
export async function pictureAddress(picture: Picture): Promise<string> {
  const { writeJpeg } = await import('@zoopraxis/io/node');
  return `data:image/jpeg;base64,${Buffer.from(await writeJpeg(picture, { quality: 82 })).toString('base64')}`;
}
