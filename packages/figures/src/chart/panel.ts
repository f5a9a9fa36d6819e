import { linearScale, logScale, type Scale, type ScaleOptions, timeScale } from '../scale/scale.js';
import type { SvgChild, SvgContent } from '../svg/element.js';
import { xAxis, yAxis, yAxisWidthPx } from './axis.js';
import { type FigureOptions, figureWidth, headerHeightPx, type Room, renderFigure } from './figure.js';
import { type LegendItem, legend } from './legend.js';

/** What one axis of a panel shows. */
export interface AxisPlan {
  readonly label: string;
  /** Ends of the data; NaN where there are none. */
  readonly domain: readonly [number, number];
  /** `linear` by default; `time` takes seconds. */
  readonly kind?: 'linear' | 'log' | 'time';
  readonly nice?: boolean;
  readonly grid?: boolean;
  readonly tickCount?: number;
  /** Text of a tick, in place of the number. */
  readonly format?: (value: number) => string;
}

/** What a figure of one panel needs to be laid out. */
export interface PanelPlan {
  /** Options with a title. */
  readonly shown: FigureOptions;
  readonly defaultWidthPx?: number;
  /** Height of the plot alone, default 240. */
  readonly plotHeightPx?: number;
  readonly items?: readonly LegendItem[];
  readonly x: AxisPlan;
  readonly y: AxisPlan;
  /** Px to leave free at the right of the plot, default 20. */
  readonly rightPx?: number;
  /** Px to leave free above the plot, default 8. */
  readonly abovePx?: number;
  /** Px to leave free below the axis, default 0. */
  readonly belowPx?: number;
}

/** A figure of one panel, ready for its marks. */
export interface Panel {
  readonly shown: FigureOptions;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly room: Room;
  readonly x: Scale;
  readonly y: Scale;
  /** Axes and legend. */
  readonly frame: SvgChild[];
}

/** Returns the scale of an axis plan; a logarithmic one of data that reach zero or below is laid over what is above. */
export function scaleOf({ kind = 'linear', ...plan }: AxisPlan, range: readonly [number, number]): Scale {
  const options: ScaleOptions = {
    domain: plan.domain,
    range,
    ...(plan.nice === undefined ? {} : { nice: plan.nice }),
    ...(plan.tickCount === undefined ? {} : { tickCount: plan.tickCount }),
    ...(plan.format === undefined ? {} : { format: plan.format }),
  };
  if (kind === 'time') return timeScale(options);
  if (kind === 'linear') return linearScale(options);
  const [low, high] = plan.domain;
  const top = Number.isFinite(high) && high > 0 ? high : 1;
  return logScale({ ...options, domain: [low > 0 && Number.isFinite(low) ? Math.min(low, top) : top / 100, top] });
}

/** Returns rooms, scales and axes of a figure of one panel. */
export function planPanel(plan: PanelPlan): Panel {
  const { shown, items = [], plotHeightPx = 240, rightPx = 20, abovePx = 8, belowPx = 0 } = plan;
  const widthPx = figureWidth(shown, plan.defaultWidthPx ?? 560);
  const head = headerHeightPx(shown);
  const key = legend(items, { left: 16, top: head, width: widthPx - 32 });
  const top = head + key.heightPx + abovePx;
  const y = scaleOf(plan.y, [top + plotHeightPx, top]);
  const left = 16 + yAxisWidthPx(y, { label: plan.y.label });
  const room: Room = { left, top, width: widthPx - left - rightPx, height: plotHeightPx };
  const x = scaleOf(plan.x, [left, left + room.width]);
  return {
    shown,
    widthPx,
    heightPx: top + plotHeightPx + 48 + belowPx,
    room,
    x,
    y,
    frame: [
      key.element,
      yAxis(y, room, { label: plan.y.label, ...(plan.y.grid === undefined ? {} : { grid: plan.y.grid }) }),
      xAxis(x, room, {
        label: 'unit' in x ? `${plan.x.label} (${x.unit})` : plan.x.label,
        ...(plan.x.grid === undefined ? {} : { grid: plan.x.grid }),
      }),
    ],
  };
}

/** Returns the figure of a panel with its marks, as SVG text. */
export function renderPanel(
  { shown, widthPx, heightPx, frame }: Panel,
  parts: { readonly kind: string; readonly data: unknown; readonly description: string },
  ...marks: readonly SvgContent[]
): string {
  return renderFigure({ ...shown, ...parts, widthPx, heightPx }, frame, marks);
}

/** Returns smallest and largest of the finite values of lists, both NaN where there is none. */
export function extent(
  ...lists: readonly (readonly (number | null | undefined)[] | ArrayLike<number>)[]
): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [Number.NaN, Number.NaN];
}

/** Returns a domain that holds zero as well. */
export function withZero([low, high]: readonly [number, number]): [number, number] {
  return [Math.min(low, 0), Math.max(high, 0)];
}
