import { yAxis, yAxisWidthPx } from '../chart/axis.js';
import { categoryAxis, planCategories } from '../chart/categories.js';
import {
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { marker } from '../chart/marker.js';
import { categoryColor } from '../color/categorical.js';
import { summaryMarks } from '../groups/grouped-points.js';
import { swarmOffsets } from '../groups/swarm.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure } from '../scale/number-format.js';
import { bandScale, linearScale } from '../scale/scale.js';
import { summaryOf } from '../series/summary.js';

/** Agreement of people with themselves at another time, and with one another. */
export interface SelfOtherData {
  /** One list of pairs for each behavior. */
  readonly behaviors: readonly {
    readonly name: string;
    /** F1 of each annotator with the same annotator, list; NaN is left out. */
    readonly self: readonly number[];
    /** F1 of each pair of annotators, list; NaN is left out. */
    readonly other: readonly number[];
  }[];
  /** What is shown, default `F1`; 0..1. */
  readonly measure?: string;
}

/** Returns within- and between-annotator agreement side by side for each behavior: points, and mean with SEM. */
export function selfOtherFigure(given: SelfOtherData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { behaviors, measure = 'F1' } = data;
  const shown = { title: 'Agreement within and between annotators', subtitle: 'mean ± SEM', ...options };
  const width = figureWidth(options, Math.max(320, Math.min(760, 110 + 110 * behaviors.length)));
  const key = legend(
    ['with oneself', 'with another'].map((label, i) => ({
      label,
      color: categoryColor(i),
      shape: 'dot' as const,
      marker: i,
    })),
    { left: 16, top: headerHeightPx(shown), width: width - 32 },
  );
  const top = headerHeightPx(shown) + key.heightPx + 8;
  const y = linearScale({ domain: [0, 1], range: [top + 220, top], nice: false, tickCount: 5 });
  const left = 16 + yAxisWidthPx(y, { label: measure });
  const room: Room = { left, top, width: width - left - 16, height: 220 };
  const bands = bandScale(behaviors.length, [room.left, room.left + room.width], 0.2);
  const names = planCategories(
    behaviors.map(({ name }) => name),
    bands.stepPx,
  );
  const words = behaviors.map(
    ({ name, self, other }) =>
      `${name} ${formatMeasure(summaryOf(self, 'mean-sem').middle)} with oneself, ${formatMeasure(summaryOf(other, 'mean-sem').middle)} with another`,
  );
  const isEmpty = behaviors.every(({ self, other }) => self.length + other.length === 0);
  return renderFigure(
    {
      ...shown,
      kind: 'self-other',
      data,
      widthPx: width,
      heightPx: top + 220 + names.heightPx + 12,
      description: `${measure} within and between annotators: ${words.join('; ')}.`,
    },
    key.element,
    yAxis(y, room, { label: measure }),
    isEmpty ? emptyNote(room, 'no annotator') : undefined,
    behaviors.map(({ self, other }, i) =>
      [self, other].map((values, side) => {
        const x = bands.middle(i) + (side === 0 ? -1 : 1) * bands.bandPx * 0.25;
        const ys = values.map((value) => y.toPx(value));
        const offsets = swarmOffsets(ys, 3, bands.bandPx * 0.18);
        return [
          ys.map((py, at) =>
            marker(side, x + (offsets[at] as number), py, { color: categoryColor(side), radiusPx: 3, opacity: 0.75 }),
          ),
          summaryMarks(summaryOf(values, 'mean-sem'), x, bands.bandPx * 0.5, y.toPx),
        ];
      }),
    ),
    categoryAxis(names, bands, room),
  );
}
