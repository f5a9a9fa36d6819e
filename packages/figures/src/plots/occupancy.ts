import { colorBar } from '../chart/color-bar.js';
import { clipped, emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { theme } from '../chart/theme.js';
import { rampColor } from '../color/ramp.js';
import { knownData } from '../record/known-data.js';
import { formatDuration, formatMeasure } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { backgroundImage, fitRoom, type PathData } from './trajectory.js';

/** How the occupancy map is drawn. */
export interface OccupancyOptions extends FigureOptions {
  /** Bins along the image's width, default 40. */
  readonly binsAcross?: number;
}

/** Time spent in square bins of an image. */
export interface Occupancy {
  readonly across: number;
  readonly down: number;
  readonly binPx: number;
  /** Seconds in each bin, shape `[row, column]`. */
  readonly sec: Float64Array;
  /** Seconds in which the position was not known or outside the image. */
  readonly lostSec: number;
}

/** Returns how long the point was in each bin; each frame counts for the time until the next. */
export function occupancyOf({ position, timeSec, widthPx, heightPx }: PathData, binsAcross = 40): Occupancy {
  if (!(Number.isInteger(binsAcross) && binsAcross > 0)) {
    throw new RangeError(`occupancy: binsAcross must be a whole number from 1, got ${binsAcross}`);
  }
  const binPx = widthPx / binsAcross;
  const down = Math.max(1, Math.ceil(heightPx / binPx - 1e-9));
  const sec = new Float64Array(binsAcross * down);
  const frames = timeSec.length;
  const mean = frames < 2 ? 0 : ((timeSec[frames - 1] as number) - (timeSec[0] as number)) / (frames - 1);
  let lostSec = 0;
  for (let frame = 0; frame < frames; frame++) {
    const spent = frame + 1 < frames ? (timeSec[frame + 1] as number) - (timeSec[frame] as number) : mean;
    const column = Math.floor(((position[2 * frame] as number) + 0.5) / binPx);
    const row = Math.floor(((position[2 * frame + 1] as number) + 0.5) / binPx);
    if (column >= 0 && column < binsAcross && row >= 0 && row < down) {
      const bin = row * binsAcross + column;
      sec[bin] = (sec[bin] as number) + spent;
    } else lostSec += spent;
  }
  return { across: binsAcross, down, binPx, sec, lostSec };
}

/** Returns a map of the time spent in each part of the image; color follows the square root, so short visits show. */
export function occupancyFigure(given: PathData, options: OccupancyOptions = {}): string {
  const data = knownData(given);
  const shown = { title: 'Occupancy', ...options };
  const { across, down, binPx, sec, lostSec } = occupancyOf(data, options.binsAcross);
  const width = figureWidth(options, 560);
  const top = headerHeightPx(shown) + 22;
  const plate = fitRoom(data.widthPx, data.heightPx, { left: 16, top, width: width - 16 - 74 });
  const scalePx = plate.width / data.widthPx;
  const most = sec.reduce((a, b) => Math.max(a, b), 0);
  const time = linearScale({
    domain: [0, most],
    range: [plate.top + plate.height, plate.top],
    tickCount: 5,
    nice: false,
  });
  const place = (value: number) => (most === 0 ? 0 : Math.sqrt(value / most));
  const cells: SvgChild[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; ) {
      const color = colorOf(sec[row * across + column] as number);
      let end = column + 1;
      while (end < across && colorOf(sec[row * across + end] as number) === color) end++;
      if (color !== undefined) {
        cells.push(
          svg('rect', {
            x: plate.left + column * binPx * scalePx,
            y: plate.top + row * binPx * scalePx,
            width: (end - column) * binPx * scalePx + 0.3,
            height: binPx * scalePx + 0.3,
            fill: color,
          }),
        );
      }
      column = end;
    }
  }
  function colorOf(value: number): string | undefined {
    return value === 0 ? undefined : rampColor('mako', place(value));
  }
  const visited = sec.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  const total = sec.reduce((a, b) => a + b, 0);
  const description = `Time spent in ${across} by ${down} bins of ${formatMeasure(binPx)} px: ${visited} bins were visited in ${formatDuration(total)}, the longest for ${formatMeasure(most)} s; the position was not known for ${formatMeasure(lostSec)} s.`;
  return renderFigure(
    { ...shown, kind: 'occupancy', data, widthPx: width, heightPx: plate.top + plate.height + 16, description },
    clipped(
      plate,
      svg('rect', {
        x: plate.left,
        y: plate.top,
        width: plate.width,
        height: plate.height,
        fill: data.background === undefined ? rampColor('mako', 0) : theme.plate,
      }),
      backgroundImage(plate, data.background, 0.35),
      svg('g', data.background === undefined ? {} : { opacity: 0.85 }, cells),
      most === 0 ? emptyNote(plate, 'no known position') : undefined,
    ),
    svg('rect', {
      x: plate.left,
      y: plate.top,
      width: plate.width,
      height: plate.height,
      fill: 'none',
      stroke: theme.faint,
    }),
    most === 0
      ? undefined
      : colorBar('mako', time, {
          room: { left: plate.left + plate.width + 16, top: plate.top, width: 12, height: plate.height },
          label: 'time spent (s)',
          place,
        }),
  );
}
