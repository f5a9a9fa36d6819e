import { centerInWords, type Measure, type MeasureContext, pointName, spanName } from './measure.js';
import { fitCurvatures, type WindowFit } from './window-fits.js';

const fitted = (sec: number) =>
  `by a least-squares fit to the known positions within ${spanName(sec)}, centered, more than half of them known`;

/** Returns keypoints, and the center where no keypoint is it: list of points. */
function movingPoints({ used, roles, keypoints }: MeasureContext): number[] {
  return roles.center === undefined ? [...used, keypoints.length] : [...used];
}

/** Returns speeds of all points, and of the center along the body and across it, over each span. */
export function speedMeasures(context: MeasureContext): Measure[] {
  const { lengthUnit, spansSec, headingPair } = context;
  const group = 'speeds';
  const unit = `${lengthUnit}/s` as const;
  return spansSec.flatMap((sec, span): Measure[] => {
    const speeds = movingPoints(context).map((point): Measure => {
      const name = pointName(context, point);
      return {
        group,
        name: `speed(${name},${spanName(sec)})`,
        unit,
        definition: `Speed of ${name}: length of its velocity ${fitted(sec)}.`,
        of: 'animal',
        compute(view, into, animal) {
          const { x, y } = view.velocity(animal, point, span);
          for (let f = 0; f < view.count; f++) {
            into[f] = Math.sqrt((x[f] as number) * (x[f] as number) + (y[f] as number) * (y[f] as number));
          }
        },
      };
    });
    if (headingPair === undefined) return speeds;
    const along = (['forward', 'sideways'] as const).map((side): Measure => {
      const isForward = side === 'forward';
      return {
        group,
        name: `${side} speed(${spanName(sec)})`,
        unit,
        definition: `Velocity of the center ${isForward ? 'along the heading' : 'to the right of the heading'}, ${fitted(sec)}.`,
        of: 'animal',
        isSided: !isForward,
        compute(view, into, animal) {
          const { x, y } = view.velocity(animal, view.center, span);
          const heading = view.heading(animal);
          for (let f = 0, i = view.pad; f < view.count; f++, i++) {
            const [hx, hy, vx, vy] = [heading.x[i] as number, heading.y[i] as number, x[f] as number, y[f] as number];
            into[f] = isForward ? vx * hx + vy * hy : vy * hx - vx * hy;
          }
        },
      };
    });
    return [...speeds, ...along];
  });
}

/** Returns accelerations of the center, the front and the tail base over each span. */
export function accelerationMeasures(context: MeasureContext): Measure[] {
  const { roles, keypoints, lengthUnit, spansSec, used } = context;
  const front = roles.nose ?? roles.head;
  const points = [front, roles.center ?? keypoints.length, roles.tailBase].filter(
    (k): k is number => k !== undefined && (k === keypoints.length || used.includes(k)),
  );
  return spansSec.flatMap((sec, span) =>
    points.map((point): Measure => {
      const name = pointName(context, point);
      let memo = { x: new Float64Array(0), y: new Float64Array(0) };
      return {
        group: 'accelerations',
        name: `acceleration(${name},${spanName(sec)})`,
        unit: `${lengthUnit}/s^2`,
        definition: `Acceleration of ${name}: length of the second derivative of its position, of a parabola ${fitted(sec)}; at least 5 frames.`,
        of: 'animal',
        compute(view, into, animal) {
          if (memo.x.length < view.size) memo = { x: new Float64Array(view.size), y: new Float64Array(view.size) };
          const points = { x: view.x(animal, point), y: view.y(animal, point) };
          fitCurvatures(points, view.fit(span, view.missingBefore(animal, point)), memo);
          for (let f = 0; f < view.count; f++) {
            const [x, y] = [memo.x[f] as number, memo.y[f] as number];
            into[f] = Math.sqrt(x * x + y * y);
          }
        },
      };
    }),
  );
}

/** Returns how fast the heading turns, over each span. */
export function turningMeasures(context: MeasureContext): Measure[] {
  if (context.headingPair === undefined) return [];
  return context.spansSec.map((sec, span): Measure => {
    let angles = new Float64Array(0);
    let missing = new Int32Array(0);
    return {
      group: 'turning',
      name: `turning(${spanName(sec)})`,
      unit: 'rad/s',
      definition: `Rate at which the heading turns, clockwise in the picture above 0, ${fitted(sec)}.`,
      of: 'animal',
      isSided: true,
      compute(view, into, animal) {
        const length = view.size + 2 * view.pad;
        if (angles.length < length) {
          angles = new Float64Array(length);
          missing = new Int32Array(length + 1);
        }
        const { x, y } = view.heading(animal);
        for (let i = 0; i < view.count + 2 * view.pad; i++) {
          const isKnown = !Number.isNaN(x[i]);
          angles[i] = isKnown ? Math.atan2(y[i] as number, x[i] as number) : Number.NaN;
          missing[i + 1] = (missing[i] as number) + (isKnown ? 0 : 1);
        }
        unrolledSlopes(angles, view.fit(span, missing), into);
      },
    };
  });
}

