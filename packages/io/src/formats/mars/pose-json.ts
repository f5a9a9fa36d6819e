// Pixel centers: MARS resizes its heatmaps to the box in px of the image; the center of the top-left pixel is taken as (0, 0).
import { createPoseTracks, createSkeleton, FormatError, type PoseTracks } from '@zoopraxis/core';
import { z } from 'zod';
import { decodeText, parseJson } from '../../records/parse-record.js';
import { type ByteSource, wholeBytes } from '../byte-source.js';
import { importProvenance, neededFps, type PoseFile, type PoseReadOptions } from '../pose-file.js';

/** Keypoints of MARS in the order of its files; `right_side` and `left_side` are the hips of its paper. */
export const marsKeypoints = ['nose', 'right_ear', 'left_ear', 'neck', 'right_side', 'left_side', 'tail_base'] as const;

/** How a pose file of MARS is read. */
export interface MarsPoseReadOptions extends PoseReadOptions {
  /** Names of the two mice in the order of the file. Default resident and intruder, as MARS finds them by coat. */
  readonly individuals?: readonly [string, string];
}

const format = 'MARS pose';
const points = marsKeypoints.length;
const numbers = z.array(z.number().nullable()).length(points);
const schema = z.looseObject({
  // [frame][mouse][x or y][keypoint]
  keypoints: z.array(z.array(z.tuple([numbers, numbers])).length(2)),
  scores: z.array(z.array(numbers).length(2)),
  bbox: z.array(z.array(z.array(z.number().nullable()).length(4)).length(2)).optional(),
});

type Coordinates = (number | null)[];

/** Returns the skeleton of MARS's top view: seven keypoints, left and right exchanged by a mirror, roles. */
export function marsSkeleton() {
  const at = (name: (typeof marsKeypoints)[number]) => marsKeypoints.indexOf(name);
  return createSkeleton({
    name: 'MARS top',
    keypoints: [...marsKeypoints],
    edges: [
      [at('nose'), at('neck')],
      [at('right_ear'), at('neck')],
      [at('left_ear'), at('neck')],
      [at('neck'), at('right_side')],
      [at('neck'), at('left_side')],
      [at('right_side'), at('tail_base')],
      [at('left_side'), at('tail_base')],
    ],
    symmetries: [
      [at('left_ear'), at('right_ear')],
      [at('left_side'), at('right_side')],
    ],
    roles: {
      nose: at('nose'),
      neck: at('neck'),
      leftEar: at('left_ear'),
      rightEar: at('right_ear'),
      leftHip: at('left_side'),
      rightHip: at('right_side'),
      tailBase: at('tail_base'),
    },
  });
}

/**
 * Returns the tracks of a pose file of MARS (JSON): two mice, seven keypoints, px of the image as the file has them,
 * confidence from its scores; missing numbers (null, NaN) are missing points. Boxes are shares of the picture there, px here; without
 * its size they are left out.
 *
 * @throws FormatError naming frame and mouse.
 */
