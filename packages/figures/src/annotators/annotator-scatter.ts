import { f1Lines, f1NamesPx } from '../accuracy/precision-recall.js';
import { emptyNote, type FigureOptions } from '../chart/figure.js';
import { marker } from '../chart/marker.js';
import { planPanel, renderPanel } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';

/** How each annotator agrees with a reference, for each behavior. */
export interface AnnotatorScatterData {
  readonly points: readonly {
    readonly annotator: string;
    readonly behavior: string;
    /** 0..1; NaN = not defined. */
    readonly precision: number;
    readonly recall: number;
  }[];
  /** What annotators are compared with, such as `majority of the others`. */
  readonly reference?: string;
}

/** Returns precision over recall, one point for each annotator (marker) and behavior (color), with lines of equal F1. */
export function annotatorScatterFigure(given: AnnotatorScatterData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { points, reference } = data;
  const annotators = [...new Set(points.map(({ annotator }) => annotator))];
  const behaviors = [...new Set(points.map(({ behavior }) => behavior))];
  const panel = planPanel({
    shown: {
      title: 'Annotators',
      ...(reference === undefined ? {} : { subtitle: `against ${reference}` }),
      ...options,
    },
    defaultWidthPx: 520,
    plotHeightPx: 320,
    rightPx: f1NamesPx,
    items: [
      ...behaviors.map((label, i) => ({ label, color: categoryColor(i), shape: 'box' as const })),
      ...annotators.map((label, i) => ({ label, color: theme.ink, shape: 'dot' as const, marker: i })),
    ].slice(0, 40),
    x: { label: 'recall', domain: [0, 1], nice: false, tickCount: 5 },
    y: { label: 'precision', domain: [0, 1], nice: false, tickCount: 5 },
  });
  const { room, x, y } = panel;
  const known = points.filter(({ precision, recall }) => Number.isFinite(precision + recall));
  const words = known
    .slice(0, 200)
    .map(
      ({ annotator, behavior, precision, recall }) =>
        `${annotator}, ${behavior}: precision ${formatNumber(precision, 2)}, recall ${formatNumber(recall, 2)}`,
    );
  return renderPanel(
    panel,
    {
      kind: 'annotator-scatter',
      data,
      description: `Precision and recall of ${annotators.length} annotators${reference === undefined ? '' : ` against ${reference}`}; ${points.length - known.length} are not defined. ${words.join('; ')}.`,
    },
    f1Lines(x, y),
    known.length === 0 ? emptyNote(room, 'no annotator') : undefined,
    known.map(({ annotator, behavior, precision, recall }) =>
      marker(annotators.indexOf(annotator), x.toPx(recall), y.toPx(precision), {
        color: categoryColor(behaviors.indexOf(behavior)),
        radiusPx: 4.6,
        opacity: 0.9,
      }),
    ),
  );
}
