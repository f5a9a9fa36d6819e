// Pixel centers: JABS stores whole pixels (row, column), so the center of the top-left pixel is (0, 0), as in Zoopraxis.
import { createPoseTracks, createSkeleton, type PoseTracks } from '@zoopraxis/core';
import { type Hdf5Reader, numberReader, readHdf5 } from '../hdf5/hdf5-reader.js';
import { importProvenance, maxPoseValues, neededFps, type PoseFile, type PoseReadOptions } from '../pose-file.js';

const format = 'JABS pose';

/** Keypoints of the JABS mouse model, pose versions 2 to 6. */
const keypoints = [
  'nose',
  'left_ear',
  'right_ear',
  'base_neck',
  'left_front_paw',
  'right_front_paw',
  'center_spine',
  'left_rear_paw',
  'right_rear_paw',
  'base_tail',
  'mid_tail',
  'tip_tail',
];
const edges: [number, number][] = [
  [3, 0],
  [3, 6],
  [6, 9],
  [9, 10],
  [10, 11],
  [0, 1],
  [0, 2],
  [6, 4],
  [6, 5],
  [9, 7],
  [9, 8],
];

interface Shape {
  readonly frames: number;
  /** Animals that a frame can hold; 0 in version 2, whose arrays have no such axis. */
  readonly slots: number;
}

/** Returns a reader of one number for each frame and slot, or undefined where there is no such dataset. */
function perSlot(file: Hdf5Reader, path: string, { frames, slots }: Shape): Float64Array | undefined {
  if (file.kind(path) !== 'dataset') return undefined;
  const { shape } = file.describe(path);
  if (shape.length !== 2 || shape[0] !== frames || shape[1] !== slots) {
    file.fail(path, `shape [${frames},${slots}]`, `[${shape}]`);
  }
  return file.numbers(path);
}

/** Returns the animal that each slot of each frame holds, -1 where none, shape `[frame, slot]`, and their names. */
function whoIsWhere(file: Hdf5Reader, shape: Shape): { animal: Int32Array; names: string[] } {
  const { frames, slots } = shape;
  const animal = new Int32Array(frames * Math.max(slots, 1)).fill(-1);
  if (slots === 0) return { animal: animal.fill(0), names: ['animal'] };
  const embedded = perSlot(file, '/poseest/instance_embed_id', shape);
  const masked = perSlot(file, '/poseest/id_mask', shape);
  const tracked = perSlot(file, '/poseest/instance_track_id', shape);
  const counts =
    file.kind('/poseest/instance_count') === 'dataset' ? file.numbers('/poseest/instance_count') : undefined;
  if (counts !== undefined && counts.length !== frames) {
    file.fail('/poseest/instance_count', `${frames} values`, String(counts.length));
  }
  const ids = new Map<number, number>();
  for (let frame = 0; frame < frames; frame++) {
    for (let slot = 0; slot < slots; slot++) {
      const at = frame * slots + slot;
      let id: number;
      if (embedded !== undefined) {
        // Identities count from 1; 0 and a set mask mean that the slot holds nobody known.
        if (masked !== undefined && masked[at] !== 0) continue;
        id = embedded[at] as number;
        if (id === 0) continue;
      } else {
        if (counts !== undefined && slot >= (counts[frame] as number)) continue;
        id = tracked === undefined ? slot : (tracked[at] as number);
      }
      let index = ids.get(id);
      if (index === undefined) {
        index = ids.size;
        ids.set(id, index);
      }
      animal[at] = index;
    }
  }
  // Names in the order of the identities, not of their first appearance.
  const sorted = [...ids.keys()].sort((a, b) => a - b);
  const rank = new Map(sorted.map((id, i) => [ids.get(id) as number, i]));
  for (let i = 0; i < animal.length; i++)
    if ((animal[i] as number) >= 0) animal[i] = rank.get(animal[i] as number) as number;
  const word = embedded === undefined ? 'track' : 'identity';
  return { animal, names: sorted.map((id) => `${word} ${id}`) };
}

/**
 * Returns the tracks of a JABS pose file, versions 2 to 6: one animal, tracklets (version 3) or identities (from
 * version 4). A point of confidence 0 is missing. The scale of the file, where it states one, stands in the
 * provenance as `cmPerPixel`; objects of the arena are left out.
 * @throws FormatError where an array is missing or of another shape.
 */
