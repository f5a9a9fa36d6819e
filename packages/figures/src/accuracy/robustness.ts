import { curveMarks } from '../chart/curves.js';
import { emptyNote, type FigureOptions } from '../chart/figure.js';
import { extent, planPanel, renderPanel, withZero } from '../chart/panel.js';
import { categoryColor, curveDash } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure } from '../scale/number-format.js';

/** How a measure changes as images get worse. */
export interface RobustnessData {
  readonly measure: string;
  readonly unit?: string;
  readonly better: 'lower' | 'higher';
  /** Severities, 0 for untouched images, ascending, list. */
  readonly severities: readonly number[];
  readonly curves: readonly {
    /** Corruption or model. */
    readonly name: string;
    /** Shape `[severity]`; null = not measured. */
    readonly values: readonly (number | null)[];
    /** Ends of a band, shape `[severity]` each. */
    readonly low?: readonly (number | null)[];
    readonly high?: readonly (number | null)[];
  }[];
}

/** Returns a measure over severity, one curve for each corruption or model. */
export function robustnessFigure(given: RobustnessData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, unit, better, severities, curves } = data;
  for (const { name, values } of curves) {
    if (values.length !== severities.length) {
      throw new RangeError(`robustness: ${name} must have shape [${severities.length}], got ${values.length} values`);
    }
  }
  const label = `${unit === undefined ? measure : `${measure} (${unit})`} ${better === 'lower' ? '↓' : '↑'}`;
  const panel = planPanel({
    shown: { title: `Robustness: ${measure}`, ...options },
    items: curves.map(({ name }, i) => ({ label: name, color: categoryColor(i), dash: curveDash(i), marker: i })),
    x: {
      label: 'severity (0 = untouched)',
      domain: extent(severities),
      nice: false,
      tickCount: Math.max(2, severities.length - 1),
    },
    y: {
      label,
      domain: withZero(extent(...curves.flatMap(({ values, low, high }) => [values, low ?? [], high ?? []]))),
    },
  });
  const words = curves.map(
    ({ name, values }) =>
      `${name} from ${formatMeasure(values[0] ?? Number.NaN)} to ${formatMeasure(values.at(-1) ?? Number.NaN)}`,
  );
  return renderPanel(
    panel,
    {
      kind: 'robustness',
      data,
      description: `${label} at severities ${severities.join(', ')} (${better} is better): ${words.join('; ')}.`,
    },
    curves.length === 0 ? emptyNote(panel.room, 'no curve') : undefined,
    curves.map(({ values, low, high }, i) => curveMarks({ x: severities, y: values, low, high }, i, panel)),
  );
}
