import { FormatError, type FrameBase, StorageError } from '@zoopraxis/core';
import { type BoutCollector, createBoutCollector } from '../annotations/bout-collector.js';
import type { BoutFile, BoutReadOptions } from '../annotations/bout-file.js';
import { type ByteSource, wholeBytes } from '../byte-source.js';
import { createCsvParser } from '../csv/csv-parser.js';
import { readCsvNumber } from '../csv/csv-text.js';
import { delimiterOf } from '../csv/read-table.js';

/** What a table with a row for each frame does not say. */
export interface FrameBoutsOptions extends BoutReadOptions {
  readonly recording: string;
  readonly subject: string;
  readonly annotator: string;
  /** Frames per second; may be left out where a column has the times of frames. */
  readonly fps?: number;
  /** Number of the first frame, where a column numbers them. Default 0. */
  readonly firstFrame?: 0 | 1;
  /** Columns of behaviors of a SimBA table; by default the last ones that hold nothing but 0 and 1. */
  readonly behaviors?: readonly string[];
  /** Label of frames without a behavior, beside an empty one. */
  readonly background?: string;
}

/** Tables with a row for each frame: SimBA's, with a column of 0 and 1 for each behavior, or one column of labels. */
export type FrameTableKind = 'simba' | 'frame-labels';

const frameNames = ['', 'frame', 'frames', 'frame_number', 'frame number', 'unnamed: 0', 'index'];
const timeNames = ['time', 'time_sec', 'time (s)', 'seconds', 'sec', 't'];
const labelNames = ['behavior', 'behaviour', 'label', 'annotation', 'class', 'prediction'];
const isStart = (name: string) => /^(start|from|onset)([ _(]|$)/.test(name);
const flags: ReadonlyMap<string, 0 | 1> = new Map([
  ['0', 0],
  ['1', 1],
  ['0.0', 0],
  ['1.0', 1],
  ['false', 0],
  ['true', 1],
]);
const flagOf = (text: string): 0 | 1 | undefined => flags.get(text.toLowerCase());
const isProbability = (name: string) => /^probability_/i.test(name);

/** Tells which table with a row for each frame bytes begin as; undefined where they begin as none. */
export function frameTableKind(bytes: Uint8Array): FrameTableKind | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, 2 ** 20));
  const delimiter = delimiterOf(bytes);
  const [first = '', second = ''] = head.replace(/^\uFEFF/, '').split(/\r?\n/, 2);
  const cells = (line: string) => line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const [names, values] = [cells(first.toLowerCase()), cells(second)];
  if (names.some(isStart)) return undefined;
  if (names.length < 2 || values.length !== names.length) return undefined;
  const isNumbered = frameNames.includes(names[0] as string) || timeNames.includes(names[0] as string);
  if (!isNumbered) return undefined;
  if (names.some((name) => labelNames.includes(name))) return 'frame-labels';
  const last = names.findLastIndex((name) => !isProbability(name));
  return last > 0 && flagOf(values[last] as string) !== undefined ? 'simba' : undefined;
}

/** Takes the label of each frame in turn and adds the bouts that they make. */
interface Runs {
  /** Takes what a frame shows; frames come in order. */
  next(label: string | undefined, frame: number): void;
  end(frameCount: number): void;
}

function createRuns(add: (behavior: string, firstFrame: number, endFrame: number) => void): Runs {
  let [label, from]: [string | undefined, number] = [undefined, 0];
  const close = (frame: number) => {
    if (label !== undefined) add(label, from, frame);
  };
  return {
    next(value, frame) {
      if (value === label) return;
      close(frame);
      [label, from] = [value, frame];
    },
    end: close,
  };
}

