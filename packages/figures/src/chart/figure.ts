import { renderSvg, type SvgChild, type SvgContent, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import { theme } from './theme.js';

/** What every figure takes beside its data. */
export interface FigureOptions {
  readonly title?: string;
  /** One line below the title, such as what was measured and over how much. */
  readonly subtitle?: string;
  /** Word in a frame at the top right that qualifies everything shown: `synthetic`, `published`. */
  readonly badge?: string;
  /** Width of the whole figure; the default suits a page of 760 px. */
  readonly figureWidthPx?: number;
}

/** A rectangle of a figure. */
export interface Room {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Returns the px of a figure's top that title and subtitle take. */
export function headerHeightPx({ title, subtitle, badge }: FigureOptions): number {
  const lines = (title === undefined && badge === undefined ? 0 : 22) + (subtitle === undefined ? 0 : 17);
  return lines === 0 ? 10 : lines + 14;
}

/** What {@link renderFigure} puts together. */
export interface FigureParts extends FigureOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Sentence or two that tell what the figure shows to who cannot see it. */
  readonly description: string;
}

/** Returns a whole figure as SVG text that needs no other file, with title and description for screen readers. */
export function renderFigure(parts: FigureParts, ...body: readonly SvgContent[]): string {
  const { title, subtitle, badge, widthPx, heightPx, description } = parts;
  const badgeWidth = badge === undefined ? 0 : textWidthPx(badge, 11) + 16;
  const room = widthPx - 32;
  return renderSvg(
    svg(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${Math.round(widthPx)} ${Math.round(heightPx)}`,
        width: Math.round(widthPx),
        height: Math.round(heightPx),
        role: 'img',
        'aria-label': title ?? description,
        'font-family': theme.font,
        'font-size': theme.textPx,
        fill: theme.ink,
      },
      svg('title', {}, title ?? description),
      svg('desc', {}, description),
      svg('rect', { width: widthPx, height: heightPx, fill: theme.paper }),
      title === undefined
        ? undefined
        : svg(
            'text',
            { x: 16, y: 26, 'font-size': theme.titlePx, 'font-weight': '600' },
            fitText(title, theme.titlePx * 1.06, room - badgeWidth - 8),
          ),
      subtitle === undefined
        ? undefined
        : svg(
            'text',
            { x: 16, y: title === undefined && badge === undefined ? 22 : 44, fill: theme.muted },
            fitText(subtitle, theme.textPx, room),
          ),
      badge === undefined
        ? undefined
        : svg(
            'g',
            {},
            svg('rect', {
              x: widthPx - 16 - badgeWidth,
              y: 12,
              width: badgeWidth,
              height: 19,
              rx: 9.5,
              fill: '#fff4e5',
              stroke: '#e0a458',
            }),
            svg(
              'text',
              {
                x: widthPx - 16 - badgeWidth / 2,
                y: 25.5,
                'text-anchor': 'middle',
                'font-size': 11,
                fill: '#7a4a00',
              },
              badge,
            ),
          ),
      ...body,
    ),
  );
}

/** Returns a group that is cut off at the edges of a room; its inner coordinates stay those of the figure. */
export function clipped(room: Room, ...children: readonly SvgContent[]): SvgChild {
  // A nested svg clips without an id, so that many figures can stand in one page.
  return svg(
    'svg',
    {
      x: room.left,
      y: room.top,
      width: room.width,
      height: room.height,
      viewBox: [room.left, room.top, room.width, room.height].map((v) => Math.round(v * 100) / 100).join(' '),
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    ...children,
  );
}

/** Returns a text in the middle of a room, for data that are not there. */
export function emptyNote(room: Room, text: string): SvgChild {
  return svg(
    'text',
    {
      x: room.left + room.width / 2,
      y: room.top + room.height / 2,
      'text-anchor': 'middle',
      fill: theme.muted,
      'font-style': 'italic',
    },
    text,
  );
}
