import { emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { theme } from '../chart/theme.js';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import { behaviorColors } from './ethogram-raster.js';
import { checkTransitions, type TransitionData } from './transition-matrix.js';

/** How the graph is drawn. */
export interface TransitionGraphOptions extends FigureOptions {
  /** Probability below which an arrow is left out, default 0.05; the figure says it. */
  readonly leastProbability?: number;
}

/**
 * Returns behaviors on a circle, larger the more bouts they have, joined by arrows as thick as one follows the other
 * often; transitions to themselves are loops.
 */
export function transitionGraphFigure(given: TransitionData, options: TransitionGraphOptions = {}): string {
  const data = knownData(given);
  checkTransitions(data);
  const { behaviors, probability, counts } = data;
  const { leastProbability = 0.05 } = options;
  const shown = {
    title: 'Transitions',
    subtitle: `arrows from a probability of ${leastProbability} on`,
    ...options,
  };
  const width = figureWidth(options, 520);
  const top = headerHeightPx(shown) + 34;
  const count = behaviors.length;
  const totals = behaviors.map((_, i) =>
    Math.max(
      (counts[i] ?? []).reduce((a, b) => a + b, 0),
      counts.reduce((sum, row) => sum + (row[i] as number), 0),
    ),
  );
  const most = Math.max(1, ...totals);
  const angle = (i: number) => (2 * Math.PI * i) / Math.max(count, 1) - Math.PI / 2;
  const isBeside = (i: number) => Math.abs(Math.cos(angle(i))) >= 0.3 && count > 1;
  const names = behaviors.map((name, i) => (isBeside(i) ? inTwoLines(name) : [name]));
  const besidePx = Math.max(44, ...names.flatMap((lines, i) => (isBeside(i) ? lines.map(boldWidthPx) : [])));
  const ring = Math.max(60, Math.min(width / 2 - Math.min(besidePx, width * 0.24) - 52, 210));
  const [cx, cy] = [width / 2, top + ring + 16];
  const largest = Math.max(7, Math.min(26, (Math.PI * ring) / Math.max(count, 1) - 4));
  const radius = totals.map((total) => Math.max(largest * 0.3, largest * Math.sqrt(total / most)));
  const nodes = behaviors.map((_, i): [number, number] =>
    count === 1 ? [cx, cy] : [cx + ring * Math.cos(angle(i)), cy + ring * Math.sin(angle(i))],
  );
  const colors = behaviorColors(behaviors.map(() => ({})));
  const arrows: SvgChild[] = [];
  let left = 0;
  for (let from = 0; from < count; from++) {
    for (let to = 0; to < count; to++) {
      const value = probability[from]?.[to] as number;
      if (!(value > 0)) continue;
      if (value < leastProbability) {
        left++;
        continue;
      }
      arrows.push(
        from === to
          ? loop(nodes[from] as [number, number], radius[from] as number, angle(from), value)
          : arrow(
              nodes[from] as [number, number],
              nodes[to] as [number, number],
              [radius[from] as number, radius[to] as number],
              value,
              colors[from] as string,
            ),
      );
    }
  }
  const labels = names.map((lines, i) => {
    const [x, y] = nodes[i] as [number, number];
    const side = Math.cos(angle(i));
    const away = (radius[i] as number) + 8;
    const anchor = !isBeside(i) ? 'middle' : side > 0 ? 'start' : 'end';
    const below = Math.sin(angle(i)) > 0 || count === 1;
    const roomPx = anchor === 'middle' ? 150 : Math.max(50, anchor === 'start' ? width - 8 - (x + away) : x - away - 8);
    return lines.map((line, k) =>
      svg(
        'text',
        {
          x: anchor === 'middle' ? x : x + (side > 0 ? away : -away),
          y: anchor === 'middle' ? y + (below ? away + 8 : -away) : y + 4 + (k - (lines.length - 1) / 2) * 14,
          'text-anchor': anchor,
          'font-weight': '600',
          ...theme.halo,
        },
        fitText(line, theme.textPx * bold, roomPx),
      ),
    );
  });
  const words: string[] = [];
  for (const [from, row] of probability.entries()) {
    for (const [to, value] of row.entries()) {
      if (value >= leastProbability) words.push(`${behaviors[from]} to ${behaviors[to]} ${formatNumber(value, 2)}`);
    }
  }
  return renderFigure(
    {
      ...shown,
      kind: 'transition-graph',
      data,
      widthPx: width,
      heightPx: cy + ring + 74,
      description: `Transitions between ${count} behaviors: ${words.slice(0, 300).join(', ')}.${left === 0 ? '' : ` ${left} rarer ones are not drawn.`}`,
    },
    count === 0 ? emptyNote({ left: 16, top, width: width - 32, height: ring * 2 }, 'no behavior') : undefined,
    svg('g', { fill: 'none' }, arrows),
    nodes.map(([x, y], i) =>
      svg('circle', {
        cx: x,
        cy: y,
        r: radius[i] as number,
        fill: colors[i] as string,
        stroke: theme.paper,
        'stroke-width': 2,
      }),
    ),
    labels,
    svg(
      'text',
      { x: width - 16, y: cy + ring + 66, 'text-anchor': 'end', 'font-size': 10, fill: theme.muted },
      `disc: bouts (largest ${formatNumber(most)}); width: probability${left === 0 ? '' : `; ${left} rarer not drawn`}`,
    ),
  );
}

/** How much wider bold letters are, in the widest of the usual fonts. */
const bold = 1.2;

const boldWidthPx = (text: string) => textWidthPx(text, theme.textPx * bold);

/** Returns a name in one line or, where it is long and has a space, in two of about the same length. */
function inTwoLines(name: string): string[] {
  const spaces = [...name.matchAll(/ /g)].map(({ index }) => index);
  if (spaces.length === 0 || boldWidthPx(name) <= 70) return [name];
  const middle = name.length / 2;
  const at = spaces.reduce((best, space) => (Math.abs(space - middle) < Math.abs(best - middle) ? space : best));
  return [name.slice(0, at), name.slice(at + 1)];
}

const widthOf = (probability: number) => 0.8 + 6 * probability;

function arrow(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  [fromPx, toPx]: readonly [number, number],
  probability: number,
  color: string,
): SvgChild {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  // Bent to one side, so that there and back are two lines.
  const bend = Math.min(34, length * 0.16);
  const [mx, my] = [(x1 + x2) / 2 - uy * bend, (y1 + y2) / 2 + ux * bend];
  const toward = (x: number, y: number, away: number): [number, number] => {
    const far = Math.hypot(mx - x, my - y) || 1;
    return [x + ((mx - x) / far) * away, y + ((my - y) / far) * away];
  };
  const head = 5 + widthOf(probability) * 1.1;
  const [sx, sy] = toward(x1, y1, fromPx + 2);
  const [tx, ty] = toward(x2, y2, toPx + 2);
  const [hx, hy] = toward(x2, y2, toPx + 2 + head);
  const [dx, dy] = [(tx - hx) / head, (ty - hy) / head];
  const wide = head * 0.5;
  const labelAt = [(sx + 2 * mx + hx) / 4, (sy + 2 * my + hy) / 4] as const;
  return svg(
    'g',
    {},
    svg('path', {
      d: `M${r(sx)} ${r(sy)}Q${r(mx)} ${r(my)} ${r(hx)} ${r(hy)}`,
      stroke: color,
      'stroke-width': widthOf(probability),
      'stroke-opacity': 0.7,
    }),
    svg('path', {
      d: `M${r(tx)} ${r(ty)}L${r(hx - dy * wide)} ${r(hy + dx * wide)}L${r(hx + dy * wide)} ${r(hy - dx * wide)}Z`,
      fill: color,
      'fill-opacity': 0.85,
    }),
    svg(
      'text',
      {
        x: labelAt[0],
        y: labelAt[1] + 3,
        'text-anchor': 'middle',
        'font-size': 9.5,
        fill: theme.ink,
        ...theme.halo,
      },
      formatNumber(probability, 2),
    ),
  );
}

function loop([x, y]: readonly [number, number], radiusPx: number, angle: number, probability: number): SvgChild {
  const [ux, uy] = [-Math.cos(angle), -Math.sin(angle)];
  const at = radiusPx + 9;
  return svg(
    'g',
    {},
    svg('circle', {
      cx: x + ux * at,
      cy: y + uy * at,
      r: 11,
      stroke: theme.muted,
      'stroke-width': widthOf(probability) * 0.6,
      'stroke-opacity': 0.7,
    }),
    svg(
      'text',
      {
        x: x + ux * (at + 18),
        y: y + uy * (at + 18) + 3,
        'text-anchor': 'middle',
        'font-size': 9.5,
        fill: theme.ink,
        ...theme.halo,
      },
      formatNumber(probability, 2),
    ),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
