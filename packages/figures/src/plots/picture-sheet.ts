import { clipped, emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText } from '../svg/text-width.js';
import { checkPictureAddress } from './trajectory.js';

/** One picture of a sheet with the points to draw on it. */
export interface SheetPicture {
  /** The picture itself, a `data:image/...;base64,` address. */
  readonly address: string;
  /** Size in px of the picture as `predicted` and `labeled` count it. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly caption: string;
  /** Second line below the picture. */
  readonly detail?: string;
  /** Shape `[keypoint, 2]` in px of the picture, center of the top-left pixel at (0, 0); NaN = missing. */
  readonly predicted: ArrayLike<number>;
  /** Shape `[keypoint, 2]` in the same px; NaN = missing. Left out where nothing was labeled. */
  readonly labeled?: ArrayLike<number>;
}

/** What a sheet shows. */
export interface SheetData {
  readonly keypoints: readonly string[];
  readonly pictures: readonly SheetPicture[];
}

/** How a sheet is laid out. */
export interface SheetOptions extends FigureOptions {
  /** Pictures in a row, default 3. */
  readonly across?: number;
}

/** Returns a sheet of pictures with predictions (rings), labels (crosses) and the line from one to the other. */
export function pictureSheetFigure(given: SheetData, options: SheetOptions = {}): string {
  const data = knownData(given);
  const { keypoints, pictures } = data;
  const shown = { title: 'Pictures', ...options };
  const across = Math.max(1, Math.min(options.across ?? 3, Math.max(pictures.length, 1)));
  const width = figureWidth(options, 760);
  const withLabels = pictures.some((picture) => picture.labeled !== undefined);
  const key = legend(
    [
      { label: 'predicted', color: theme.ink, shape: 'ring' as const },
      ...(withLabels ? [{ label: 'labeled', color: theme.ink, shape: 'cross' as const }] : []),
      ...keypoints.map((label, i) => ({ label, color: categoryColor(i), shape: 'box' as const })),
    ],
    { left: 16, top: headerHeightPx(shown), width: width - 32 },
  );
  const top = headerHeightPx(shown) + key.heightPx + 6;
  const gap = 12;
  const cell = (width - 32 - gap * (across - 1)) / across;
  const parts: SvgChild[] = [];
  let y = top;
  for (let row = 0; row * across < pictures.length; row++) {
    const inRow = pictures.slice(row * across, (row + 1) * across);
    const tallest = Math.max(...inRow.map((picture) => (cell * picture.heightPx) / picture.widthPx));
    for (const [column, picture] of inRow.entries()) {
      parts.push(onePicture(picture, { left: 16 + column * (cell + gap), top: y, width: cell }));
    }
    y += tallest + 42;
  }
  const description =
    pictures.length === 0
      ? 'No pictures.'
      : `${pictures.length} pictures with predicted${withLabels ? ' and labeled' : ''} keypoints: ${pictures.map((picture) => `${picture.caption}${picture.detail === undefined ? '' : ` (${picture.detail})`}`).join('; ')}.`;
  return renderFigure(
    { ...shown, kind: 'picture-sheet', data, widthPx: width, heightPx: Math.max(y, top + 40) + 6, description },
    key.element,
    pictures.length === 0 ? emptyNote({ left: 16, top, width: width - 32, height: 40 }, 'no picture') : parts,
  );
}

function onePicture(
  picture: SheetPicture,
  { left, top, width }: { left: number; top: number; width: number },
): SvgChild {
  const scale = width / picture.widthPx;
  const height = picture.heightPx * scale;
  const point = (values: ArrayLike<number>, keypoint: number): [number, number] => [
    left + ((values[2 * keypoint] as number) + 0.5) * scale,
    top + ((values[2 * keypoint + 1] as number) + 0.5) * scale,
  ];
  const marks: SvgChild[] = [];
  for (let keypoint = 0; keypoint * 2 < picture.predicted.length; keypoint++) {
    const color = categoryColor(keypoint);
    const [px, py] = point(picture.predicted, keypoint);
    const [lx, ly] = picture.labeled === undefined ? [Number.NaN, Number.NaN] : point(picture.labeled, keypoint);
    const [hasPrediction, hasLabel] = [Number.isFinite(px + py), Number.isFinite(lx + ly)];
    const outlined = (d: string) => [
      svg('path', { d, stroke: '#ffffff', 'stroke-width': 3.2, 'stroke-opacity': 0.85 }),
      svg('path', { d, stroke: color, 'stroke-width': 1.6 }),
    ];
    if (hasPrediction && hasLabel) {
      marks.push(svg('path', { d: `M${r(px)} ${r(py)}L${r(lx)} ${r(ly)}`, stroke: color, 'stroke-width': 1.2 }));
    }
    if (hasLabel) marks.push(...outlined(`M${r(lx - 3.5)} ${r(ly - 3.5)}l7 7m0 -7l-7 7`));
    if (hasPrediction) {
      marks.push(
        svg('circle', { cx: px, cy: py, r: 4.2, stroke: '#ffffff', 'stroke-width': 3.2, 'stroke-opacity': 0.85 }),
        svg('circle', { cx: px, cy: py, r: 4.2, stroke: color, 'stroke-width': 1.8 }),
      );
    }
  }
  return svg(
    'g',
    {},
    svg('image', {
      x: left,
      y: top,
      width,
      height,
      href: checkPictureAddress(picture.address),
      preserveAspectRatio: 'none',
    }),
    clipped({ left, top, width, height }, svg('g', { fill: 'none' }, marks)),
    svg('text', { x: left, y: top + height + 15 }, fitText(picture.caption, theme.textPx, width)),
    picture.detail === undefined
      ? undefined
      : svg(
          'text',
          { x: left, y: top + height + 30, fill: theme.muted, 'font-size': theme.tickPx },
          fitText(picture.detail, theme.tickPx, width),
        ),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
