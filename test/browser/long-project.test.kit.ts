import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Annotations,
  createAnnotations,
  createEthogram,
  createRecording,
  createSkeleton,
  createVideo,
  Random,
  type Skeleton,
} from '@zoopraxis/core';
import type { Project, RecordedAnnotations } from '@zoopraxis/io';
import { createProjectFolder, hashFile, openVideoEncoder } from '@zoopraxis/io/node';
import { repeatFilm } from './repeat-film.test.kit.js';

/** How large a project is made. */
export interface LongProjectOptions {
  /** Default one million: nine hours at 30 frames a second. */
  readonly frameCount?: number;
  /** Default 30. */
  readonly fps?: number;
  /** Recordings beside the long one, without tracks; default 0. */
  readonly otherRecordings?: number;
  /** Whether the long recording has a video; default true. */
  readonly hasVideo?: boolean;
  /** What film and tracks show is the same again after so many frames, which takes seconds to make; left out: never. */
  readonly repeatFrames?: number;
  /** Whether mice have two keypoints instead of five; default false. */
  readonly isSparse?: boolean;
  readonly seed?: number;
  /** Called with what is being made and the share of it that is done. */
  readonly onProgress?: (what: string, share: number) => void;
}

/** Id of the long recording, and of its video and tracks. */
export const longRecording = 'long';

const [widthPx, heightPx] = [128, 96];
const individuals = ['black', 'white'] as const;
const behaviors = ['attack', 'investigation', 'mount'] as const;
const body = { nose: [9, 0], leftear: [6, 3], rightear: [6, -3], neck: [3, 0], tailbase: [-9, 0] } as const;

const skeletonOf = (keypoints: readonly string[]) =>
  createSkeleton({
    name: 'mouse',
    keypoints: [...keypoints],
    edges: (
      [
        [0, 1],
        [0, 2],
        [1, 3],
        [2, 3],
        [3, 4],
      ] as const
    ).filter(([, end]) => end < keypoints.length),
  });

/** Returns where a mouse is and looks in a frame: px and radians; paths that cross and never repeat. */
function placeOf(mouse: number, frame: number): readonly [number, number, number] {
  const t = frame / 40 + 50 * mouse;
  return [64 + 44 * Math.sin(0.031 * t + mouse), 48 + 30 * Math.cos(0.0237 * t), 3 * Math.sin(0.07 * t)];
}

/**
 * Makes a project with one long recording: tracks of two mice, bouts by two people and a model, ethogram and a small
 * video. The same seed makes the same project.
 */
export async function makeLongProject(folder: string, options: LongProjectOptions = {}): Promise<void> {
  const {
    isSparse = false,
    frameCount = 1_000_000,
    fps = 30,
    otherRecordings = 0,
    hasVideo = true,
    seed = 1,
    repeatFrames,
    onProgress,
  } = options;
  const tell = onProgress ?? (() => undefined);
  const points = isSparse ? { nose: body.nose, tailbase: body.tailbase } : body;
  const skeleton = skeletonOf(Object.keys(points));
  const project = await createProjectFolder(folder, { name: 'million frames', skeletons: [skeleton] });
  try {
    if (hasVideo) await addVideo(project, folder, { frameCount, fps, repeatFrames, tell });
    const others = Array.from({ length: otherRecordings }, (_, i) => `session-${String(i + 1).padStart(3, '0')}`);
    await project.updateRecordings(() => [
      createRecording({
        id: longRecording,
        videos: hasVideo ? [longRecording] : [],
        subjects: [...individuals],
        tracks: [longRecording],
      }),
      ...others.map((id, i) => createRecording({ id, conditions: { day: i % 5, group: i % 2 === 0 ? 'a' : 'b' } })),
    ]);
    const { behaviors: catalogue } = createEthogram(
      behaviors.map((name, i) => ({
        name,
        key: name[0] as string,
        color: ['#d55e00', '#56b4e9', '#f0e442'][i] as string,
      })),
    );
    await project.updateManifest((manifest) => ({
      ...manifest,
      ethogram: { behaviors: catalogue.map((item) => ({ ...item, exclusiveWith: [...item.exclusiveWith] })) },
    }));
    await writeTracks(project, { frameCount, fps, seed, repeatFrames, tell, points, skeleton });
    const durationSec = frameCount / fps;
    await writeBouts(project, 'people', ['ann', 'bob'], { durationSec, seed, operation: 'import annotations' });
    await writeBouts(project, 'net', ['net'], { durationSec, seed, operation: 'classify' });
    for (const [i, id] of others.entries()) {
      const streams = [streamOf(id, 'ann', { durationSec: 600, seed: seed + i })];
      const provenance = { operation: 'import annotations', versions: {}, inputs: [], parameters: {} };
      await project.writeAnnotations(`bouts-${id}`, { streams, provenance });
    }
  } finally {
    await project.close();
  }
}

