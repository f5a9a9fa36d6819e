import { FormatError, type FrameBase } from '@zoopraxis/core';
import { decodeText } from '../../records/parse-record.js';
import { createBoutCollector } from '../annotations/bout-collector.js';
import type { BoutFile, BoutReadOptions } from '../annotations/bout-file.js';
import { type ByteSource, wholeBytes } from '../byte-source.js';

/** What a file of the Caltech Behavior Annotator does not say. */
export interface CaltechReadOptions extends BoutReadOptions {
  readonly recording: string;
  readonly subject: string;
  readonly annotator: string;
  /** Frames per second of the video: the file has frames only. */
  readonly fps: number;
  /** Name that stands for frames without any behavior. Default `base`. */
  readonly background?: string;
  /** True where the background before the first and after the last behavior was not scored. Default false. */
  readonly unscoredEnds?: boolean;
}

const format = 'Caltech Behavior Annotator';

interface Line {
  readonly first: number;
  readonly last: number;
  readonly name: string;
}

/** Tells whether bytes begin as a file of the Caltech Behavior Annotator does. */
export function isCaltechAnnotations(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).startsWith(format);
}

/**
 * Returns the bouts of a Caltech Behavior Annotator file, one stream for each of its parallel streams (channels `S1`,
 * `S2`). Frame base: frames count from 1. Intervals: the last frame belongs to its bout. The background (`base`) is no
 * behavior. Watched is what the lines of a stream reach over; with `unscoredEnds` it is the stretch from the first to
 * the last behavior of any stream. Behaviors of the configuration are offered; streams list those they have.
 *
 * @throws FormatError naming the line; RangeError where fps is not above 0.
 */
export async function readCaltechAnnotations(source: ByteSource, options: CaltechReadOptions): Promise<BoutFile> {
  const { path, recording, subject, annotator, fps, background = 'base', unscoredEnds = false, report } = options;
  if (!(fps > 0 && Number.isFinite(fps))) throw new RangeError(`fps: must be above 0, got ${fps}`);
  const place = path === undefined ? { format } : { format, path };
  const bytes = await wholeBytes(source, { path, signal: options.signal, maxBytes: 2 ** 28 });
  const { names, streams } = parseLines(decodeText(bytes, place), (line, expected, found) => {
    throw new FormatError({
      ...place,
      where: `line ${line}`,
      expected,
      found: found.trim() === '' ? 'nothing' : JSON.stringify(found.trim().slice(0, 60)),
      hint: 'Save the file again with the program that made it, or correct the line.',
    });
  });

  const frameBase: FrameBase = { fps, firstFrame: 1, endIncluded: true };
  const collector = createBoutCollector(frameBase);
  const isBehavior = ({ name }: Line) => name !== background;
  const scored = reach([...streams.values()].flat().filter(isBehavior));
  const [first] = streams.values();
  if (!unscoredEnds && first !== undefined && scored !== undefined) {
    const whole = reach(first);
    const parts = [
      ...(whole !== undefined && whole.first < scored.first ? [`${whole.first} to ${scored.first - 1}`] : []),
      ...(whole !== undefined && whole.last > scored.last ? [`${scored.last + 1} to ${whole.last}`] : []),
    ];
    if (parts.length > 0) {
      report({
        severity: 'note',
        code: 'unscored-ends',
        file: path ?? '',
        where: `frames ${parts.join(' and ')}`,
        message: `It has ${background} at its ends; this counts as watched time in which nothing happened.`,
        hint: `If ${background} at the ends means that nobody scored, import with --unscored-ends.`,
      });
    }
  }
  for (const [channel, lines] of streams) {
    const key = { recording, subject, annotator, channel };
    collector.score(key, []);
    for (const { first: from, last, name } of lines.filter(isBehavior)) {
      collector.add(key, { behavior: name, startSec: (from - 1) / fps, endSec: last / fps });
    }
    const watched = unscoredEnds ? scored : reach(lines);
    if (watched !== undefined) collector.observe(key, (watched.first - 1) / fps, watched.last / fps);
  }
  return { streams: collector.streams(), offered: names.filter((name) => name !== background) };
}

/** Returns the first and last frame of lines; undefined without lines. */
function reach(lines: readonly Line[]): { first: number; last: number } | undefined {
  if (lines.length === 0) return undefined;
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const line of lines) [first, last] = [Math.min(first, line.first), Math.max(last, line.last)];
  return { first, last };
}

/** Returns the behaviors of the configuration and the lines of each stream. */
function parseLines(
  text: string,
  fail: (line: number, expected: string, found: string) => never,
): { names: string[]; streams: Map<string, Line[]> } {
  const names: string[] = [];
  const streams = new Map<string, Line[]>();
  let part: 'title' | 'names' | Line[] = 'title';
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (i === 0 && !line.startsWith(format)) fail(1, format, line);
    if (i === 0 || line === '' || /^-+$/.test(line)) continue;
    if (/^configuration file:/i.test(line)) {
      part = 'names';
      continue;
    }
    const channel = /^(S\d+):/.exec(line)?.[1];
    if (channel !== undefined) {
      if (streams.has(channel)) fail(i + 1, `${channel} once`, line);
      part = [];
      streams.set(channel, part);
      continue;
    }
    const fields = line.split(/\s+/);
    if (part === 'title') fail(i + 1, 'Configuration file:', line);
    else if (part === 'names') names.push(fields[0] as string);
    else {
      const [first, last] = [Number(fields[0]), Number(fields[1])];
      const isLine = fields.length === 3 && Number.isInteger(first) && Number.isInteger(last);
      if (!isLine || first < 1 || last < first) fail(i + 1, 'first frame, last frame and behavior', line);
      part.push({ first, last, name: fields[2] as string });
    }
  }
  if (streams.size === 0) fail(text.split('\n').length, 'a stream S1: of bouts', 'the end of the file');
  return { names, streams };
}
