import type { Picture, Random } from '@zoopraxis/core';

/** List of five: share of an animal’s box that occluders cover at severities 1 to 5 (docs/occlusion-score.md). */
export const occlusionShares: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5];

/** Something textured that hides a part of a picture. */
export interface TexturedOccluder {
  readonly shape: 'block' | 'ellipse' | 'bar';
  /** Middle, px, list of two. */
  readonly center: readonly [number, number];
  /** Along and across, px. */
  readonly lengthPx: number;
  readonly widthPx: number;
  /** Of the length against x. */
  readonly angleRad: number;
  readonly cellPx: number;
  /** Two colors, list of red, green and blue in 0..255. */
  readonly colors: readonly [readonly number[], readonly number[]];
  /** Decides which cell has which color. */
  readonly textureSeed: number;
}

/** Left, top, right and bottom of an area in px of the picture; all sides included. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A picture with occluders, and what they hide. */
export interface OccludedPicture {
  readonly picture: Picture;
  /** 1 for a point that an occluder lies over, shape `[animal, keypoint]`; 0 for the others and for NaN. */
  readonly hidden: Uint8Array;
  /** Mean share of the animals' boxes that is covered, 0..1; NaN where no animal has a point. */
  readonly coveredShare: number;
}

/** What {@link occludePicture} needs to know. */
export interface OccludeOptions {
  /** 1 to 5. */
  readonly severity: number;
  /** The same state gives the same occluders, those of a severity being the first of the next. */
  readonly random: Random;
}

/** More than any box needs; a box whose points lie at a corner of the picture could else take forever. */
const MOST_OCCLUDERS = 500;

function boxOf(points: readonly (readonly [number, number])[], { widthPx, heightPx }: Picture): Box {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const margin = 0.1 * Math.hypot(right - left, bottom - top);
  const least = Math.min(widthPx, heightPx) / 50;
  const growX = Math.max(margin, (least - (right - left)) / 2);
  const growY = Math.max(margin, (least - (bottom - top)) / 2);
  const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, Math.round(value)));
  return {
    left: inside(left - growX, widthPx),
    right: inside(right + growX, widthPx),
    top: inside(top - growY, heightPx),
    bottom: inside(bottom + growY, heightPx),
  };
}

function drawOccluder(box: Box, points: readonly (readonly [number, number])[], random: Random): TexturedOccluder {
  const boxArea = (box.right - box.left + 1) * (box.bottom - box.top + 1);
  const shape = (['block', 'ellipse', 'bar'] as const)[random.integer(3)] as TexturedOccluder['shape'];
  const area = boxArea * random.between(0.03, 0.08);
  const ratio = shape === 'bar' ? 4 : 2 ** random.between(-1, 1);
  const angleRad = shape === 'bar' ? random.between(0, Math.PI) : 0;
  const filled = shape === 'ellipse' ? Math.PI / 4 : 1;
  const lengthPx = Math.max(1, Math.sqrt((area * ratio) / filled));
  const widthPx = Math.max(1, lengthPx / ratio);
  const [x, y] = points[random.integer(points.length)] as readonly [number, number];
  const [along, across] = [lengthPx * random.between(-0.5, 0.5), widthPx * random.between(-0.5, 0.5)];
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)];
  const color = (): number[] => {
    const level = random.between(0, 255);
    return [0, 1, 2].map(() => Math.min(255, Math.max(0, Math.round(level + random.between(-25, 25)))));
  };
  return {
    shape,
    center: [x + along * cos - across * sin, y + along * sin + across * cos],
    lengthPx,
    widthPx,
    angleRad,
    cellPx: Math.max(1, Math.sqrt(area) / 8),
    colors: [color(), color()],
    textureSeed: random.nextUint32(),
  };
}

/** Returns whether a point lies under an occluder, and where along and across it. */
function placeUnder(occluder: TexturedOccluder, x: number, y: number): readonly [number, number] | undefined {
  const { center, lengthPx, widthPx, angleRad, shape } = occluder;
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)];
  const [dx, dy] = [x - center[0], y - center[1]];
  const [along, across] = [dx * cos + dy * sin, dy * cos - dx * sin];
  const [u, v] = [(2 * along) / lengthPx, (2 * across) / widthPx];
  const isUnder = shape === 'ellipse' ? u * u + v * v <= 1 : Math.abs(u) <= 1 && Math.abs(v) <= 1;
  return isUnder ? [along, across] : undefined;
}