type Tell = (what: string, share: number) => void;

interface MadeOptions {
  readonly frameCount: number;
  readonly fps: number;
  readonly repeatFrames: number | undefined;
  readonly tell: Tell;
}

async function addVideo(
  project: Project,
  folder: string,
  { frameCount, fps, repeatFrames = frameCount, tell }: MadeOptions,
): Promise<void> {
  if (frameCount % repeatFrames !== 0) throw new RangeError(`repeatFrames: must divide ${frameCount}`);
  const source = join('videos', `${longRecording}.mp4`);
  const path = join(folder, source);
  const encoder = await openVideoEncoder(path, { widthPx, heightPx, fps, quality: 40 });
  try {
    const rgb = new Uint8Array(widthPx * heightPx * 3);
    for (let frame = 0; frame < repeatFrames; frame++) {
      drawFrame(rgb, frame);
      await encoder.write({ widthPx, heightPx, rgb });
      if (frame % 10_000 === 0) tell('video', frame / repeatFrames);
    }
    await encoder.finish();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
  if (repeatFrames < frameCount) await writeFile(path, repeatFilm(await readFile(path), frameCount / repeatFrames));
  await project.addVideo(
    createVideo({
      ...{ id: longRecording, source: source.replaceAll('\\', '/'), view: 'top', widthPx, heightPx, frameCount, fps },
      contentHash: await hashFile(path),
    }),
  );
}

/** Bits of the frame's number that are drawn as dark and light squares along the upper edge, 6 px each, lowest first. */
export const numberBits = 20;

/** Draws a frame: a gray floor, two discs, and the number of the frame in squares. */
function drawFrame(rgb: Uint8Array, frame: number): void {
  rgb.fill(128);
  for (let bit = 0; bit < numberBits; bit++) {
    const shade = (frame >> bit) & 1 ? 255 : 0;
    for (let y = 0; y < 6; y++) rgb.fill(shade, 3 * (y * widthPx + 6 * bit), 3 * (y * widthPx + 6 * bit + 6));
  }
  for (const mouse of individuals.keys()) {
    const [x, y] = placeOf(mouse, frame);
    const shade = mouse === 0 ? 20 : 235;
    for (let dy = -6; dy <= 6; dy++) {
      const half = Math.floor(Math.sqrt(36 - dy * dy));
      const [row, left] = [Math.round(y) + dy, Math.round(x) - half];
      rgb.fill(shade, 3 * (row * widthPx + left), 3 * (row * widthPx + left + 2 * half + 1));
    }
  }
}

async function writeTracks(
  project: Project,
  options: MadeOptions & {
    readonly seed: number;
    readonly points: Readonly<Record<string, readonly number[]>>;
    readonly skeleton: Skeleton;
  },
): Promise<void> {
  const { frameCount, fps, seed, repeatFrames, tell, skeleton } = options;
  const random = new Random(seed).fork('tracks');
  const sink = await project.openTracksSink(longRecording, {
    skeleton,
    individuals: [...individuals],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps },
    boxes: false,
    identity: false,
    provenance: { operation: 'made up', versions: {}, inputs: [], parameters: { seed }, synthetic: true },
  });
  const shapes = Object.values(options.points) as [number, number][];
  const makePoints = (start: number, count: number) => {
    const position = new Float32Array(count * individuals.length * shapes.length * 2);
    const confidence = new Float32Array(position.length / 2);
    let at = 0;
    for (let frame = start; frame < start + count; frame++) {
      for (const mouse of individuals.keys()) {
        const [x, y, angle] = placeOf(mouse, repeatFrames === undefined ? frame : frame % repeatFrames);
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        for (const [along, right] of shapes) {
          const draw = random.uniform();
          // One point of 5,000 is missing, one is far off and unsure.
          const isLost = draw < 0.0002;
          const off = draw > 0.9998 ? 40 : 0;
          position[2 * at] = isLost ? Number.NaN : x + along * cos - right * sin + off + random.uniform();
          position[2 * at + 1] = isLost ? Number.NaN : y + along * sin + right * cos + random.uniform();
          confidence[at] = isLost ? Number.NaN : off > 0 ? 0.2 * random.uniform() : 0.8 + 0.2 * random.uniform();
          at++;
        }
      }
    }
    return { position, confidence };
  };
  // Where all is the same again, so is each chunk.
  const chunkFrames =
    repeatFrames === undefined ? 32_768 : repeatFrames * Math.max(1, Math.floor(32_768 / repeatFrames));
  let same: { readonly position: Float32Array; readonly confidence: Float32Array } | undefined;
  const perFrame = individuals.length * shapes.length;
  for (let start = 0, chunk = 0; start < frameCount; start += chunkFrames, chunk++) {
    const count = Math.min(chunkFrames, frameCount - start);
    const points = same ?? makePoints(start, count);
    if (repeatFrames !== undefined) same = points;
    const position = points.position.subarray(0, count * perFrame * 2);
    const confidence = points.confidence.subarray(0, count * perFrame);
    await sink.put(chunk, { frameCount: count, position, confidence });
    tell('tracks', (start + count) / frameCount);
  }
  await sink.close();
}

