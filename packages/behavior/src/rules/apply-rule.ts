import { isRuleGroup, type Rule, type RuleCondition, type RuleGroup } from './rule.js';

/** Columns by name, each of shape `[frame]`; NaN = not known. */
export type RuleColumns = Readonly<Record<string, Float32Array>>;

/** When the frames of the columns were taken. */
export interface RuleTime {
  readonly fps: number;
  /** Time of each frame in seconds, increasing, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
}

/** What a rule found, in order of time. */
export interface RuleBouts {
  /** Shape `[bout]`. */
  readonly startFrame: Int32Array;
  /** First frame behind the bout, shape `[bout]`. */
  readonly endFrame: Int32Array;
  /** Shape `[bout]`. */
  readonly startSec: Float64Array;
  /** Where the frame behind the bout begins, shape `[bout]`. */
  readonly endSec: Float64Array;
}

/** A hundredth of a frame: three frames at 30 per second last 0.1 s although the division rounded. */
const tolerance = 0.01;

function columnOf(columns: RuleColumns, name: string, frameCount: number): Float32Array {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column === undefined) throw new RangeError(`rule: columns must hold ${name}`);
  if (column.length !== frameCount) {
    throw new RangeError(`rule: columns must have ${frameCount} frames each, got ${column.length} in ${name}`);
  }
  return column;
}

// A million frames take some milliseconds a condition, so plain loops over one buffer for each level of groups.
function markCondition(condition: RuleCondition, values: Float32Array, out: Uint8Array): void {
  const {
    low = Number.NEGATIVE_INFINITY,
    high = Number.POSITIVE_INFINITY,
    isOutside = false,
    hysteresis = 0,
  } = condition;
  // Columns have single precision, and so has a value that a person took out of one as an edge.
  const [from, to] = [Math.fround(low), Math.fround(high)];
  if (hysteresis === 0) {
    if (isOutside) {
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        out[i] = value < from || value > to ? 1 : 0;
      }
    } else {
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        out[i] = value >= from && value <= to ? 1 : 0;
      }
    }
    return;
  }
  let isOn = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const slack = isOn * hysteresis;
    if (isOutside) isOn = value < from + slack || value > to - slack ? 1 : 0;
    else isOn = value >= from - slack && value <= to + slack ? 1 : 0;
    out[i] = isOn;
  }
}

function markGroup({ match, parts }: RuleGroup, columns: RuleColumns, out: Uint8Array): void {
  if (parts.length === 0) {
    out.fill(0);
    return;
  }
  const rest = parts.length > 1 ? new Uint8Array(out.length) : out;
  for (const [i, part] of parts.entries()) {
    const into = i === 0 ? out : rest;
    if (isRuleGroup(part)) markGroup(part, columns, into);
    else markCondition(part, columnOf(columns, part.column, out.length), into);
    if (i === 0) continue;
    if (match === 'all') for (let f = 0; f < out.length; f++) out[f] = (out[f] as number) & (rest[f] as number);
    else for (let f = 0; f < out.length; f++) out[f] = (out[f] as number) | (rest[f] as number);
  }
}

/**
 * Returns 1 for each frame that fulfills the conditions of a rule and 0 for others, shape `[frame]`. What is not known (NaN)
 * fulfills no condition, neither inside nor outside of a band, and a group without parts is never fulfilled.
 * @throws RangeError where a column is missing or of another length.
 */
export function framesOfRule({ when }: Pick<Rule, 'when'>, columns: RuleColumns, frameCount: number): Uint8Array {
  const out = new Uint8Array(frameCount);
  markGroup(when, columns, out);
  return out;
}

/**
 * Returns the bouts of a rule: frames that fulfill it in runs, runs joined over gaps of at most `mergeGapSec` (also gaps in
 * which values are missing), then those dropped that are shorter than `minimumSec`.
 * @throws RangeError where a column is missing or of another length than the others.
 */
export function applyRule(rule: Rule, columns: RuleColumns, time: RuleTime): RuleBouts {
  const { fps, timesSec } = time;
  if (!(fps > 0 && Number.isFinite(fps))) throw new RangeError(`rule: fps must be above 0, got ${fps}`);
  const frameCount = timesSec?.length ?? Object.values(columns)[0]?.length ?? 0;
  const marks = framesOfRule(rule, columns, frameCount);
  const secondsAt =
    timesSec === undefined || frameCount === 0
      ? (frame: number) => frame / fps
      : (frame: number) => timesSec[frame] ?? (timesSec[frameCount - 1] as number) + (frame - frameCount + 1) / fps;
  const slack = tolerance / fps;
  const [starts, ends]: [number[], number[]] = [[], []];
  const keep = (start: number, end: number) => {
    if (secondsAt(end) - secondsAt(start) < rule.minimumSec - slack) return;
    starts.push(start);
    ends.push(end);
  };
  let [start, end] = [-1, -1];
  for (let frame = marks.indexOf(1); frame >= 0; frame = marks.indexOf(1, frame)) {
    const next = marks.indexOf(0, frame);
    const stop = next < 0 ? frameCount : next;
    const joins = rule.mergeGapSec > 0 && start >= 0 && secondsAt(frame) - secondsAt(end) <= rule.mergeGapSec + slack;
    if (!joins) {
      if (start >= 0) keep(start, end);
      start = frame;
    }
    end = stop;
    frame = stop;
  }
  if (start >= 0) keep(start, end);
  const [startFrame, endFrame] = [Int32Array.from(starts), Int32Array.from(ends)];
  return {
    startFrame,
    endFrame,
    startSec: Float64Array.from(startFrame, secondsAt),
    endSec: Float64Array.from(endFrame, secondsAt),
  };
}
