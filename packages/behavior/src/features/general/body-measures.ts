import type { Unit } from '@zoopraxis/core';
import { centerInWords, type Measure, type MeasureContext } from './measure.js';

/** Returns what is seen of the animals at all: missing points, confidence, number of animals. */
export function presenceMeasures({ used, animals }: MeasureContext): Measure[] {
  const group = 'presence';
  const measures: Measure[] = [
    {
      group,
      name: 'missing',
      unit: '1',
      definition: 'Share of the keypoints that are missing in this frame.',
      of: 'animal',
      compute(view, into, animal) {
        into.fill(0, 0, view.count);
        for (const k of used) {
          const x = view.x(animal, k);
          for (let f = 0; f < view.count; f++) if (Number.isNaN(x[f + view.pad])) into[f] = (into[f] as number) + 1;
        }
        for (let f = 0; f < view.count; f++) into[f] = (into[f] as number) / used.length;
      },
    },
    {
      group,
      name: 'confidence',
      unit: '1',
      definition: 'Mean confidence of the known keypoints.',
      of: 'animal',
      compute(view, into, animal) {
        for (let f = 0; f < view.count; f++) {
          let [sum, known] = [0, 0];
          for (const k of used) {
            const value = view.confidence(animal, k)[f + view.pad] as number;
            if (Number.isNaN(value)) continue;
            sum += value;
            known++;
          }
          into[f] = sum / known;
        }
      },
    },
  ];
  if (animals < 2) return measures;
  measures.push({
    group,
    name: 'animals seen',
    unit: '1',
    definition: 'Number of animals of which at least one keypoint is known.',
    of: 'frame',
    compute(view, into) {
      into.fill(0, 0, view.count);
      for (let animal = 0; animal < view.animals; animal++) {
        for (let f = 0; f < view.count; f++) {
          if (used.some((k) => !Number.isNaN(view.x(animal, k)[f + view.pad]))) into[f] = (into[f] as number) + 1;
        }
      }
    },
  });
  return measures;
}

/** A point on the line from the center that the heading is taken from is never beside it. */
function sidesOf({ headingPair, roles }: MeasureContext, k: number): ('forward' | 'sideways')[] {
  const isOnLine = headingPair?.includes(k) === true && headingPair.some((end) => end === roles.center);
  return isOnLine ? ['forward'] : ['forward', 'sideways'];
}

/** Returns the points of each animal in its own frame: how far forward along its body and how far to its right. */
export function postureMeasures(context: MeasureContext): Measure[] {
  const { used, keypoints, roles, lengthUnit, headingPair } = context;
  if (headingPair === undefined) return [];
  const points = used.filter((k) => k !== roles.center);
  return points.flatMap((k) =>
    sidesOf(context, k).map((side): Measure => {
      const isForward = side === 'forward';
      return {
        group: 'posture',
        name: `own ${side}(${keypoints[k]})`,
        unit: lengthUnit,
        definition: `${keypoints[k]} in the animal's own frame: ${isForward ? 'distance along its heading' : 'distance to the right of its heading'} from its center (${centerInWords(context)}).`,
        of: 'animal',
        isSided: !isForward,
        compute(view, into, animal) {
          const { pad, count, place } = view;
          const [x, y, px, py] = [view.x(animal, k), view.y(animal, k), view.x(animal, place), view.y(animal, place)];
          const heading = view.heading(animal);
          for (let f = 0, i = pad; f < count; f++, i++) {
            const [dx, dy] = [(x[i] as number) - (px[i] as number), (y[i] as number) - (py[i] as number)];
            const [hx, hy] = [heading.x[i] as number, heading.y[i] as number];
            into[f] = isForward ? dx * hx + dy * hy : dy * hx - dx * hy;
          }
        },
      };
    }),
  );
}

/** Returns the distances between all points of each animal. */
export function distanceMeasures({ used, keypoints, lengthUnit }: MeasureContext): Measure[] {
  return used.flatMap((p, i) =>
    used.slice(i + 1).map(
      (q): Measure => ({
        group: 'distances',
        name: `distance(${keypoints[p]},${keypoints[q]})`,
        unit: lengthUnit,
        definition: `Distance from ${keypoints[p]} to ${keypoints[q]} of the same animal.`,
        of: 'animal',
        compute(view, into, animal) {
          const { pad, count } = view;
          const [ax, ay, bx, by] = [view.x(animal, p), view.y(animal, p), view.x(animal, q), view.y(animal, q)];
          for (let f = 0, j = pad; f < count; f++, j++) {
            const [dx, dy] = [(ax[j] as number) - (bx[j] as number), (ay[j] as number) - (by[j] as number)];
            into[f] = Math.sqrt(dx * dx + dy * dy);
          }
        },
      }),
    ),
  );
}

/** Returns triples of keypoints (end, middle, end) whose angles tell how the body bends, list of lists. */
function tripleList({ angles, roles, used, edges }: MeasureContext): (readonly [number, number, number])[] {
  if (angles !== undefined) return [...angles];
  const { nose, head, neck, center, tailBase, tailMiddle, tailTip } = roles;
  const midline = [nose, head, neck, center, tailBase, tailMiddle, tailTip].filter(
    (k): k is number => k !== undefined && used.includes(k),
  );
  if (midline.length >= 3) {
    return midline.slice(2).map((end, i) => [midline[i] as number, midline[i + 1] as number, end] as const);
  }
  return used.flatMap((middle) => {
    const ends = edges
      .flatMap(([a, b]) => (a === middle ? [b] : b === middle ? [a] : []))
      .filter((k) => used.includes(k));
    return ends.flatMap((a, i) => ends.slice(i + 1).map((b) => [a, middle, b] as const));
  });
}

