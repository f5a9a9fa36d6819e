import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import { csvField } from '../csv/csv-text.js';
import type { Report } from '../file-problem.js';

/** Header of a table of bouts. */
const header = [
  'recording',
  'subject',
  'target',
  'annotator',
  'channel',
  'behavior',
  'start_sec',
  'end_sec',
  'probability',
] as const;

/** How a table of bouts is written. */
export interface BoutTableWriteOptions {
  readonly report: Report;
  /** Name of the file, for messages. */
  readonly path?: string;
}

/** Returns a probability with as many digits as tell its 32-bit float from others. */
function probabilityText(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

/**
 * Returns the bytes of bouts as a table (CSV, UTF-8, header), one row for each bout in the order of the streams. Times are
 * seconds of the recording, half-open, as exact as doubles are; points end where they start. `readBoutTable` reads the same
 * bouts back. What the table cannot hold (behaviors without a bout, how long was watched, modifiers) is reported.
 */
export function writeBoutTable(
  streams: readonly RecordedAnnotations[],
  { report, path = '' }: BoutTableWriteOptions,
): Uint8Array {
  const lines: string[] = [header.join(',')];
  const absent = new Set<string>();
  let modified = 0;
  for (const { recording, annotations } of streams) {
    const {
      subject,
      target = '',
      annotator,
      channel,
      behaviors,
      behavior,
      startSec,
      endSec,
      probability,
    } = annotations;
    const key = [recording, subject, target, annotator, channel].map(csvField).join(',');
    const names = behaviors.map(csvField);
    for (const [bout, which] of behavior.entries()) {
      if ((annotations.modifiers?.[bout]?.length ?? 0) > 0) modified++;
      const times = `${startSec[bout]},${endSec[bout]}`;
      lines.push(`${key},${names[which]},${times},${probabilityText(probability?.[bout])}`);
    }
    const seen = new Set(behavior);
    for (const [which, name] of behaviors.entries()) if (!seen.has(which)) absent.add(name);
  }
  const tell = (message: string, hint?: string) =>
    report({
      severity: 'note',
      code: 'not-stored',
      file: path,
      where: 'the table',
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  if (absent.size > 0) {
    const names = [...absent].sort();
    tell(
      `A table of bouts does not say that ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''} never happened where it has no row.`,
      'Whoever reads it says what was scored, such as import annotations --scored.',
    );
  }
  if (modified > 0) tell(`${modified} bouts have modifiers, which a table of bouts does not hold.`);
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}
