import { centerInWords, type Measure, type MeasureContext } from './measure.js';

/** Returns the distances between the points of two animals; none for an animal alone. */
export function partnerDistanceMeasures(context: MeasureContext): Measure[] {
  const { animals, used, keypoints, lengthUnit, isNamed } = context;
  if (animals < 2) return [];
  const group = 'partner-distances';
  const measures: Measure[] = [
    {
      group,
      name: 'distance between centers',
      unit: lengthUnit,
      definition: `Distance between the centers of the two animals (${centerInWords(context)}).`,
      of: 'pair',
      compute(view, into, animal, partner) {
        const [ax, ay] = [view.x(animal, view.place), view.y(animal, view.place)];
        const [bx, by] = [view.x(partner, view.place), view.y(partner, view.place)];
        for (let f = 0, i = view.pad; f < view.count; f++, i++) {
          const [dx, dy] = [(ax[i] as number) - (bx[i] as number), (ay[i] as number) - (by[i] as number)];
          into[f] = Math.sqrt(dx * dx + dy * dy);
        }
      },
    },
    {
      group,
      name: 'closest distance',
      unit: lengthUnit,
      definition: 'Smallest distance between any known point of one animal and any of the other.',
      of: 'pair',
      compute(view, into, animal, partner) {
        into.fill(Number.POSITIVE_INFINITY, 0, view.count);
        for (const p of used) {
          const [ax, ay] = [view.x(animal, p), view.y(animal, p)];
          for (const q of used) {
            const [bx, by] = [view.x(partner, q), view.y(partner, q)];
            for (let f = 0, i = view.pad; f < view.count; f++, i++) {
              const [dx, dy] = [(ax[i] as number) - (bx[i] as number), (ay[i] as number) - (by[i] as number)];
              const squares = dx * dx + dy * dy;
              if (squares < (into[f] as number)) into[f] = squares;
            }
          }
        }
        for (let f = 0; f < view.count; f++) {
          into[f] = into[f] === Number.POSITIVE_INFINITY ? Number.NaN : Math.sqrt(into[f] as number);
        }
      },
    },
  ];
  for (const p of used) {
    for (const q of used) {
      // Where animals are not told apart, from p to q and from q to p are the two orders of one measure.
      if (!isNamed && p > q) continue;
      measures.push({
        group,
        name: `between(${keypoints[p]},${keypoints[q]})`,
        unit: lengthUnit,
        definition: `Distance from ${keypoints[p]} of one animal to ${keypoints[q]} of the other.`,
        of: isNamed || p === q ? 'pair' : 'ordered pair',
        compute(view, into, animal, partner) {
          const [ax, ay] = [view.x(animal, p), view.y(animal, p)];
          const [bx, by] = [view.x(partner, q), view.y(partner, q)];
          for (let f = 0, i = view.pad; f < view.count; f++, i++) {
            const [dx, dy] = [(ax[i] as number) - (bx[i] as number), (ay[i] as number) - (by[i] as number)];
            into[f] = Math.sqrt(dx * dx + dy * dy);
          }
        },
      });
    }
  }
  return measures;
}

/** Returns where one animal is as the other sees it: facing angle, relative orientation, its points in the other's frame. */
export function partnerPositionMeasures(context: MeasureContext): Measure[] {
  const { animals, used, keypoints, lengthUnit, headingPair } = context;
  if (animals < 2 || headingPair === undefined) return [];
  const group = 'partner-position';
  const center = centerInWords(context);
  const seen = used.flatMap((k) =>
    (['ahead', 'aside'] as const).map((side): Measure => {
      const isAhead = side === 'ahead';
      return {
        group,
        name: `${side}(${keypoints[k]})`,
        unit: lengthUnit,
        definition: `${keypoints[k]} of the other animal in this animal's own frame: ${isAhead ? 'distance along its heading' : 'distance to the right of its heading'} from its center (${center}).`,
        of: 'ordered pair',
        isSided: !isAhead,
        compute(view, into, animal, partner) {
          const [px, py] = [view.x(animal, view.place), view.y(animal, view.place)];
          const [x, y, heading] = [view.x(partner, k), view.y(partner, k), view.heading(animal)];
          for (let f = 0, i = view.pad; f < view.count; f++, i++) {
            const [dx, dy] = [(x[i] as number) - (px[i] as number), (y[i] as number) - (py[i] as number)];
            const [hx, hy] = [heading.x[i] as number, heading.y[i] as number];
            into[f] = isAhead ? dx * hx + dy * hy : dy * hx - dx * hy;
          }
        },
      };
    }),
  );
  return [
    {
      group,
      name: 'facing angle',
      unit: 'rad',
      definition: `Angle between the animal's heading and the direction from its center to the other's (${center}), 0..pi; 0 faces it.`,
      of: 'ordered pair',
      compute(view, into, animal, partner) {
        const [px, py] = [view.x(animal, view.place), view.y(animal, view.place)];
        const [x, y, heading] = [view.x(partner, view.place), view.y(partner, view.place), view.heading(animal)];
        for (let f = 0, i = view.pad; f < view.count; f++, i++) {
          const [dx, dy] = [(x[i] as number) - (px[i] as number), (y[i] as number) - (py[i] as number)];
          const [hx, hy] = [heading.x[i] as number, heading.y[i] as number];
          into[f] = dx === 0 && dy === 0 ? Number.NaN : Math.abs(Math.atan2(dy * hx - dx * hy, dx * hx + dy * hy));
        }
      },
    },
    {
      group,
      name: 'angle between headings',
      unit: 'rad',
      definition: 'Angle between the headings of the two animals, 0..pi; 0 is the same way.',
      of: 'pair',
      compute(view, into, animal, partner) {
        const [a, b] = [view.heading(animal), view.heading(partner)];
        for (let f = 0, i = view.pad; f < view.count; f++, i++) {
          const [ax, ay, bx, by] = [a.x[i] as number, a.y[i] as number, b.x[i] as number, b.y[i] as number];
          into[f] = Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by));
        }
      },
    },
    ...seen,
  ];
}
