import { FormatError } from '@zoopraxis/core';
import { createBoutCollector, type StreamKey } from '../annotations/bout-collector.js';
import type { BoutFile, BoutReadOptions } from '../annotations/bout-file.js';
import type { ByteSource } from '../byte-source.js';
import { readTextTable } from '../csv/read-table.js';

/** Bouts of several raters, and the files of tracks that belong to them. */
export interface DlcAnalyzerLabels extends BoutFile {
  /** DeepLabCut's file of each recording, where the table names one. */
  readonly tracksFiles: ReadonlyMap<string, string>;
}

interface LabelRow {
  readonly line: number;
  readonly recording: string;
  readonly rater: string;
  /** File of the rater for this recording: `Jin2` completes `Jin`. */
  readonly part: string;
  readonly behavior: string;
  readonly startSec: number;
  readonly endSec: number;
}

/** Tells whether bytes begin as a label table of DLCAnalyzer does. */
export function isDlcAnalyzerLabels(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(10);
  const line = new TextDecoder().decode(bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 1 << 12)));
  const columns = line.split(/[,;\t]/).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  return ['file', 'from', 'to', 'type', 'ID'].every((name) => columns.includes(name));
}

const isMarker = (behavior: string): boolean => /^start[ _/]?end$/i.test(behavior);

/** Names under which the raters' program stores what was not named. */
const isUnnamed = (behavior: string): boolean => /^(_default|na)?$/i.test(behavior);

/**
 * Returns the behaviors that each part scored: what it has in any recording. Parts of one rater that never meet in a
 * recording are versions of one scoring and share theirs.
 */
function scoredBehaviors(rows: readonly LabelRow[]): (row: LabelRow) => ReadonlySet<string> {
  const partsOf = new Map<string, Set<string>>();
  const complete = new Set<string>();
  for (const { recording, rater, part } of rows) {
    const key = JSON.stringify([rater, recording]);
    const parts = (partsOf.get(key) ?? new Set()).add(part);
    partsOf.set(key, parts);
    if (parts.size > 1) complete.add(rater);
  }
  const keyOf = ({ rater, part }: LabelRow) => (complete.has(rater) ? JSON.stringify([rater, part]) : rater);
  const scored = new Map<string, Set<string>>();
  for (const row of rows) {
    const set = scored.get(keyOf(row)) ?? new Set();
    scored.set(keyOf(row), set);
    if (!isMarker(row.behavior) && !isUnnamed(row.behavior)) set.add(row.behavior);
  }
  return (row) => scored.get(keyOf(row)) ?? new Set();
}

/**
 * Returns the bouts of a label table of DLCAnalyzer, one stream for each recording (column `ID`) and rater. Times are
 * seconds of the video, ends not included; there is no frame base. The rater is the end of the name in the column
 * `file` (`OFT_11_Jin2.json`: Jin, whose files `Jin` and `Jin2` complete each other; `EPM_11_adjusted_SD.json`: SD).
 * The animal is named as its recording.
 *
 * Markers of start and end (`Start/End`, `Start_End`, `StartEnd`) are no behavior: from the first to the last of them
 * the rater watched. Rows whose behavior the rater did not name (`_DEFAULT`, `NA`) or without both times are left out
 * and reported. What a rater scored nowhere counts as not scored by this rater.
 *
 * Source: the `All*Lab*.csv` tables of ETHZ-INS/DLCAnalyzer (columns file, Experimenter, from, to, type, ID, DLCFile).
 * @throws FormatError naming the line.
 */
export async function readDlcAnalyzerLabels(source: ByteSource, options: BoutReadOptions): Promise<DlcAnalyzerLabels> {
  const { path, report } = options;
  const { columns, rows } = await readTextTable(source, options);
  const fail = (where: string, expected: string, found: string): never => {
    throw new FormatError({
      format: 'DLCAnalyzer labels',
      ...(path === undefined ? {} : { path }),
      where,
      expected,
      found,
      hint: 'For other tables of bouts use `zoopraxis import annotations` with their column names.',
    });
  };
  const place = (name: string, needed = true): number => {
    const at = columns.indexOf(name);
    return at < 0 && needed ? fail('the header', `a column ${name}`, columns.slice(0, 12).join(', ')) : at;
  };
  const at = { file: place('file'), from: place('from'), to: place('to'), type: place('type'), id: place('ID') };
  const tracksAt = place('DLCFile', false);

  const skipped = (line: number, message: string, severity: 'note' | 'warning'): void =>
    report({ severity, code: 'left-out', file: path ?? '', where: `line ${line}`, message });
  const tracksFiles = new Map<string, string>();
  const read: LabelRow[] = [];
  for (const { line, fields } of rows) {
    const get = (index: number) => fields[index] as string;
    const recording = get(at.id);
    if (recording === '') fail(`line ${line}, column ID`, 'the name of a recording', 'nothing');
    const file = get(at.file);
    const part = /_([^_]+)\.[A-Za-z0-9]+$/.exec(file)?.[1] ?? fail(`line ${line}, column file`, 'ID_rater.csv', file);
    const rater = part.replace(/\d+$/, '') || part;
    if (!file.startsWith(`${recording}_`)) fail(`line ${line}, column file`, `${recording}_${part}`, file);
    if (tracksAt >= 0 && get(tracksAt) !== '') tracksFiles.set(recording, get(tracksAt));
    const behavior = get(at.type);
    const [from, to] = [get(at.from), get(at.to)];
    if (isUnnamed(from) || isUnnamed(to)) {
      skipped(line, `A bout of ${recording} by ${rater} has no ${isUnnamed(to) ? 'end' : 'start'}.`, 'warning');
      continue;
    }
    const [startSec, endSec] = [Number(from), Number(to)];
    if (!Number.isFinite(startSec)) fail(`line ${line}, column from`, 'seconds', from);
    if (!(Number.isFinite(endSec) && endSec >= startSec)) {
      fail(`line ${line}, column to`, `seconds from ${from} on`, to);
    }
    read.push({ line, recording, rater, part, behavior, startSec, endSec });
  }

  const collector = createBoutCollector();
  const scoredBy = scoredBehaviors(read);
  const watched = new Map<string, { key: StreamKey; marks: LabelRow[] }>();
  for (const row of read) {
    const { recording, rater, behavior, startSec, endSec, line } = row;
    const key: StreamKey = { recording, subject: recording, annotator: rater };
    collector.score(key, scoredBy(row));
    if (isMarker(behavior)) {
      const id = JSON.stringify([recording, rater]);
      const entry = watched.get(id) ?? { key, marks: [] };
      watched.set(id, entry);
      entry.marks.push(row);
    } else if (isUnnamed(behavior)) {
      skipped(line, `A bout of ${recording} by ${rater} from ${startSec} s on has no behavior.`, 'note');
    } else collector.add(key, { behavior, startSec, endSec });
  }
  for (const { key, marks } of watched.values()) {
    const first = marks.reduce((a, b) => (b.startSec < a.startSec ? b : a));
    const last = marks.reduce((a, b) => (b.endSec > a.endSec ? b : a));
    if (first !== last) collector.observe(key, first.startSec, last.endSec);
    if (marks.length !== 2) {
      const found = marks.length === 1 ? 'one mark' : `${marks.length} marks`;
      const message = `${key.recording} by ${key.annotator} has ${found} of start and end, not two.`;
      skipped(first.line, message, 'warning');
    }
  }
  return { streams: collector.streams(), scoredIsKnown: true, tracksFiles };
}
