import { colorBar } from '../chart/color-bar.js';
import { clipped, emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { theme } from '../chart/theme.js';
import { rampColor } from '../color/ramp.js';
import { knownData } from '../record/known-data.js';
import { formatDuration, formatMeasure } from '../scale/number-format.js';
import { timeScale } from '../scale/scale.js';
import { thinPathTo } from '../series/simplify.js';
import { type SvgChild, svg } from '../svg/element.js';
import { linePath } from '../svg/path.js';

/** Where one point was over time, in px of an image. */
export interface PathData {
  /** Shape `[frame, 2]` in px of the image, center of the top-left pixel at (0, 0); NaN = missing. */
  readonly position: ArrayLike<number>;
  /** Time of each frame in seconds, ascending, shape `[frame]`. */
  readonly timeSec: ArrayLike<number>;
  /** Size of the image in which the path lies. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Picture to lie below, a `data:image/...;base64,` address. */
  readonly background?: string;
}

/** Points that a drawn path may have: enough for any print, little enough for any browser. */
const mostPoints = 20_000;
const segments = 48;

/** Returns the path of an animal over its arena, colored by time, with start and end marked. */
export function trajectoryFigure(given: PathData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const shown = { title: 'Trajectory', ...options };
  const { position, timeSec, widthPx, heightPx, background } = data;
  const frames = timeSec.length;
  if (position.length !== frames * 2) {
    throw new RangeError(`trajectory: position must have shape [${frames},2], got ${position.length} values`);
  }
  const width = figureWidth(options, 560);
  const top = headerHeightPx(shown) + 22;
  const plate = fitRoom(widthPx, heightPx, { left: 16, top, width: width - 16 - 74 });
  const scalePx = plate.width / widthPx;
  const x = (frame: number) => plate.left + ((position[2 * frame] as number) + 0.5) * scalePx;
  const y = (frame: number) => plate.top + ((position[2 * frame + 1] as number) + 0.5) * scalePx;
  const known = [...firstAndLastKnown(position, frames)];
  const [startSec, endSec] = [timeSec[0] ?? 0, timeSec[frames - 1] ?? 1];
  const time = timeScale({ domain: [startSec, endSec], range: [plate.top + plate.height, plate.top], tickCount: 5 });

  const kept = thinPathTo(position, frames, { tolerance: 0.5 / scalePx, most: mostPoints });
  const strokes: SvgChild[] = [];
  for (let segment = 0; segment < segments; segment++) {
    const from = Math.floor((kept.length * segment) / segments);
    // One point more, so that neighboring colors touch.
    const part = kept.slice(from, Math.floor((kept.length * (segment + 1)) / segments) + 1);
    if (part.length < 2) continue;
    const middle = timeSec[part[part.length >> 1] as number] as number;
    strokes.push(
      svg('path', {
        d: linePath(
          part.length,
          (i) => x(part[i] as number),
          (i) => y(part[i] as number),
        ),
        stroke: rampColor('viridis', (middle - startSec) / (endSec - startSec || 1)),
      }),
    );
  }
  const [first, last] = known;
  const knownShare = countKnown(position, frames) / Math.max(frames, 1);
  const description =
    first === undefined
      ? 'Path of the animal: no known position.'
      : `Path of the animal in an image of ${widthPx} by ${heightPx} px over ${formatDuration(endSec - startSec)}, colored by time; the position is known in ${formatMeasure(knownShare * 100)} % of the frames.`;
  return renderFigure(
    { ...shown, kind: 'trajectory', data, widthPx: width, heightPx: plate.top + plate.height + 16, description },
    clipped(
      plate,
      svg('rect', { x: plate.left, y: plate.top, width: plate.width, height: plate.height, fill: theme.plate }),
      backgroundImage(plate, background),
      svg(
        'g',
        { fill: 'none', 'stroke-width': 1.6, 'stroke-linejoin': 'round', 'stroke-linecap': 'round', opacity: 0.9 },
        strokes,
      ),
      first === undefined
        ? emptyNote(plate, 'no known position')
        : [
            svg('circle', {
              cx: x(first),
              cy: y(first),
              r: 5,
              fill: theme.paper,
              stroke: theme.ink,
              'stroke-width': 2,
            }),
            svg('rect', {
              x: x(last as number) - 4.5,
              y: y(last as number) - 4.5,
              width: 9,
              height: 9,
              fill: theme.ink,
              stroke: theme.paper,
              'stroke-width': 1.5,
            }),
          ],
    ),
    svg('rect', {
      x: plate.left,
      y: plate.top,
      width: plate.width,
      height: plate.height,
      fill: 'none',
      stroke: theme.faint,
    }),
    startEndKey(plate.left, plate.top - 12),
    colorBar('viridis', time, {
      room: { left: plate.left + plate.width + 16, top: plate.top, width: 12, height: plate.height },
      label: `time (${time.unit})`,
      place: (value) => (value - startSec) / (endSec - startSec || 1),
    }),
  );
}

/** Returns the room that a picture takes at full width. */
export function fitRoom(
  widthPx: number,
  heightPx: number,
  { left, top, width }: { left: number; top: number; width: number },
) {
  if (!(widthPx > 0) || !(heightPx > 0)) {
    throw new RangeError(`figure: image must have a size above 0, got ${widthPx} x ${heightPx}`);
  }
  return { left, top, width, height: (width * heightPx) / widthPx };
}

/** Returns the picture below a plot, faded so that lines stay readable; refuses addresses that are no picture data. */
export function backgroundImage(
  room: { left: number; top: number; width: number; height: number },
  address: string | undefined,
  opacity = 0.55,
): SvgChild {
  if (address === undefined) return undefined;
  return svg('image', {
    x: room.left,
    y: room.top,
    width: room.width,
    height: room.height,
    href: checkPictureAddress(address),
    opacity,
    preserveAspectRatio: 'none',
  });
}

/** Returns the address where it holds a PNG, JPEG or WebP picture itself; a figure loads nothing from elsewhere. */
export function checkPictureAddress(address: string): string {
  if (!/^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*$/.test(address)) {
    throw new RangeError(
      `figure: pictures must be data:image/png, jpeg or webp in base64, got ${JSON.stringify(address.slice(0, 40))}`,
    );
  }
  return address;
}

function startEndKey(left: number, y: number): SvgChild {
  return svg(
    'g',
    { fill: theme.muted, 'font-size': theme.tickPx },
    svg('circle', { cx: left + 5, cy: y, r: 4, fill: theme.paper, stroke: theme.ink, 'stroke-width': 1.8 }),
    svg('text', { x: left + 14, y: y + 4 }, 'start'),
    svg('rect', { x: left + 50, y: y - 4, width: 8, height: 8, fill: theme.ink }),
    svg('text', { x: left + 63, y: y + 4 }, 'end'),
  );
}

function* firstAndLastKnown(position: ArrayLike<number>, frames: number): Iterable<number> {
  const isKnown = (frame: number) =>
    Number.isFinite(position[2 * frame] as number) && Number.isFinite(position[2 * frame + 1] as number);
  let first = 0;
  while (first < frames && !isKnown(first)) first++;
  if (first === frames) return;
  yield first;
  let last = frames - 1;
  while (!isKnown(last)) last--;
  yield last;
}

function countKnown(position: ArrayLike<number>, frames: number): number {
  let count = 0;
  for (let frame = 0; frame < frames; frame++) if (Number.isFinite(position[2 * frame] as number)) count++;
  return count;
}