/** Returns the angles at the points along the middle of the body, else at the points where edges of the skeleton meet. */
export function angleMeasures(context: MeasureContext): Measure[] {
  const { keypoints } = context;
  return tripleList(context).map(
    ([a, b, c]): Measure => ({
      group: 'angles',
      name: `angle(${keypoints[a]},${keypoints[b]},${keypoints[c]})`,
      unit: 'rad',
      definition: `Angle at ${keypoints[b]} between the directions to ${keypoints[a]} and ${keypoints[c]}, 0..pi; pi is straight.`,
      of: 'animal',
      compute(view, into, animal) {
        const { pad, count } = view;
        const [ax, ay, bx, by] = [view.x(animal, a), view.y(animal, a), view.x(animal, b), view.y(animal, b)];
        const [cx, cy] = [view.x(animal, c), view.y(animal, c)];
        for (let f = 0, i = pad; f < count; f++, i++) {
          const [ux, uy] = [(ax[i] as number) - (bx[i] as number), (ay[i] as number) - (by[i] as number)];
          const [vx, vy] = [(cx[i] as number) - (bx[i] as number), (cy[i] as number) - (by[i] as number)];
          const isPoint = (ux === 0 && uy === 0) || (vx === 0 && vy === 0);
          into[f] = isPoint ? Number.NaN : Math.abs(Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy));
        }
      },
    }),
  );
}

/** Of the points of one frame: half the sum of the variances, half their difference, the covariance. */
const moments = new Float64Array(3);

/** Writes the spread of the known points of a frame into `moments`; returns how many are known. */
function spreadOf(xs: readonly Float64Array[], ys: readonly Float64Array[], at: number): number {
  let n = 0;
  let meanX = 0;
  let meanY = 0;
  for (let k = 0; k < xs.length; k++) {
    const x = (xs[k] as Float64Array)[at] as number;
    if (Number.isNaN(x)) continue;
    meanX += x;
    meanY += (ys[k] as Float64Array)[at] as number;
    n++;
  }
  meanX /= n;
  meanY /= n;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let k = 0; k < xs.length; k++) {
    const dx = ((xs[k] as Float64Array)[at] as number) - meanX;
    if (Number.isNaN(dx)) continue;
    const dy = ((ys[k] as Float64Array)[at] as number) - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  moments[0] = (xx + yy) / (2 * n);
  moments[1] = (xx - yy) / (2 * n);
  moments[2] = xy / n;
  return n;
}

/** Returns the ellipse that the points of head and trunk fill. */
export function shapeMeasures(context: MeasureContext): Measure[] {
  const { body, keypoints, lengthUnit, headingPair } = context;
  if (body.length < 3) return [];
  const whose = `of the ellipse with the mean and covariance of the known points of head and trunk (${body.map((k) => keypoints[k]).join(', ')}), at least three; axes are 4 standard deviations long`;
  type Value = (long: number, short: number) => number;
  const kinds: readonly (readonly [string, Unit, string, Value])[] = [
    ['ellipse length', lengthUnit, 'Long axis', (long) => 4 * Math.sqrt(long)],
    ['ellipse width', lengthUnit, 'Short axis', (_, short) => 4 * Math.sqrt(short)],
    ['ellipse area', `${lengthUnit}^2`, 'Area', (long, short) => 4 * Math.PI * Math.sqrt(long * short)],
    ['eccentricity', '1', 'Eccentricity (0 circle, 1 line)', (long, short) => Math.sqrt(1 - short / long)],
  ];
  const measures = kinds.map(
    ([name, unit, what, value]): Measure => ({
      group: 'shape',
      name,
      unit,
      definition: `${what} ${whose}.`,
      of: 'animal',
      compute(view, into, animal) {
        const xs = body.map((k) => view.x(animal, k));
        const ys = body.map((k) => view.y(animal, k));
        for (let f = 0, i = view.pad; f < view.count; f++, i++) {
          const isKnown = spreadOf(xs, ys, i) >= 3;
          const [half, difference, mixed] = [moments[0] as number, moments[1] as number, moments[2] as number];
          const root = Math.sqrt(difference * difference + mixed * mixed);
          into[f] = isKnown && half > 0 ? value(half + root, Math.max(0, half - root)) : Number.NaN;
        }
      },
    }),
  );
  if (headingPair === undefined) return measures;
  measures.push({
    group: 'shape',
    name: 'ellipse turn',
    unit: 'rad',
    definition: `Angle between the heading and the long axis ${whose}; 0..pi/2, 0 is straight.`,
    of: 'animal',
    compute(view, into, animal) {
      const xs = body.map((k) => view.x(animal, k));
      const ys = body.map((k) => view.y(animal, k));
      const heading = view.heading(animal);
      for (let f = 0, i = view.pad; f < view.count; f++, i++) {
        const isKnown = spreadOf(xs, ys, i) >= 3;
        const [difference, mixed] = [moments[1] as number, moments[2] as number];
        const axis = Math.atan2(mixed, difference) / 2;
        const [hx, hy] = [heading.x[i] as number, heading.y[i] as number];
        const [ax, ay] = [Math.cos(axis), Math.sin(axis)];
        // A circle has no long axis.
        const isRound = difference === 0 && mixed === 0;
        into[f] =
          isKnown && !isRound ? Math.atan2(Math.abs(hx * ay - hy * ax), Math.abs(hx * ax + hy * ay)) : Number.NaN;
      }
    },
  });
  return measures;
}
