import { FormatError, type FrameBase } from '@zoopraxis/core';
import type { ByteSource } from '../byte-source.js';
import { readCsvNumber } from '../csv/csv-text.js';
import { readTextTable } from '../csv/read-table.js';
import { createBoutCollector } from './bout-collector.js';
import type { BoutFile, BoutReadOptions } from './bout-file.js';

/** Columns of a table of bouts. */
export const boutColumns = [
  'recording',
  'subject',
  'target',
  'annotator',
  'channel',
  'behavior',
  'start',
  'end',
  'probability',
] as const;

/** One of the columns of a table of bouts. */
export type BoutColumn = (typeof boutColumns)[number];

/** How a table of bouts is read. */
export interface BoutTableOptions extends BoutReadOptions {
  /** Name of each column in the file, where it is another one than usual. */
  readonly columns?: Partial<Readonly<Record<BoutColumn, string>>>;
  /** Given where start and end are frames; left out where they are seconds. */
  readonly frameBase?: FrameBase;
  /** What holds for rows that do not say it; a subject that nothing names has the name of its recording. */
  readonly defaults?: Partial<Readonly<Record<'recording' | 'subject' | 'annotator', string>>>;
}

/** Names that are looked for, in lower case, first one first. */
const usualNames: Readonly<Record<BoutColumn, readonly string[]>> = {
  recording: ['recording', 'video', 'file', 'session', 'observation id'],
  subject: ['subject', 'animal', 'individual'],
  target: ['target', 'partner'],
  annotator: ['annotator', 'rater', 'observer', 'experimenter'],
  channel: ['channel', 'stream'],
  behavior: ['behavior', 'behaviour', 'label', 'type', 'action'],
  start: ['start', 'start_sec', 'start (s)', 'start_time', 'from', 'onset', 'start_frame', 'start frame'],
  end: [
    'end',
    'end_sec',
    'end (s)',
    'end_time',
    'stop',
    'stop_sec',
    'stop (s)',
    'to',
    'offset',
    'end_frame',
    'end frame',
  ],
  probability: ['probability', 'confidence'],
};

const saysFrames = (column: string) => /frame/i.test(column);
const saysSeconds = (column: string) => /_sec$|_s$|\(s\)|second/i.test(column);

/**
 * Returns the bouts of a table with a header: comma, semicolon or tab between fields, one row for each bout, columns
 * behavior, start, end and, where they are there, recording, subject, target, annotator, channel and probability.
 *
 * Frame base: without `frameBase` start and end are seconds of the recording; with it they are numbers of frames that
 * count from `firstFrame`. Intervals: seconds are half-open, the end is not part of the bout; of frames `endIncluded`
 * says whether the last is. A bout whose end is its start is a point event.
 *
 * Streams list the behaviors that they have bouts of; what else was scored is up to {@link shareScored}.
 *
 * @throws FormatError naming line and column.
 */
export async function readBoutTable(source: ByteSource, options: BoutTableOptions): Promise<BoutFile> {
  const { path, frameBase, defaults = {}, report } = options;
  const { columns, rows } = await readTextTable(source, options);
  const fail = (where: string, expected: string, found: string, hint = 'Correct the table.'): never => {
    throw new FormatError({
      format: 'table of bouts',
      ...(path === undefined ? {} : { path }),
      where,
      expected,
      found,
      hint,
    });
  };
  const header = columns.slice(0, 12).join(', ');
  const mend = (column: BoutColumn) => `Say which column it is: --columns ${column}=<name in the table>.`;
  const lower = columns.map((name) => name.toLowerCase());
  const place = (column: BoutColumn): number => {
    const named = options.columns?.[column];
    if (named === undefined) return usualNames[column].map((name) => lower.indexOf(name)).find((i) => i >= 0) ?? -1;
    const i = columns.indexOf(named);
    return i < 0 ? fail('the header', `a column ${named}`, header, mend(column)) : i;
  };
  const at = Object.fromEntries(boutColumns.map((column) => [column, place(column)])) as Record<BoutColumn, number>;
  for (const column of ['behavior', 'start', 'end'] as const) {
    if (at[column] < 0) fail('the header', `a column for ${column}`, header, mend(column));
  }
  for (const column of ['recording', 'annotator'] as const) {
    if (at[column] >= 0 || defaults[column] !== undefined) continue;
    fail(
      'the header',
      `a column for ${column}`,
      header,
      `Give one for all rows with --${column}, or the column with --columns.`,
    );
  }
  for (const column of ['start', 'end'] as const) {
    const name = columns[at[column]] as string;
    if (frameBase === undefined && saysFrames(name)) {
      fail('the header', 'seconds', `frames (column ${name})`, 'Give the frame rate of the video with --fps.');
    }
    if (frameBase !== undefined && saysSeconds(name)) {
      fail('the header', 'frames', `seconds (column ${name})`, 'Leave --fps out: the times need no frame rate.');
    }
  }
  const used = new Set(Object.values(at));
  const unused = columns.filter((name, i) => name !== '' && !used.has(i));
  if (unused.length > 0) {
    const message = `Columns that are not read: ${unused.slice(0, 8).join(', ')}${unused.length > 8 ? ', …' : ''}.`;
    report({ severity: 'note', code: 'unknown-column', file: path ?? '', where: 'the header', message });
  }

  const firstFrame = frameBase?.firstFrame ?? 0;
  const collector = createBoutCollector(frameBase);
  for (const { line, fields } of rows) {
    const text = (column: BoutColumn): string => (at[column] < 0 ? '' : (fields[at[column]] as string));
    const whereOf = (column: BoutColumn) => `line ${line}, column ${columns[at[column]]}`;
    const number = (column: 'start' | 'end' | 'probability'): number => {
      const value = readCsvNumber(text(column));
      if (value !== undefined && Number.isFinite(value)) return value;
      const hint = /^\d+,\d+$/.test(text(column)) ? 'Write numbers with a point.' : undefined;
      return fail(whereOf(column), 'a number', text(column) || 'nothing', hint);
    };
    const time = (column: 'start' | 'end'): number => {
      const value = number(column);
      if (frameBase !== undefined && !Number.isInteger(value)) {
        fail(whereOf(column), 'the number of a frame', text(column), 'Leave --fps out if these are seconds.');
      }
      if (value < firstFrame) fail(whereOf(column), `${firstFrame} or more`, text(column));
      return value;
    };
    const named = (column: 'recording' | 'annotator'): string =>
      text(column) || defaults[column] || fail(whereOf(column), 'a name', 'nothing');
    const behavior = text('behavior') || fail(whereOf('behavior'), 'a name', 'nothing');
    const [start, end] = [time('start'), time('end')];
    if (end < start) fail(whereOf('end'), `${start} or more (the start)`, text('end'));
    const fps = frameBase?.fps ?? 1;
    const probability = text('probability') === '' ? undefined : number('probability');
    if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
      fail(whereOf('probability'), '0 to 1', text('probability'));
    }
    const recording = named('recording');
    collector.add(
      {
        recording,
        subject: text('subject') || (defaults.subject ?? recording),
        annotator: named('annotator'),
        ...(text('target') === '' ? {} : { target: text('target') }),
        ...(text('channel') === '' ? {} : { channel: text('channel') }),
      },
      {
        behavior,
        startSec: (start - firstFrame) / fps,
        endSec: (end - firstFrame + (frameBase?.endIncluded === true ? 1 : 0)) / fps,
        ...(probability === undefined ? {} : { probability }),
      },
    );
  }
  return { streams: collector.streams() };
}
