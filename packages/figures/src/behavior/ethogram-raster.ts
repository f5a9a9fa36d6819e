import { xAxis } from '../chart/axis.js';
import {
  clipped,
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { theme } from '../chart/theme.js';
import { categoryColor, colorChannels } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatDuration, formatNumber } from '../scale/number-format.js';
import { timeScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import { type ProbabilityStrip, probabilityStrip, stripPx } from './probability-strip.js';
import { type FigureBout, layoutRow } from './raster-layout.js';

/** Bouts of behavior of several animals, annotators or models over the same time. */
export interface EthogramRasterData {
  readonly rows: readonly { readonly name: string; readonly bouts: readonly FigureBout[] }[];
  /** Behaviors in the order of the legend; colors are written `#rrggbb`. Bouts of others are left out and counted. */
  readonly behaviors: readonly { readonly name: string; readonly color?: string }[];
  readonly durationSec: number;
  /** Probabilities below the rows, on the same axis of time, such as those of a classifier. */
  readonly strips?: readonly ProbabilityStrip[];
}

/** Bouts that are drawn one by one in all rows together. */
const mostBouts = 12_000;

/** Returns the color of each behavior, list: its own where it has one, else one that no other has taken. */
export function behaviorColors(behaviors: readonly { readonly color?: string }[]): string[] {
  const own = behaviors.flatMap(({ color }) => {
    if (color !== undefined) colorChannels(color);
    return color === undefined ? [] : [color.toLowerCase()];
  });
  let next = 0;
  return behaviors.map(({ color }) => {
    if (color !== undefined) return color;
    while (own.includes(categoryColor(next))) next++;
    return categoryColor(next++);
  });
}

/** Returns a raster: one row for each animal or annotator, each bout a block in the color of its behavior. */
export function ethogramRasterFigure(given: EthogramRasterData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { behaviors, durationSec, strips = [] } = data;
  const isTimed = ({ startSec, endSec }: FigureBout) => Number.isFinite(startSec + endSec);
  const rows = data.rows.map((row) => (row.bouts.every(isTimed) ? row : { ...row, bouts: row.bouts.filter(isTimed) }));
  const untimed = data.rows.reduce((sum, { bouts }, i) => sum + bouts.length - (rows[i]?.bouts.length ?? 0), 0);
  if (!(durationSec >= 0 && Number.isFinite(durationSec))) {
    throw new RangeError(`ethogramRaster: durationSec must be 0 or above, got ${durationSec}`);
  }
  const colors = behaviorColors(behaviors);
  const index = new Map(behaviors.map(({ name }, i) => [name, i]));
  const shown = { title: 'Behavior over time', ...options };
  const width = figureWidth(options, 760);
  const head = headerHeightPx(shown);
  const key = legend(
    behaviors.map(({ name }, i) => ({ label: name, color: colors[i] as string, shape: 'box' as const })),
    { left: 16, top: head, width: width - 32 },
  );
  const top = head + key.heightPx + 8;
  const rowPx = Math.max(9, Math.min(30, 420 / Math.max(rows.length, 1)));
  const allNames = [...rows, ...strips].map(({ name }) => textWidthPx(name, theme.textPx));
  const named = Math.min(Math.max(0, ...allNames), width * 0.26);
  const room: Room = {
    left: 16 + named + 10,
    top,
    width: width - 16 - named - 10 - 20,
    height: Math.max(rows.length * rowPx, 24),
  };
  const x = timeScale({ domain: [0, durationSec || 1], range: [room.left, room.left + room.width] });
  const total = rows.reduce((sum, { bouts }) => sum + bouts.length, 0);
  const most = Math.floor(mostBouts / Math.max(rows.length, 1));
  let [thinned, unknown] = [false, 0];
  const blocks = rows.map(({ bouts }, row): SvgChild => {
    for (const { behavior } of bouts) if (!index.has(behavior)) unknown++;
    const laid = layoutRow(bouts, { behaviors: index, toPx: x.toPx, most, endPx: room.left + room.width });
    if (laid.thinned) thinned = true;
    const inner = rowPx > 14 ? rowPx - 4 : rowPx - 1.5;
    const lanePx = inner / laid.laneCount;
    const y = room.top + row * rowPx + (rowPx - inner) / 2;
    const paths = new Map<string, string>();
    for (const { behavior, lane, fromPx, toPx, share } of laid.blocks) {
      const style = `${behavior} ${share}`;
      const d = `M${r(fromPx)} ${r(y + lane * lanePx)}h${r(toPx - fromPx)}v${r(lanePx)}h${r(fromPx - toPx)}Z`;
      paths.set(style, (paths.get(style) ?? '') + d);
    }
    return svg(
      'g',
      {},
      svg('rect', { x: room.left, y, width: room.width, height: inner, fill: theme.plate }),
      [...paths].map(([style, d]) => {
        const [behavior, share] = style.split(' ').map(Number) as [number, number];
        return svg('path', {
          d,
          fill: colors[behavior] as string,
          ...(share < 1 ? { 'fill-opacity': share } : {}),
        });
      }),
    );
  });
  const every = Math.max(1, Math.ceil(12 / rowPx));
  const names = rows.map(({ name }, row) =>
    row % every === 0
      ? svg(
          'text',
          { x: room.left - 7, y: room.top + (row + 0.5) * rowPx + 4, 'text-anchor': 'end' },
          fitText(name, theme.textPx, named + 2),
        )
      : undefined,
  );
  const notes = [
    thinned
      ? `each half px stands for ${formatDuration((x.domain[1] / room.width) * 0.5)} and shows what fills most of it, paler where that is little`
      : '',
    untimed > 0 ? `${formatNumber(untimed)} bouts without a known time are not shown` : '',
    unknown > 0 ? `${formatNumber(unknown)} bouts of other behaviors are not shown` : '',
  ].filter((note) => note !== '');
  const sums = behaviors.map(({ name }) => {
    let sec = 0;
    for (const { bouts } of rows)
      for (const bout of bouts) if (bout.behavior === name) sec += bout.endSec - bout.startSec;
    return `${name} ${formatDuration(sec)}`;
  });
  const stripsPx = strips.length * stripPx;
  const bottom = top + room.height + stripsPx + 40;
  const below = strips.map((strip, i) => {
    const color = colors[index.get(strip.behavior ?? '') ?? -1];
    return probabilityStrip(strip, {
      x,
      room: { ...room, top: room.top + room.height + i * stripPx, height: stripPx },
      ...(color === undefined ? {} : { color }),
      namePx: named,
    });
  });
  return renderFigure(
    {
      ...shown,
      kind: 'ethogram-raster',
      data,
      widthPx: width,
      heightPx: bottom + 8 + notes.length * 14,
      description: `${formatNumber(total)} bouts in ${rows.length} rows over ${formatDuration(durationSec)}.${strips.length === 0 ? '' : ` Probabilities below: ${strips.map(({ name }) => name).join(', ')}.`} Time over all rows: ${sums.join(', ')}.${notes.length === 0 ? '' : ` Note: ${notes.join('; ')}.`}`,
    },
    key.element,
    clipped(room, blocks),
    names,
    total === 0 ? emptyNote(room, 'no bout') : undefined,
    below,
    xAxis(x, { ...room, height: room.height + stripsPx }, { label: `time (${x.unit})` }),
    notes.map((note, i) =>
      svg(
        'text',
        { x: width - 16, y: bottom + 8 + i * 14, 'text-anchor': 'end', 'font-size': 10, fill: theme.muted },
        fitText(note, 10, width - 32),
      ),
    ),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
