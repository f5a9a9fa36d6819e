import type { Provenance } from '@zoopraxis/core';
import { figureRecord } from '../record/figure-record.js';
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
  /** Width on paper in mm, such as those of {@link columnWidthsMm}; lines and text are then sized for print. */
  readonly widthMm?: number;
  /** Height of plain text on paper in pt, default 7; used with `widthMm`. */
  readonly textPt?: number;
  /** How the data came to be; the figure carries it. */
  readonly provenance?: Provenance;
  /** Whether the figure carries its data, so that it can be redrawn; default true. */
  readonly embedData?: boolean;
}

/** Widths in mm that most journals print: one column, one and a half, two. */
export const columnWidthsMm = { single: 85, oneAndHalf: 130, double: 180 } as const;

const mmPerPt = 25.4 / 72;

/**
 * Returns the width of a figure in the px that it is laid out in. With a width on paper it is the number of px in which
 * text of the theme's size prints `textPt` high.
 * @throws RangeError where both widths are given, or one is beyond what a figure can be.
 */
export function figureWidth({ figureWidthPx, widthMm, textPt = 7 }: FigureOptions, defaultPx: number): number {
  if (widthMm === undefined) return between('figureWidthPx', figureWidthPx ?? defaultPx, 200, 20_000);
  if (figureWidthPx !== undefined) throw new RangeError('figure: give widthMm or figureWidthPx, not both');
  between('textPt', textPt, 3, 40);
  return between('widthMm', widthMm, 40, 2000) * (theme.textPx / (textPt * mmPerPt));
}

function between(option: string, value: number, low: number, high: number): number {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`figure: ${option} must be from ${low} to ${high}, got ${value}`);
  }
  return value;
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
  /** Name of the figure's kind in the catalog, such as `pck-curve`; with `data` the figure carries both. */
  readonly kind?: string;
  /** What was drawn, plain data. */
  readonly data?: unknown;
}

/** Returns a whole figure as SVG text that needs no other file, with title and description for screen readers. */
export function renderFigure(parts: FigureParts, ...body: readonly SvgContent[]): string {
  const { title, subtitle, badge, widthPx, heightPx, description, widthMm } = parts;
  const badgeWidth = badge === undefined ? 0 : textWidthPx(badge, 11) + 16;
  const room = widthPx - 32;
  return renderSvg(
    svg(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${Math.round(widthPx)} ${Math.round(heightPx)}`,
        width: widthMm === undefined ? Math.round(widthPx) : `${widthMm}mm`,
        height: widthMm === undefined ? Math.round(heightPx) : `${((heightPx * widthMm) / widthPx).toFixed(2)}mm`,
        role: 'img',
        'aria-label': title ?? description,
        'font-family': theme.font,
        'font-size': theme.textPx,
        fill: theme.ink,
      },
      svg('title', {}, title ?? description),
      svg('desc', {}, description),
      recordOf(parts, body),
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

function recordOf(parts: FigureParts, body: readonly SvgContent[]): SvgChild {
  const { kind, data, embedData = true, provenance, widthPx, heightPx, description, ...options } = parts;
  if (kind === undefined || !embedData) return undefined;
  return svg('metadata', {}, figureRecord({ kind, data, options, provenance }, body));
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
