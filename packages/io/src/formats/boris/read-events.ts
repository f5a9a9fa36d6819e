import { FormatError } from '@zoopraxis/core';
import { createBoutCollector } from '../annotations/bout-collector.js';
import type { BoutFile } from '../annotations/bout-file.js';
import { type ByteSource, wholeBytes } from '../byte-source.js';
import { createCsvParser } from '../csv/csv-parser.js';
import { readCsvNumber } from '../csv/csv-text.js';
import { type BorisEvent, pairEvents } from './pair-events.js';
import type { BorisReadOptions } from './read-project.js';

const format = 'BORIS tabular events';

/** Names of the columns in its versions, in lower case. */
const names = {
  observation: ['observation id'],
  time: ['time', 'time (s)'],
  subject: ['subject'],
  behavior: ['behavior'],
  status: ['status', 'behavior type', 'type'],
  duration: ['total length', 'media duration (s)'],
} as const;
const statuses: Readonly<Record<string, BorisEvent['kind']>> = {
  start: 'start',
  stop: 'stop',
  point: 'point',
  state: 'state',
};

const rowsOf = (bytes: Uint8Array, path: string | undefined): { fields: string[]; line: number }[] => {
  const rows: { fields: string[]; line: number }[] = [];
  const head = new TextDecoder().decode(bytes.subarray(0, 65536)).split(/\r?\n/);
  const delimiter = head.some((line) => line.split('\t').length > 4)
    ? '\t'
    : head.some((line) => line.split(';').length > 4)
      ? ';'
      : ',';
  const parser = createCsvParser((fields, line) => rows.push({ fields: fields.map((field) => field.trim()), line }), {
    path,
    delimiter,
  });
  parser.push(bytes);
  parser.end();
  return rows;
};

const isHeader = (fields: readonly string[]): boolean => {
  const lower = fields.map((field) => field.toLowerCase());
  const has = (column: keyof typeof names) => names[column].some((name) => lower.includes(name));
  return has('time') && has('behavior') && has('subject') && has('status');
};

/** Tells whether bytes are a table of BORIS events: one row for each start, stop or point. */
export function isBorisEvents(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 65536));
  if (!/^\uFEFF?"?(Observation id|Time)\b/i.test(text)) return false;
  return text
    .split(/\r?\n/)
    .some((line) => isHeader(line.split(/[,;\t]/).map((field) => field.replace(/^"|"$/g, '').trim())));
}

/**
 * Returns the bouts of BORIS's export "tabular events" (CSV or TSV): that of older versions, where a head names the
 * observation, and that of newer ones, where each row does. Times are seconds of the observation, intervals half-open. The
 * aggregated export (one row for each bout) is a plain table of bouts.
 *
 * @throws FormatError naming the line.
 */
export async function readBorisEvents(source: ByteSource, options: BorisReadOptions): Promise<BoutFile> {
  const { path, annotator, report } = options;
  const place = path === undefined ? { format } : { format, path };
  const bytes = await wholeBytes(source, { path, signal: options.signal, maxBytes: 2 ** 28 });
  const rows = rowsOf(bytes, path);
  const fail = (where: string, expected: string, found: string): never => {
    throw new FormatError({
      ...place,
      where,
      expected,
      found: found === '' ? 'nothing' : found,
      hint: 'Export the events from BORIS again.',
    });
  };
  const start = rows.findIndex(({ fields }) => isHeader(fields));
  if (start < 0)
    fail('the header', 'columns Time, Subject, Behavior and Status', rows[0]?.fields.slice(0, 6).join(', ') ?? '');
  const header = rows[start]?.fields ?? [];
  const lower = header.map((field) => field.toLowerCase());
  const columnAt = (column: keyof typeof names) =>
    names[column].map((name) => lower.indexOf(name)).find((i) => i >= 0) ?? -1;
  const at = {
    observation: columnAt('observation'),
    time: columnAt('time'),
    subject: columnAt('subject'),
    behavior: columnAt('behavior'),
    status: columnAt('status'),
    duration: columnAt('duration'),
  };
  const modifiers = lower.flatMap((name, i) => (/^modifiers?( #\d+)?$/.test(name) ? [i] : []));
  const named = rows.slice(0, start).find(({ fields }) => fields[0]?.toLowerCase() === 'observation id')?.fields[1];
  const observations = new Map<string, { events: BorisEvent[]; lengths: Set<number> }>();
  for (const { fields, line } of rows.slice(start + 1)) {
    if (fields.every((field) => field === '')) continue;
    const text = (column: keyof typeof at) => (at[column] < 0 ? '' : (fields[at[column]] ?? ''));
    const recording = text('observation') || named || fail(`line ${line}`, 'the name of an observation', '');
    const timeSec = readCsvNumber(text('time'));
    if (timeSec === undefined || !Number.isFinite(timeSec))
      return fail(`line ${line}, column ${header[at.time]}`, 'seconds', text('time'));
    const kind = statuses[text('status').toLowerCase()];
    if (kind === undefined)
      return fail(`line ${line}, column ${header[at.status]}`, 'START, STOP or POINT', text('status'));
    const found = observations.get(recording) ?? { events: [], lengths: new Set() };
    observations.set(recording, found);
    const subject = /^no focal subject$/i.test(text('subject')) ? '' : text('subject');
    found.events.push({
      timeSec,
      subject,
      behavior: text('behavior') || fail(`line ${line}`, 'the name of a behavior', ''),
      modifiers: modifiers
        .flatMap((i) => (fields[i] ?? '').split('|'))
        .map((part) => part.trim())
        .filter((part) => part !== '' && part !== 'None'),
      kind,
      where: `line ${line}`,
    });
    const duration = readCsvNumber(text('duration'));
    if (duration !== undefined && duration > 0) found.lengths.add(duration);
  }
  const collector = createBoutCollector();
  for (const [recording, { events, lengths }] of observations) {
    // Of several media one after the other each row has the length of its own.
    const lengthSec = lengths.size === 1 ? [...lengths][0] : undefined;
    const key = (subject: string) => ({ recording, subject: subject || (options.subject ?? recording), annotator });
    pairEvents(events, {
      collector,
      key,
      report,
      path: path ?? '',
      ...(lengthSec === undefined ? {} : { endSec: lengthSec }),
    });
    if (lengthSec === undefined) continue;
    for (const subject of new Set(events.map((event) => event.subject))) collector.observe(key(subject), 0, lengthSec);
  }
  return { streams: collector.streams() };
}