export async function readJabs(bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile> {
  const fps = neededFps(format, options.fps);
  const tell = (code: 'left-out' | 'duplicate-row', where: string, message: string) => {
    const severity = code === 'left-out' ? 'note' : 'error';
    options.report({ severity, code, file: options.path ?? '', where, message });
  };
  return readHdf5(bytes, { format, path: options.path }, (file) => {
    const { shape, type } = file.describe('/poseest/points');
    const get = numberReader(type);
    const sized = (shape.length === 3 || shape.length === 4) && shape.at(-1) === 2 && shape.at(-2) === keypoints.length;
    if (!sized || get === undefined) {
      return file.fail('/poseest/points', 'shape [frame, (animal,) 12, 2] of numbers', `[${shape}] of ${type.kind}s`);
    }
    const frames = shape[0] as number;
    const slots = shape.length === 4 ? (shape[1] as number) : 0;
    const confidences = file.describe('/poseest/confidence');
    const getConfidence = numberReader(confidences.type);
    if (confidences.shape.join() !== shape.slice(0, -1).join() || getConfidence === undefined) {
      return file.fail('/poseest/confidence', `shape [${shape.slice(0, -1)}]`, `[${confidences.shape}]`);
    }
    const { animal, names } = whoIsWhere(file, { frames, slots });
    const count = names.length;
    if (count === 0) file.fail('/poseest', 'at least one animal', 'none');
    const points = keypoints.length;
    if (frames * count * points * 2 > maxPoseValues)
      file.fail('/poseest/points', `at most ${maxPoseValues} values`, 'more');
    const position = new Float32Array(frames * count * points * 2).fill(Number.NaN);
    const confidence = new Float32Array(frames * count * points).fill(Number.NaN);
    const perFrame = Math.max(slots, 1);
    const step = Math.max(1, Math.floor(2 ** 16 / perFrame));
    const filled = new Uint8Array(frames * count);
    let doubled = 0;
    for (let start = 0; start < frames; start += step) {
      const end = Math.min(frames, start + step);
      const places = file.bytes('/poseest/points', start, end);
      const scores = file.bytes('/poseest/confidence', start, end);
      const placeView = new DataView(places.buffer, places.byteOffset, places.byteLength);
      const scoreView = new DataView(scores.buffer, scores.byteOffset, scores.byteLength);
      for (let slot = 0; slot < (end - start) * perFrame; slot++) {
        const who = animal[start * perFrame + slot] as number;
        if (who < 0) continue;
        const frame = start + Math.floor(slot / perFrame);
        if (filled[frame * count + who]) {
          doubled++;
          continue;
        }
        filled[frame * count + who] = 1;
        for (let k = 0; k < points; k++) {
          const from = slot * points + k;
          const to = (frame * count + who) * points + k;
          const score = getConfidence(scoreView, from * confidences.type.size);
          if (!(score > 0)) continue;
          confidence[to] = Math.min(score, 1);
          // Row before column.
          position[2 * to] = get(placeView, (2 * from + 1) * type.size);
          position[2 * to + 1] = get(placeView, 2 * from * type.size);
        }
      }
    }
    if (doubled > 0) {
      tell(
        'duplicate-row',
        '/poseest',
        `${doubled} times two animals of a frame have one identity; the first is used.`,
      );
    }
    const objects = file.list('/static_objects');
    if (objects.length > 0)
      tell('left-out', '/static_objects', `Objects of the arena are left out: ${objects.join(', ')}.`);
    const scale = file.attribute('/poseest', 'cm_per_pixel');
    const tracks: PoseTracks = createPoseTracks({
      skeleton: createSkeleton({ name: 'mouse', keypoints, edges }),
      individuals: names,
      space: 'image',
      dimensions: 2,
      timeBase: { frameCount: frames, fps },
      position,
      confidence,
      provenance: importProvenance(format, options, typeof scale === 'number' ? { cmPerPixel: scale } : {}),
    });
    return { labels: [], tracks: [{ video: '', tracks, firstFrame: 0 }] };
  });
}