/** Returns 0 or 1 for a cell of the texture, both as often (a finalizer of MurmurHash3 over its place). */
function colorOfCell(seed: number, column: number, row: number): 0 | 1 {
  let hash = (seed ^ Math.imul(column, 0x9e3779b1) ^ Math.imul(row, 0x85ebca77)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) & 1) as 0 | 1;
}

/** Draws an occluder in place, marks what it covers, and returns how many pixels of the box it newly covers. */
function paint(picture: Picture, occluder: TexturedOccluder, box: Box, covered: Uint8Array): number {
  const { widthPx, heightPx, rgb } = picture;
  const { center, lengthPx, widthPx: across, cellPx, colors, textureSeed } = occluder;
  const reach = Math.hypot(lengthPx, across) / 2;
  const boxWidth = box.right - box.left + 1;
  let gained = 0;
  for (let y = Math.max(0, Math.ceil(center[1] - reach)); y <= Math.min(heightPx - 1, center[1] + reach); y++) {
    for (let x = Math.max(0, Math.ceil(center[0] - reach)); x <= Math.min(widthPx - 1, center[0] + reach); x++) {
      const place = placeUnder(occluder, x, y);
      if (place === undefined) continue;
      const cell = colorOfCell(textureSeed, Math.floor(place[0] / cellPx), Math.floor(place[1] / cellPx));
      rgb.set(colors[cell], 3 * (y * widthPx + x));
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
      const at = (y - box.top) * boxWidth + (x - box.left);
      gained += 1 - (covered[at] as number);
      covered[at] = 1;
    }
  }
  return gained;
}

/**
 * Returns a copy of a picture with occluders over each animal, as docs/occlusion-score.md says.
 * @param points Labeled points, shape `[animal, keypoint, 2]`, px; NaN = no label. Animals without any stay as they are.
 * @throws RangeError for a severity that is not 1 to 5.
 */
export function occludePicture(
  picture: Picture,
  points: ArrayLike<number>,
  { keypointCount, severity, random }: OccludeOptions & { readonly keypointCount: number },
): OccludedPicture {
  const wanted = occlusionShares[severity - 1];
  if (wanted === undefined) throw new RangeError(`occlusion: severity must be 1 to 5, got ${severity}`);
  const out: Picture = { ...picture, rgb: picture.rgb.slice() };
  const hidden = new Uint8Array(points.length / 2);
  const shares: number[] = [];
  const drawn: TexturedOccluder[] = [];
  const animalCount = hidden.length / keypointCount;
  for (let animal = 0; animal < animalCount; animal++) {
    const own: (readonly [number, number])[] = [];
    for (let at = animal * keypointCount; at < (animal + 1) * keypointCount; at++) {
      if (!Number.isNaN(points[2 * at] as number)) own.push([points[2 * at] as number, points[2 * at + 1] as number]);
    }
    if (own.length === 0) continue;
    const rng = random.fork('animal', animal);
    const box = boxOf(own, picture);
    const area = (box.right - box.left + 1) * (box.bottom - box.top + 1);
    const covered = new Uint8Array(area);
    let count = 0;
    for (let tries = 0; count < wanted * area && tries < MOST_OCCLUDERS; tries++) {
      const occluder = drawOccluder(box, own, rng);
      count += paint(out, occluder, box, covered);
      drawn.push(occluder);
    }
    shares.push(count / area);
  }
  for (let at = 0; at < hidden.length; at++) {
    const [x, y] = [points[2 * at] as number, points[2 * at + 1] as number];
    if (drawn.some((occluder) => placeUnder(occluder, x, y) !== undefined)) hidden[at] = 1;
  }
  return { picture: out, hidden, coveredShare: shares.reduce((sum, share) => sum + share, 0) / shares.length };
}
