import { clipped, emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { marker } from '../chart/marker.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { checkPictureAddress } from '../plots/trajectory.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure } from '../scale/number-format.js';
import { type SvgChild, svg } from '../svg/element.js';

/** Where several annotators put each keypoint of one frame. */
export interface AnnotatorEllipsesData {
  readonly keypoints: readonly string[];
  /** Pairs of keypoints that are drawn connected, shape `[edge, 2]`. */
  readonly edges?: readonly (readonly [number, number])[];
  readonly annotators: readonly string[];
  /** Shape `[annotator, keypoint, 2]` in px of the image; NaN = missing. */
  readonly points: readonly (readonly (readonly [number, number])[])[];
  /** Ellipses of one standard deviation, px of the image; radians from the x axis towards y. */
  readonly ellipses: readonly {
    readonly keypoint: number;
    readonly x: number;
    readonly y: number;
    readonly majorPx: number;
    readonly minorPx: number;
    readonly angleRad: number;
  }[];
  /** Size of the image. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Picture to lie below, a `data:image/...;base64,` address. */
  readonly background?: string;
}

/** Returns one frame, cut to the animal, with the points of each annotator and the spread of each keypoint as an ellipse. */
export function annotatorEllipsesFigure(given: AnnotatorEllipsesData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { keypoints, edges = [], annotators, points, widthPx, heightPx, background } = data;
  const ellipses = data.ellipses.filter((e) => Number.isFinite(e.x + e.y + e.majorPx + e.minorPx + e.angleRad));
  const shown = { title: 'Annotators and their spread', subtitle: 'ellipses: one standard deviation', ...options };
  const width = figureWidth(options, 560);
  const head = headerHeightPx(shown);
  const key = legend(
    annotators.map((label, i) => ({ label, color: theme.ink, shape: 'dot' as const, marker: i })),
    { left: 16, top: head, width: width - 32 },
  );
  const top = head + key.heightPx + 8;
  const known = points.flat().filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const xs = [...known.map(([x]) => x), ...ellipses.flatMap((e) => [e.x - e.majorPx, e.x + e.majorPx])];
  const ys = [...known.map(([, y]) => y), ...ellipses.flatMap((e) => [e.y - e.majorPx, e.y + e.majorPx])];
  const isEmpty = xs.length === 0;
  const spread = isEmpty ? 0 : Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys), 4);
  const margin = spread * 0.12;
  const cut = isEmpty
    ? { left: 0, top: 0, width: widthPx, height: heightPx }
    : {
        left: Math.min(...xs) - margin,
        top: Math.min(...ys) - margin,
        width: Math.max(...xs) - Math.min(...xs) + 2 * margin,
        height: Math.max(...ys) - Math.min(...ys) + 2 * margin,
      };
  const scale = Math.min((width - 32) / cut.width, Math.max(260, width * 0.8) / cut.height);
  const room = {
    left: 16 + (width - 32 - cut.width * scale) / 2,
    top,
    width: cut.width * scale,
    height: cut.height * scale,
  };
  const px = (x: number) => room.left + (x + 0.5 - cut.left) * scale;
  const py = (y: number) => room.top + (y + 0.5 - cut.top) * scale;
  const middle = ellipses.map((e): [number, number] => [px(e.x), py(e.y)]);
  const middleOf = (keypoint: number) => middle[ellipses.findIndex((e) => e.keypoint === keypoint)];
  const words = ellipses.map(
    (e) => `${keypoints[e.keypoint]} ${formatMeasure(e.majorPx)} by ${formatMeasure(e.minorPx)}`,
  );
  const lines = edges.flatMap(([a, b]): SvgChild[] => {
    const [from, to] = [middleOf(a), middleOf(b)];
    if (from === undefined || to === undefined) return [];
    return [svg('path', { d: `M${r(from[0])} ${r(from[1])}L${r(to[0])} ${r(to[1])}` })];
  });
  return renderFigure(
    {
      ...shown,
      kind: 'annotator-ellipses',
      data,
      widthPx: width,
      heightPx: room.top + room.height + 34,
      description: `Points of ${annotators.length} annotators for ${keypoints.length} keypoints. Standard deviations in px: ${words.join(', ')}.`,
    },
    key.element,
    clipped(
      room,
      svg('rect', { x: room.left, y: room.top, width: room.width, height: room.height, fill: theme.plate }),
      background === undefined
        ? undefined
        : svg('image', {
            x: px(-0.5),
            y: py(-0.5),
            width: widthPx * scale,
            height: heightPx * scale,
            href: checkPictureAddress(background),
            preserveAspectRatio: 'none',
          }),
      svg(
        'g',
        { stroke: background === undefined ? theme.faint : '#ffffff', 'stroke-width': 1.6, 'stroke-opacity': 0.8 },
        lines,
      ),
      points.map((list, annotator) =>
        list.map(([x, y], keypoint) =>
          marker(annotator, px(x), py(y), { color: categoryColor(keypoint), radiusPx: 2.9, opacity: 0.9 }),
        ),
      ),
      ellipses.map((e, i) => {
        const [cx, cy] = middle[i] as [number, number];
        if (!Number.isFinite(cx) || !Number.isFinite(cy)) return undefined;
        const shape = {
          cx,
          cy,
          rx: Math.max(e.majorPx * scale, 0.5),
          ry: Math.max(e.minorPx * scale, 0.5),
          transform: `rotate(${r((e.angleRad * 180) / Math.PI)} ${r(cx)} ${r(cy)})`,
          fill: 'none',
        };
        return [
          svg('ellipse', { ...shape, stroke: '#ffffff', 'stroke-width': 3.4, 'stroke-opacity': 0.8 }),
          svg('ellipse', { ...shape, stroke: categoryColor(e.keypoint), 'stroke-width': 1.8 }),
        ];
      }),
      ellipses.map((e, i) => {
        const [cx, cy] = middle[i] as [number, number];
        if (!Number.isFinite(cx) || !Number.isFinite(cy)) return undefined;
        const away = e.majorPx * scale + 5;
        const isRight = cx > room.left + room.width * 0.75;
        return svg(
          'text',
          {
            x: cx + (isRight ? -away : away),
            y: cy + 4,
            'text-anchor': isRight ? 'end' : 'start',
            'font-size': theme.tickPx,
            fill: theme.ink,
            ...theme.halo,
          },
          keypoints[e.keypoint] ?? '',
        );
      }),
    ),
    isEmpty
      ? emptyNote(room, 'no point')
      : svg(
          'g',
          {},
          svg('path', {
            d: `M${r(room.left)} ${r(room.top + room.height + 12)}h${r(barPx(spread) * scale)}`,
            stroke: theme.ink,
            'stroke-width': 2.4,
          }),
          svg(
            'text',
            { x: room.left + barPx(spread) * scale + 8, y: room.top + room.height + 16, 'font-size': theme.tickPx },
            `${barPx(spread)} px`,
          ),
        ),
  );
}

/** Returns the length of the scale bar, 1, 2 or 5 times a power of ten. */
function barPx(spread: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(spread, 1) / 5));
  return [5, 2, 1].map((factor) => factor * power).find((length) => length <= spread / 3) ?? power;
}

const r = (value: number) => Math.round(value * 100) / 100;