const turn = 2 * Math.PI;

/** Writes slopes of directions: whole turns are taken out within each window by itself, so that blocks change no bit. */
function unrolledSlopes(angles: Float64Array, fit: WindowFit, into: Float64Array): void {
  const { half, pad, count, fps, isConstantRate, sec, missingBefore } = fit;
  for (let frame = 0; frame < count; frame++) {
    const at = frame + pad;
    const n = 2 * half + 1 - ((missingBefore[at + half + 1] as number) - (missingBefore[at - half] as number));
    if (n < half + 1) {
      into[frame] = Number.NaN;
      continue;
    }
    let first = at - half;
    while (Number.isNaN(angles[first])) first++;
    const origin = angles[first] as number;
    let before = origin;
    let unrolled = 0;
    let s1 = 0;
    let s2 = 0;
    let v0 = 0;
    let v1 = 0;
    let from = Number.NaN;
    let until = 0;
    for (let i = first; i <= at + half; i++) {
      const angle = angles[i] as number;
      if (Number.isNaN(angle)) continue;
      let step = angle - before;
      if (step > Math.PI) step -= turn;
      else if (step < -Math.PI) step += turn;
      before = angle;
      unrolled += step;
      const t = isConstantRate ? i - at : ((sec[i] as number) - (sec[at] as number)) * fps;
      if (Number.isNaN(from)) from = t;
      until = t;
      s1 += t;
      s2 += t * t;
      v0 += unrolled;
      v1 += t * unrolled;
    }
    into[frame] = until - from > 4 * half ? Number.NaN : ((n * v1 - s1 * v0) * fps) / (n * s2 - s1 * s1);
  }
}

/** Returns how points of one animal lie and move with respect to another; none for an animal alone. */
export function partnerMotionMeasures(context: MeasureContext): Measure[] {
  const { animals, lengthUnit, spansSec } = context;
  if (animals < 2) return [];
  const group = 'partner-motion';
  const unit = `${lengthUnit}/s` as const;
  const center = centerInWords(context);
  return spansSec.flatMap((sec, span): Measure[] => [
    {
      group,
      name: `approach(${spanName(sec)})`,
      unit,
      definition: `Velocity of the animal's center (${fitted(sec)}) in the direction of the other's center (${center}); above 0 it comes nearer.`,
      of: 'ordered pair',
      compute(view, into, animal, partner) {
        const { x, y } = view.velocity(animal, view.center, span);
        const [ax, ay] = [view.x(animal, view.place), view.y(animal, view.place)];
        const [bx, by] = [view.x(partner, view.place), view.y(partner, view.place)];
        for (let f = 0, i = view.pad; f < view.count; f++, i++) {
          const [dx, dy] = [(bx[i] as number) - (ax[i] as number), (by[i] as number) - (ay[i] as number)];
          into[f] = ((x[f] as number) * dx + (y[f] as number) * dy) / Math.sqrt(dx * dx + dy * dy);
        }
      },
    },
    {
      group,
      name: `relative speed(${spanName(sec)})`,
      unit,
      definition: `Length of the difference of the two centers' velocities, ${fitted(sec)}.`,
      of: 'pair',
      compute(view, into, animal, partner) {
        const a = view.velocity(animal, view.center, span);
        const b = view.velocity(partner, view.center, span);
        for (let f = 0; f < view.count; f++) {
          const [dx, dy] = [(a.x[f] as number) - (b.x[f] as number), (a.y[f] as number) - (b.y[f] as number)];
          into[f] = Math.sqrt(dx * dx + dy * dy);
        }
      },
    },
    {
      group,
      name: `joint speed(${spanName(sec)})`,
      unit,
      definition: `Length of the mean of the two centers' velocities, ${fitted(sec)}: high where they move the same way, as in a chase.`,
      of: 'pair',
      compute(view, into, animal, partner) {
        const a = view.velocity(animal, view.center, span);
        const b = view.velocity(partner, view.center, span);
        for (let f = 0; f < view.count; f++) {
          const [mx, my] = [
            ((a.x[f] as number) + (b.x[f] as number)) / 2,
            ((a.y[f] as number) + (b.y[f] as number)) / 2,
          ];
          into[f] = Math.sqrt(mx * mx + my * my);
        }
      },
    },
  ]);
}
