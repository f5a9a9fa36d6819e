import { theme } from '../chart/theme.js';
import { type SvgChild, svg } from '../svg/element.js';
import { textWidthPx } from '../svg/text-width.js';

/** A test between two groups, as it is drawn above them. */
export interface Bracket {
  /** Indices of the groups, shape `[2]`. */
  readonly groups: readonly [number, number];
  readonly p: number;
  /** Such as `**` or `n.s.`. */
  readonly stars: string;
}

/** Px between two levels of brackets. */
export const bracketLevelPx = 24;

/** Returns the level of each bracket, list counted from the groups upwards, so that none crosses another. */
export function bracketLevels(brackets: readonly Bracket[]): number[] {
  const span = ({ groups: [a, b] }: Bracket) => Math.abs(a - b);
  const order = brackets.map((_, i) => i).sort((a, b) => span(brackets[a] as Bracket) - span(brackets[b] as Bracket));
  const levels = new Array<number>(brackets.length).fill(0);
  const taken: [number, number][][] = [];
  for (const i of order) {
    const { groups } = brackets[i] as Bracket;
    const [low, high] = [Math.min(...groups), Math.max(...groups)];
    let level = 0;
    while (taken[level]?.some(([a, b]) => low < b && a < high)) level++;
    taken[level] = [...(taken[level] ?? []), [low, high]];
    levels[i] = level;
  }
  return levels;
}

/** Returns p as papers write it: `p = 0.032`, `p < 0.001`. */
export function formatP(p: number): string {
  if (!Number.isFinite(p)) return 'p unknown';
  if (p < 0.001) return 'p < 0.001';
  return `p = ${p.toFixed(p < 0.0995 ? 3 : 2)}`;
}

/** Returns the brackets above `bottomPx`, with stars and, where the bracket is wide enough, p. */
export function bracketMarks(
  brackets: readonly Bracket[],
  middle: (group: number) => number,
  bottomPx: number,
): SvgChild[] {
  const levels = bracketLevels(brackets);
  return brackets.map(({ groups, p, stars }, i) => {
    const [from, to] = [middle(Math.min(...groups)) + 2, middle(Math.max(...groups)) - 2];
    const y = bottomPx - (levels[i] as number) * bracketLevelPx;
    const both = `${stars}  ${formatP(p)}`;
    const text = textWidthPx(both, theme.tickPx) < to - from + 24 ? both : stars;
    return svg(
      'g',
      {},
      svg('path', {
        d: `M${r(from)} ${r(y + 5)}V${r(y)}H${r(to)}V${r(y + 5)}`,
        stroke: theme.ink,
        'stroke-width': 1,
        fill: 'none',
      }),
      svg('text', { x: (from + to) / 2, y: y - 4, 'text-anchor': 'middle', 'font-size': theme.tickPx }, text),
    );
  });
}

const r = (value: number) => Math.round(value * 100) / 100;
