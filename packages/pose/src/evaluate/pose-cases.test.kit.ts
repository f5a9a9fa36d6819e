import type { OksSigma } from '@zoopraxis/core';
import type { BoxImage } from './box-average-precision.js';
import type { Box } from './object-similarity.js';
import type { InstanceImage } from './pose-instances.js';

/** Returns draws of 0..1 by mulberry32, as `test/reference/pose/make_cases.py`. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1) >>> 0;
    t = (t ^ (t + Math.imul(t ^ (t >>> 7), t | 61))) >>> 0;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface DrawnAnimal {
  points: [number, number][];
  seen: boolean[];
  areaPx2: number;
  box: Box;
  isCrowd: boolean;
  size: number;
}

/** Returns the random case of a seed: the same numbers in the same order as `pose_case` of `make_cases.py`. */
export function poseCase(seed: number, keypoints?: number): { sigma: OksSigma; images: InstanceImage[] } {
  const u = randomOf(seed);
  const whole = (count: number) => Math.trunc(u() * count);
  const drawn = 1 + whole(6);
  const count = keypoints ?? drawn;
  const values = Array.from({ length: count }, () => 0.02 + 0.1 * u());
  const images: InstanceImage[] = [];
  for (let image = 1 + whole(6); image > 0; image--) {
    const animals: DrawnAnimal[] = [];
    for (let animal = whole(5); animal > 0; animal--) {
      const [size, left, top] = [10 + 140 * u(), 300 * u(), 300 * u()];
      const [share, isBlank] = [u(), u() < 0.15];
      const points: [number, number][] = [];
      const seen: boolean[] = [];
      for (let k = 0; k < count; k++) {
        seen.push(u() < 0.8 && !isBlank);
        points.push([left + size * u(), top + size * u()]);
      }
      const areaPx2 = (0.3 + 0.7 * share) * size * size;
      animals.push({ points, seen, areaPx2, box: [left, top, size, size], isCrowd: u() < 0.1, size });
    }
    const isMany = u() < 0.1;
    const number = whole(7);
    const predicted = Array.from({ length: isMany ? 22 + number : number }, () => {
      const points = drawPrediction({ u, count }, animals);
      return { keypoints: points.flat(), score: whole(12) / 8 };
    });
    const labeled = animals.map(({ points, seen, areaPx2, box, isCrowd }) => ({
      keypoints: points.flatMap((point, k) => (seen[k] ? point : [Number.NaN, Number.NaN])),
      areaPx2,
      box,
      isCrowd,
    }));
    images.push({ labeled, predicted });
  }
  return { sigma: { values, convention: 'coco' }, images };
}

function drawPrediction(
  { u, count }: { u: () => number; count: number },
  animals: readonly DrawnAnimal[],
): [number, number][] {
  const [kind, which] = [u(), u()];
  if (animals.length === 0 || kind >= 0.8) {
    const [size, left, top] = [10 + 140 * u(), 300 * u(), 300 * u()];
    return Array.from({ length: count }, () => [left + size * u(), top + size * u()]);
  }
  const animal = animals[Math.trunc(which * animals.length)] as DrawnAnimal;
  const noise = 0.4 * u() * animal.size;
  const points = animal.points.map(([x, y]): [number, number] => [x + noise * (u() - 0.5), y + noise * (u() - 0.5)]);
  if (count > 2 && u() < 0.3) {
    [points[1], points[2]] = [points[2] as [number, number], points[1] as [number, number]];
  }
  if (u() < 0.3) {
    const [x, y] = (animals[Math.trunc(u() * animals.length)] as DrawnAnimal).points[0] as [number, number];
    points[0] = [x + 0.5 * u(), y];
  }
  return points;
}

/** Returns the random boxes of a seed, as `box_case` of `make_cases.py`. */
export function boxCase(seed: number): BoxImage[] {
  const u = randomOf(seed);
  const isGrid = seed % 2 === 0;
  const value = (low: number, span: number) => {
    const drawn = low + span * u();
    return isGrid ? Math.trunc(drawn / 10) * 10 : drawn;
  };
  const drawBox = (): Box => [value(0, 300), value(0, 300), value(10, 140), value(10, 140)];
  const images: BoxImage[] = [];
  for (let image = 1 + Math.trunc(u() * 6); image > 0; image--) {
    const labeled: BoxImage['labeled'][number][] = [];
    for (let count = Math.trunc(u() * 5); count > 0; count--) {
      const box = drawBox();
      labeled.push({ box, areaPx2: (0.5 + 0.5 * u()) * box[2] * box[3], isCrowd: u() < 0.15 });
    }
    const isMany = u() < 0.1;
    const number = Math.trunc(u() * 9);
    const predicted = Array.from({ length: isMany ? 105 + number : number }, () => {
      const [kind, which] = [u(), u()];
      let box: Box;
      if (labeled.length > 0 && kind < 0.75) {
        const own = labeled[Math.trunc(which * labeled.length)]?.box as Box;
        const step = isGrid ? 10 : 0.3 * own[2];
        const move = (side: number) => side + step * (isGrid ? Math.trunc(u() * 3) - 1 : u() - 0.5);
        const [x, y, width, height] = [move(own[0]), move(own[1]), move(own[2]), move(own[3])];
        box = [x, y, Math.max(width, 10), Math.max(height, 10)];
      } else box = drawBox();
      return { box, score: Math.trunc(u() * 12) / 8 };
    });
    images.push({ labeled, predicted });
  }
  return images;
}