/**
 * Returns the bouts of a table (CSV) with one row for each frame: SimBA's `targets_inserted` and `machine_results`, where
 * each behavior is a column of 0 and 1 behind poses and features; or a column of labels. Frame base: rows are consecutive
 * frames, the first is frame 0 of the recording. Intervals: a bout lasts from the start of its first frame to the end of its
 * last. With a column of times and without `fps`, frames begin at these times and the last lasts as long as the one before.
 * The whole table counts as watched, and its behaviors as scored.
 *
 * @throws FormatError naming line and column; StorageError where neither `fps` nor times say when frames are.
 */
export async function readFrameBouts(
  source: ByteSource,
  options: FrameBoutsOptions,
): Promise<BoutFile & { readonly frameBase?: FrameBase }> {
  const { path, recording, subject, annotator, fps, firstFrame = 0, background } = options;
  const bytes = await wholeBytes(source, { path, signal: options.signal, maxBytes: 2 ** 31 - 1 });
  const kind = frameTableKind(bytes);
  const format = kind === 'simba' ? 'SimBA table' : 'table of frames';
  const fail = (where: string, expected: string, found: string, hint: string): never => {
    const place = path === undefined ? {} : { path };
    throw new FormatError({ format, ...place, where, expected, found: found === '' ? 'nothing' : found, hint });
  };
  if (kind === undefined) return fail('the header', 'a row for each frame', 'another table', 'Name its columns.');
  let [header, lower]: [string[], string[]] = [[], []];
  let [frameAt, timeAt, labelAt, count] = [-1, -1, -1, 0];
  const times: number[] = [];
  const labels = new Set<string>();
  const bouts: { behavior: string; first: number; end: number }[] = [];
  let labelRuns: Runs | undefined;
  /** Bouts of each column that holds nothing but 0 and 1 so far. */
  const columns = new Map<number, { runs: Runs; bouts: [number, number][] }>();
  const begin = (fields: readonly string[]): void => {
    header = fields.map((field) => field.trim());
    lower = header.map((name) => name.toLowerCase());
    if (frameNames.includes(lower[0] as string)) frameAt = 0;
    else frameAt = lower.findIndex((name) => name !== '' && frameNames.includes(name));
    timeAt = lower.findIndex((name) => timeNames.includes(name));
    if (kind === 'frame-labels') {
      labelAt = lower.findIndex((name) => labelNames.includes(name));
      labelRuns = createRuns((behavior, first, end) => void bouts.push({ behavior, first, end }));
      return;
    }
    const twice = header.find((name, i) => header.indexOf(name) !== i);
    if (twice !== undefined) fail('the header', 'column names that differ', `${twice} twice`, 'Rename one of them.');
    const absent = options.behaviors?.find((name) => !header.includes(name));
    if (absent !== undefined) fail('the header', `a column ${absent}`, header.slice(-6).join(', '), 'Check its name.');
    for (const [i, name] of header.entries()) {
      const isWanted =
        options.behaviors === undefined
          ? i !== frameAt && i !== timeAt && !isProbability(name)
          : options.behaviors.includes(name);
      if (!isWanted) continue;
      const own: [number, number][] = [];
      columns.set(i, { bouts: own, runs: createRuns((_, first, end) => void own.push([first, end])) });
    }
  };
  const take = (fields: readonly string[], line: number): void => {
    if (fields.length !== header.length) {
      fail(`line ${line}`, `${header.length} fields as in the header`, `${fields.length}`, 'Is the file whole?');
    }
    const text = (i: number) => (fields[i] as string).trim();
    if (frameAt >= 0 && text(frameAt) !== '' && Number(text(frameAt)) !== count + firstFrame) {
      const hint = 'Frames must follow one another from the first one; with --first-frame 1 they are numbered from 1.';
      fail(`line ${line}, column ${header[frameAt] || '1'}`, `frame ${count + firstFrame}`, text(frameAt), hint);
    }
    if (timeAt >= 0 && fps === undefined) {
      const sec = readCsvNumber(text(timeAt));
      const isLater = sec !== undefined && sec > (times.at(-1) ?? Number.NEGATIVE_INFINITY);
      if (!isLater)
        fail(
          `line ${line}, column ${header[timeAt]}`,
          'a time after the one before',
          text(timeAt),
          'Give --fps to count frames instead.',
        );
      times.push(sec as number);
    }
    if (kind === 'frame-labels') {
      const label = text(labelAt);
      const isNone = label === '' || label === background;
      if (!isNone) labels.add(label);
      labelRuns?.next(isNone ? undefined : label, count);
    } else {
      for (const [i, { runs }] of columns) {
        const flag = flagOf(text(i));
        if (flag !== undefined) runs.next(flag === 1 ? '1' : undefined, count);
        else if (options.behaviors === undefined) columns.delete(i);
        else fail(`line ${line}, column ${header[i]}`, '0 or 1', text(i), 'Score every frame, or name other columns.');
      }
    }
    count++;
  };
  const parser = createCsvParser(
    (fields, line) => {
      if (header.length === 0) begin(fields);
      else if (fields.some((field) => field !== '')) take(fields, line);
    },
    { path, delimiter: delimiterOf(bytes) },
  );
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    options.signal?.throwIfAborted();
    parser.push(bytes.subarray(at, at + (1 << 20)));
  }
  parser.end();
  if (count === 0) fail('line 2', 'a row for each frame', 'the end of the file', 'Is the file whole?');
  if (fps === undefined && times.length === 0) {
    throw new StorageError(
      `the table has a row for each frame and does not say how many a second${path === undefined ? '' : `: ${path}`}`,
      {
        hint: 'Give the frame rate of the video with --fps, such as --fps 30.',
      },
    );
  }
  labelRuns?.end(count);
  if (kind === 'simba') {
    const chosen = options.behaviors === undefined ? lastFlags(header, columns) : [...columns.keys()];
    if (chosen.length === 0) {
      fail(
        'the last columns',
        '0 and 1 in each frame',
        'other values',
        'Is this a file of targets_inserted or machine_results?',
      );
    }
    for (const i of chosen) {
      const { runs, bouts: own } = columns.get(i) as { runs: Runs; bouts: [number, number][] };
      runs.end(count);
      const behavior = header[i] as string;
      labels.add(behavior);
      for (const [first, end] of own) bouts.push({ behavior, first, end });
    }
    if (options.behaviors === undefined) {
      const message = `The last columns that hold 0 and 1 are taken for behaviors: ${[...labels].join(', ')}.`;
      const hint = 'Leave features of 0 and 1 (such as "in zone") out of the table where they stand among them.';
      options.report({
        severity: 'note',
        code: 'unknown-column',
        file: path ?? '',
        where: 'the header',
        message,
        hint,
      });
    }
  }
  const lengthSec = times.length > 1 ? (times.at(-1) as number) - (times.at(-2) as number) : 0;
  const secondsAt = (frame: number): number =>
    fps !== undefined
      ? frame / fps
      : frame < times.length
        ? (times[frame] as number)
        : (times.at(-1) as number) + lengthSec;
  const frameBase: FrameBase | undefined = fps === undefined ? undefined : { fps, firstFrame, endIncluded: true };
  const collector: BoutCollector = createBoutCollector(frameBase);
  const key = { recording, subject, annotator };
  collector.score(key, labels);
  collector.observe(key, secondsAt(0), secondsAt(count));
  for (const { behavior, first, end } of bouts) {
    collector.add(key, { behavior, startSec: secondsAt(first), endSec: secondsAt(end) });
  }
  return {
    streams: collector.streams(),
    ...(kind === 'simba' ? { scoredIsKnown: true } : {}),
    ...(frameBase === undefined ? {} : { frameBase }),
  };
}

/** Returns the columns at the end of a table that hold nothing but 0 and 1, probabilities between them passed over. */
function lastFlags(header: readonly string[], columns: ReadonlyMap<number, unknown>): number[] {
  const found: number[] = [];
  for (let i = header.length - 1; i >= 0; i--) {
    if (columns.has(i)) found.unshift(i);
    else if (!isProbability(header[i] as string)) break;
  }
  return found;
}