/** Returns bouts of about one in ten seconds by someone who is a little early or late. */
function streamOf(
  recording: string,
  annotator: string,
  { durationSec, seed }: { readonly durationSec: number; readonly seed: number },
): RecordedAnnotations {
  // What happens is the same for all; when it is seen is not.
  const [random, own] = [new Random(seed).fork('bouts'), new Random(seed).fork(annotator)];
  const bouts: { startSec: number; endSec: number; behavior: number }[] = [];
  for (let sec = 5; sec < durationSec - 20; ) {
    const lengthSec = 1 + 6 * random.uniform();
    const behavior = random.integer(behaviors.length);
    if (own.uniform() < 0.95) {
      bouts.push({ startSec: sec + 0.5 * own.uniform(), endSec: sec + lengthSec + 0.5 * own.uniform(), behavior });
    }
    sec += lengthSec + 1 + 10 * random.uniform();
  }
  const annotations: Annotations = createAnnotations({
    subject: individuals[0],
    target: individuals[1],
    annotator,
    channel: 'default',
    behaviors: [...behaviors],
    startSec: Float64Array.from(bouts, ({ startSec }) => startSec),
    endSec: Float64Array.from(bouts, ({ endSec }) => endSec),
    behavior: Int32Array.from(bouts, ({ behavior }) => behavior),
  });
  return { recording, annotations, observedSec: [0, durationSec] };
}

async function writeBouts(
  project: Project,
  set: string,
  annotators: readonly string[],
  { durationSec, seed, operation }: { readonly durationSec: number; readonly seed: number; readonly operation: string },
): Promise<void> {
  const streams = annotators.map((annotator) => streamOf(longRecording, annotator, { durationSec, seed }));
  await project.writeAnnotations(set, {
    streams,
    provenance: { operation, versions: {}, inputs: [], parameters: { seed }, synthetic: true },
  });
}
