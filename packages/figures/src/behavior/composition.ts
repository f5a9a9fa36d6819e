import { emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { stackedRows } from '../chart/stacked-rows.js';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';
import { behaviorColors } from './ethogram-raster.js';

/** What data sets are made of. */
export interface CompositionData {
  /** Such as `frames`, `bouts` or `seconds`. */
  readonly unit: string;
  readonly parts: readonly { readonly name: string; readonly color?: string }[];
  /** One row for each set, such as training and test, counts of shape `[part]`. */
  readonly rows: readonly {
    readonly name: string;
    /** Shape `[part]`. */
    readonly counts: readonly number[];
  }[];
}

/** Returns the shares of behaviors (or other parts) in each data set as stacked bars with their totals. */
export function compositionFigure(given: CompositionData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { unit, parts, rows } = data;
  for (const { name, counts } of rows) {
    if (counts.length !== parts.length) {
      throw new RangeError(`composition: ${name} must have shape [${parts.length}], got ${counts.length} counts`);
    }
  }
  const shown = { title: 'Composition of the data', ...options };
  const width = figureWidth(options, 640);
  const colors = behaviorColors(parts);
  const key = legend(
    parts.map(({ name }, i) => ({ label: name, color: colors[i] as string, shape: 'box' as const })),
    { left: 16, top: headerHeightPx(shown), width: width - 32 },
  );
  const top = headerHeightPx(shown) + key.heightPx + 10;
  const bars = stackedRows({
    rows: rows.map(({ name, counts }) => ({ name, values: counts })),
    colors,
    left: 16,
    top,
    widthPx: width - 32,
    label: `share of ${unit}`,
  });
  const words = rows.map(
    ({ name, counts }) =>
      `${name}: ${parts.map((part, i) => `${part.name} ${formatNumber(counts[i] as number)}`).join(', ')}`,
  );
  return renderFigure(
    {
      ...shown,
      kind: 'composition',
      data,
      widthPx: width,
      heightPx: top + bars.heightPx + 10,
      description: `Composition in ${unit}. ${words.join('; ')}.`,
    },
    key.element,
    rows.length === 0 ? emptyNote({ left: 16, top, width: width - 32, height: 24 }, 'no data set') : bars.element,
  );
}
