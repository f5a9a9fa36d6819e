import { emptyNote, type FigureOptions } from '../chart/figure.js';
import { marker } from '../chart/marker.js';
import { extent, planPanel, renderPanel } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';

/** How agreement depends on how long bouts are. */
export interface F1ByDurationData {
  readonly points: readonly {
    readonly annotator: string;
    readonly behavior: string;
    /** Above 0. */
    readonly meanDurationSec: number;
    /** 0..1; NaN = not defined. */
    readonly f1: number;
  }[];
}

/** Returns F1 over the mean duration of bouts on a logarithmic axis, behaviors by color and annotators by marker. */
export function f1ByDurationFigure(given: F1ByDurationData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { points } = data;
  const annotators = [...new Set(points.map(({ annotator }) => annotator))];
  const behaviors = [...new Set(points.map(({ behavior }) => behavior))];
  const known = points.filter(({ f1, meanDurationSec }) => Number.isFinite(f1) && meanDurationSec > 0);
  const panel = planPanel({
    shown: { title: 'F1 by duration of bouts', ...options },
    items: [
      ...behaviors.map((label, i) => ({ label, color: categoryColor(i), shape: 'box' as const })),
      ...annotators.map((label, i) => ({ label, color: theme.ink, shape: 'dot' as const, marker: i })),
    ].slice(0, 40),
    x: { label: 'mean duration of bouts (s)', domain: extent(known.map((p) => p.meanDurationSec)), kind: 'log' },
    y: { label: 'F1', domain: [0, 1], nice: false, tickCount: 5 },
  });
  const { room, x, y } = panel;
  const words = known
    .slice(0, 200)
    .map(
      ({ annotator, behavior, f1, meanDurationSec }) =>
        `${annotator}, ${behavior}: ${formatNumber(f1, 2)} at ${formatMeasure(meanDurationSec)} s`,
    );
  return renderPanel(
    panel,
    {
      kind: 'f1-by-duration',
      data,
      description: `F1 by mean duration of bouts; ${points.length - known.length} of ${points.length} are not defined. ${words.join('; ')}.`,
    },
    known.length === 0 ? emptyNote(room, 'no bout') : undefined,
    known.map(({ annotator, behavior, f1, meanDurationSec }) =>
      marker(annotators.indexOf(annotator), x.toPx(meanDurationSec), y.toPx(f1), {
        color: categoryColor(behaviors.indexOf(behavior)),
        radiusPx: 4.6,
        opacity: 0.9,
      }),
    ),
  );
}
