import type { BandScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import type { Room } from './figure.js';
import { theme } from './theme.js';

/** How the names of categories stand below an axis. */
export interface CategoryPlan {
  /** Lines of each name, list. */
  readonly lines: readonly (readonly string[])[];
  /** Degrees that the names are turned. */
  readonly turned: 0 | 40 | 90;
  /** Every how many-th name is shown; above 1 where there is no room for all. */
  readonly every: number;
  /** Px that the names take below the axis. */
  readonly heightPx: number;
}

const longestPx = 118;
const linePx = theme.tickPx + 3;

/** Returns how names fit below bands of `stepPx`: side by side in one or two lines, turned, or only some of them. */
export function planCategories(
  names: readonly string[],
  stepPx: number,
  /** A note on each name, such as `n = 8`, on a line of its own. */
  notes: readonly string[] = [],
): CategoryPlan {
  const wide = (text: string) => textWidthPx(text, theme.tickPx);
  const step = Math.abs(stepPx);
  const wrapped = names.map((name, i) => [
    ...(wide(name) + 6 <= step ? [name] : twoLines(name)),
    ...(notes[i] === undefined ? [] : [notes[i]]),
  ]);
  if (wrapped.every((lines) => lines.every((line) => wide(line) + 6 <= step))) {
    return {
      lines: wrapped,
      turned: 0,
      every: 1,
      heightPx: 8 + linePx * Math.max(1, ...wrapped.map((lines) => lines.length)),
    };
  }
  const lines = names.map((name, i) => {
    const note = notes[i] === undefined ? '' : ` (${notes[i]})`;
    return [`${fitText(name, theme.tickPx, longestPx - wide(note))}${note}`];
  });
  const longest = Math.max(0, ...lines.map(([line = '']) => wide(line)));
  if (step >= 17) return { lines, turned: 40, every: 1, heightPx: 14 + longest * Math.sin((40 * Math.PI) / 180) };
  return { lines, turned: 90, every: Math.max(1, Math.ceil(12 / step)), heightPx: 12 + longest };
}

/** Returns a name cut in two at the space, dash or underscore next to its middle. */
function twoLines(name: string): string[] {
  let best = -1;
  for (let at = 1; at < name.length - 1; at++) {
    if (!' -_/'.includes(name[at] as string)) continue;
    if (best < 0 || Math.abs(at - name.length / 2) < Math.abs(best - name.length / 2)) best = at;
  }
  if (best < 0) return [name];
  return [name.slice(0, name[best] === ' ' ? best : best + 1), name.slice(best + 1)];
}

/** Returns the axis of categories at the bottom of a room: its line and the names. */
export function categoryAxis(
  plan: CategoryPlan,
  bands: BandScale,
  room: Room,
  { label }: { readonly label?: string } = {},
): SvgChild {
  const bottom = room.top + room.height;
  return svg(
    'g',
    { 'font-size': theme.tickPx, fill: theme.ink },
    svg('path', { d: `M${r(room.left)} ${r(bottom)}h${r(room.width)}`, stroke: theme.muted, fill: 'none' }),
    plan.lines.flatMap((lines, i): SvgChild[] => {
      if (i % plan.every !== 0) return [];
      const x = bands.middle(i);
      if (plan.turned === 0) {
        return lines.map((line, at) => svg('text', { x, y: bottom + 16 + at * linePx, 'text-anchor': 'middle' }, line));
      }
      const [tx, ty] = plan.turned === 40 ? [x + 4, bottom + 12] : [x + theme.tickPx * 0.35, bottom + 7];
      // A turned name of the first bands would leave the figure at its left.
      const roomPx = plan.turned === 40 ? (tx - 4) / Math.cos((40 * Math.PI) / 180) : longestPx;
      return [
        svg(
          'text',
          { x: tx, y: ty, 'text-anchor': 'end', transform: `rotate(-${plan.turned} ${r(tx)} ${r(ty)})` },
          fitText(lines[0] as string, theme.tickPx, roomPx),
        ),
      ];
    }),
    label === undefined
      ? undefined
      : svg(
          'text',
          {
            x: room.left + room.width / 2,
            y: bottom + plan.heightPx + 17,
            'text-anchor': 'middle',
            'font-size': theme.textPx,
          },
          fitText(label, theme.textPx, room.width + 40),
        ),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