export async function readMarsPose(source: ByteSource, options: MarsPoseReadOptions): Promise<PoseFile> {
  const { path, size, keepsExact = false, individuals = ['resident', 'intruder'] } = options;
  const fps = neededFps(format, options.fps);
  const place = {
    format,
    ...(path === undefined ? {} : { path }),
    hint: 'Expected is the file <video>_pose_top_v1_8.json of MARS: keypoints[frame][mouse][x, y][7 points].',
  };
  const bytes = await wholeBytes(source, { path, signal: options.signal, maxBytes: 2 ** 29 - 2 ** 20 });
  // Python writes NaN, which is no JSON.
  const text = decodeText(bytes, place).replace(/\bNaN\b/g, 'null');
  const { keypoints, scores, bbox } = parseJson(schema, text, place);
  const frames = keypoints.length;
  for (const [name, list] of [['scores', scores] as const, ['bbox', bbox] as const]) {
    if (list === undefined || list.length === frames) continue;
    throw new FormatError({
      ...place,
      where: name,
      expected: `${frames} frames, as keypoints`,
      found: String(list.length),
    });
  }
  const position = new Float32Array(frames * 2 * points * 2);
  const exactPosition = keepsExact ? new Float64Array(position.length) : undefined;
  const confidence = new Float32Array(frames * 2 * points);
  const boxes = bbox === undefined || size === undefined ? undefined : new Float32Array(frames * 2 * 4);
  const known = (value: number | null | undefined): number => value ?? Number.NaN;
  for (let frame = 0; frame < frames; frame++) {
    for (let mouse = 0; mouse < 2; mouse++) {
      const [xs, ys] = (keypoints[frame] as (typeof keypoints)[number])[mouse] as [Coordinates, Coordinates];
      const at = (frame * 2 + mouse) * points;
      for (let point = 0; point < points; point++) {
        const [x, y] = [known(xs[point]), known(ys[point])];
        const missing = Number.isNaN(x) || Number.isNaN(y);
        for (const [axis, value] of [x, y].entries()) {
          const place = (at + point) * 2 + axis;
          position[place] = missing ? Number.NaN : value;
          if (exactPosition !== undefined) exactPosition[place] = missing ? Number.NaN : value;
        }
        confidence[at + point] = known(scores[frame]?.[mouse]?.[point]);
      }
      if (boxes === undefined || size === undefined) continue;
      for (let side = 0; side < 4; side++) {
        const share = known(bbox?.[frame]?.[mouse]?.[side]);
        boxes[(frame * 2 + mouse) * 4 + side] = share * (side % 2 === 0 ? size.widthPx : size.heightPx);
      }
    }
  }
  const tracks = createPoseTracks({
    skeleton: marsSkeleton(),
    individuals: [...individuals],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount: frames, fps },
    position,
    confidence,
    ...(boxes === undefined ? {} : { boxes }),
    provenance: importProvenance(format, options),
  });
  return { labels: [], tracks: [{ video: '', tracks, firstFrame: 0, ...(exactPosition && { exactPosition }) }] };
}

/** How a pose file of MARS is written. */
export interface MarsPoseWriteOptions {
  /** Size of the video in px, for boxes, which the file holds as shares of it. */
  readonly size: { readonly widthPx: number; readonly heightPx: number };
}

/**
 * Returns the bytes of tracks of two mice as a pose file of MARS (JSON): x and y in px, confidence as scores (0 where not given), boxes
 * as shares of the picture; a mouse without a box gets the rectangle around its points. Missing points are null.
 *
 * @throws RangeError for tracks that are not of two individuals with the seven points of MARS in an image.
 */
export function writeMarsPose(tracks: PoseTracks, { size }: MarsPoseWriteOptions): Uint8Array {
  const { skeleton, individuals, dimensions, space, position, confidence, boxes, timeBase } = tracks;
  if (individuals.length !== 2 || dimensions !== 2 || space !== 'image') {
    throw new RangeError(
      `MARS pose: needs two individuals in an image, got ${individuals.length} in ${space} with ${dimensions} coordinates`,
    );
  }
  const order = marsKeypoints.map((name) => skeleton.keypoints.indexOf(name));
  const lacking = marsKeypoints.filter((_, i) => (order[i] as number) < 0);
  if (lacking.length > 0) throw new RangeError(`MARS pose: the skeleton lacks ${lacking.join(', ')}`);
  const stride = skeleton.keypoints.length;
  const number = (value: number | undefined): number | null => (Number.isFinite(value) ? (value as number) : null);
  const keypoints: (number | null)[][][][] = [];
  const scores: number[][][] = [];
  const bbox: (number | null)[][][] = [];
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    const at = [0, 1].map((mouse) => order.map((point) => (frame * 2 + mouse) * stride + point));
    const points = at.map((indexes) =>
      [0, 1].map((axis) => indexes.map((index) => number(position[index * 2 + axis]))),
    );
    keypoints.push(points);
    scores.push(at.map((indexes) => indexes.map((index) => number(confidence[index]) ?? 0)));
    bbox.push(
      [0, 1].map((mouse) => {
        const own = boxes?.subarray((frame * 2 + mouse) * 4, (frame * 2 + mouse) * 4 + 4);
        const [xs, ys] = (points[mouse] as (number | null)[][]).map((list) => list.filter((value) => value !== null));
        const around = [
          Math.min(...(xs as number[])),
          Math.min(...(ys as number[])),
          Math.max(...(xs as number[])),
          Math.max(...(ys as number[])),
        ];
        const sides = own?.every(Number.isFinite) ? [...own] : around;
        return sides.map((side, i) => number(side / (i % 2 === 0 ? size.widthPx : size.heightPx)));
      }),
    );
  }
  return new TextEncoder().encode(JSON.stringify({ keypoints, scores, bbox }));
}
