import { FormatError, type FrameBase, StorageError } from '@zoopraxis/core';
import { decodeText } from '../../records/parse-record.js';
import { createBoutCollector } from '../annotations/bout-collector.js';
import type { BoutFile, BoutReadOptions } from '../annotations/bout-file.js';
import { type ByteSource, wholeBytes } from '../byte-source.js';

/** What a BENTO annotation file does not say. */
export interface BentoReadOptions extends BoutReadOptions {
  readonly recording: string;
  readonly subject: string;
  readonly annotator: string;
  /** Frames per second, where the file has no frame rate. */
  readonly fps?: number;
}

const format = 'BENTO annotations';

/** Tells whether bytes begin as a BENTO annotation file does. */
export function isBentoAnnotations(bytes: Uint8Array): boolean {
  return /^\uFEFF?Bento annotation file/i.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

interface Row {
  readonly line: number;
  readonly channel: string;
  readonly behavior: string;
  readonly start: number;
  readonly stop: number;
  readonly duration: number | undefined;
}

interface Header {
  fps?: number;
  startFrame?: number;
  stopFrame?: number;
  startSec?: number;
  stopSec?: number;
}

/**
 * Returns the bouts of a BENTO annotation file (`.annot`) and how it counts frames, one stream for each channel.
 *
 * Frame base: numbers without decimals throughout are frames that count from 1; otherwise they are seconds, which BENTO in
 * MATLAB writes as number of the frame (from 1) divided by the frame rate. Intervals: the column Duration tells whether the
 * last frame belongs to its bout, as MATLAB's BENTO has it (duration = stop - start + one frame), or not, as files have
 * it whose header gives an annotation start *time*; those count seconds from 0. Without a frame rate in the file, fps
 * holds, else 30 as in BENTO, which is told.
 *
 * @throws FormatError naming the line; StorageError where no row tells and header and rows contradict each other.
 */
export async function readBentoAnnotations(
  source: ByteSource,
  options: BentoReadOptions,
): Promise<BoutFile & { readonly frameBase?: FrameBase }> {
  const { path, recording, subject, annotator, report } = options;
  const place = path === undefined ? { format } : { format, path };
  const bytes = await wholeBytes(source, { path, signal: options.signal, maxBytes: 2 ** 28 });
  const fail = (line: number, expected: string, found: string): never => {
    throw new FormatError({
      ...place,
      where: `line ${line}`,
      expected,
      found: found.trim() === '' ? 'nothing' : JSON.stringify(found.trim().slice(0, 60)),
      hint: 'Save the file again with BENTO, or correct the line.',
    });
  };
  const { header, offered, channels, rows } = parseLines(decodeText(bytes, place), fail);
  const fps = header.fps ?? options.fps ?? 30;
  if (header.fps === undefined && options.fps === undefined) {
    report({
      severity: 'warning',
      code: 'config-value',
      file: path ?? '',
      where: 'the header',
      message: 'The file has no frame rate; 30 frames per second were taken, as BENTO does.',
      hint: 'Give the frame rate of the video with --fps.',
    });
  }
  const inFrames = rows.every(({ start, stop }) => Number.isInteger(start) && Number.isInteger(stop));
  const step = inFrames ? 1 : 1 / fps;
  const timed = header.startSec !== undefined && header.startFrame === undefined;
  // The sign of (duration - stop + start), in frames, tells whether the last frame belongs to its bout.
  let endIncluded: boolean | undefined;
  for (const { line, start, stop, duration } of rows) {
    if (duration === undefined) continue;
    const extra = (duration - stop + start) / step;
    const says = Math.abs(extra - 1) < 0.1 ? true : Math.abs(extra) < 0.1 ? false : undefined;
    if (says === undefined) fail(line, `a duration of ${stop - start} or ${stop - start + step}`, String(duration));
    if (endIncluded !== undefined && says !== endIncluded)
      fail(line, 'durations counted as in the rows before', String(duration));
    endIncluded = says;
  }
  endIncluded ??= !timed;
  if (timed && inFrames && rows.length > 0 && endIncluded) {
    throw new StorageError(`${path ?? format}: the header has a start time, and the rows look like frames`, {
      hint: 'Write the times of the bouts with decimals, or give the header an annotation start frame.',
    });
  }
  const isSeconds = timed && !endIncluded;
  const frameBase: FrameBase | undefined = isSeconds ? undefined : { fps, firstFrame: 1, endIncluded };
  const collector = createBoutCollector(frameBase);
  const key = (channel: string) => ({ recording, subject, annotator, channel });
  for (const channel of channels) collector.score(key(channel), []);
  for (const { line, channel, behavior, start, stop } of rows) {
    if (isSeconds) {
      collector.add(key(channel), { behavior, startSec: start, endSec: stop });
      continue;
    }
    const [first, last] = [start / step, stop / step].map(Math.round) as [number, number];
    if (first < 1) fail(line, 'frame 1 or later', String(start));
    collector.add(key(channel), {
      behavior,
      startSec: (first - 1) / fps,
      endSec: (endIncluded ? last : last - 1) / fps,
    });
  }
  const watched =
    header.startFrame !== undefined && header.stopFrame !== undefined
      ? ([(header.startFrame - 1) / fps, header.stopFrame / fps] as const)
      : header.startSec !== undefined && header.stopSec !== undefined
        ? ([header.startSec, header.stopSec] as const)
        : undefined;
  if (watched !== undefined && watched[1] >= watched[0] && watched[0] >= 0) {
    for (const channel of channels) collector.observe(key(channel), watched[0], watched[1]);
  }
  return { streams: collector.streams(), offered, ...(frameBase === undefined ? {} : { frameBase }) };
}

function parseLines(
  text: string,
  fail: (line: number, expected: string, found: string) => never,
): { header: Header; offered: string[]; channels: string[]; rows: Row[] } {
  const header: Header = {};
  const offered: string[] = [];
  const channels: string[] = [];
  const rows: Row[] = [];
  let list: string[] | undefined;
  let channel: string | undefined;
  let behavior: string | undefined;
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const number = (value: string): number => {
      const parsed = Number(value.trim().split(/\s+/)[0]);
      return value.trim() !== '' && Number.isFinite(parsed) ? parsed : fail(i + 1, 'a number', value);
    };
    if (i === 0) {
      if (!/^Bento annotation file/i.test(line)) fail(1, 'Bento annotation file', line);
      continue;
    }
    if (line === '') {
      if (channel === undefined) list = undefined;
      continue;
    }
    const opened = /^(.+?)-{4,}$/.exec(line)?.[1]?.trim();
    if (opened !== undefined) {
      if (!channels.includes(opened)) channels.push(opened);
      [channel, behavior, list] = [opened, undefined, undefined];
      continue;
    }
    if (channel !== undefined) {
      if (line.startsWith('>')) {
        behavior = line.slice(1).trim();
        if (behavior === '') fail(i + 1, 'the name of a behavior', line);
        if (!offered.includes(behavior)) offered.push(behavior);
        continue;
      }
      if (/^start\s+stop/i.test(line)) continue;
      if (behavior === undefined) return fail(i + 1, '> and the name of a behavior', line);
      const fields = line.split(/\s+/).map(Number);
      const [start, stop, duration] = fields;
      if (start === undefined || stop === undefined || fields.length > 3 || !fields.every(Number.isFinite)) {
        return fail(i + 1, 'start, stop and duration', line);
      }
      if (stop < start || start < 0) fail(i + 1, 'a stop that is not before the start', line);
      rows.push({ line: i + 1, channel, behavior, start, stop, duration });
      continue;
    }
    const [, name = '', value = ''] = /^(.*?)\s*:\s*(.*)$/.exec(line) ?? [];
    if (/^list of channels$/i.test(name)) list = channels;
    else if (/^list of annotations$/i.test(name)) list = offered;
    else if (/^annotation framerate$/i.test(name)) header.fps = number(value);
    else if (/^annotation start frame$/i.test(name)) header.startFrame = number(value);
    else if (/^annotation stop frame$/i.test(name)) header.stopFrame = number(value);
    else if (/^annotation start time$/i.test(name)) header.startSec = number(value);
    else if (/^annotation stop time$/i.test(name)) header.stopSec = number(value);
    else if (list !== undefined && !list.includes(line)) list.push(line);
    if (header.fps !== undefined && !(header.fps > 0)) fail(i + 1, 'a frame rate above 0', line);
  }
  return { header, offered, channels, rows };
}
