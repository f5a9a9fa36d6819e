import type { Report } from './file-problem.js';
import type { PoseFile, PoseReadOptions } from './pose-file.js';
import type { Probe } from './probe.js';

/** What writing a file of poses takes beside the poses. */
export interface PoseWriteOptions {
  /** Takes what the format cannot hold. */
  readonly report: Report;
  /** Name of the annotator or model, for formats that store one. */
  readonly scorer?: string;
}

/** One file format of poses: everything the program knows of it. */
export interface PoseCodec {
  /** Stable name, such as `deeplabcut-tracks-csv`. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** Endings of file names, most usual first, with the point. */
  readonly extensions: readonly string[];
  readonly holds: 'labels' | 'tracks' | 'both';
  /** True where the file does not state its frame rate, so that reading tracks needs one. */
  readonly needsFps: boolean;
  /** Returns why a file is of this format, as one sentence, or undefined where it is not. */
  sniff(probe: Probe): string | undefined;
  read(bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile>;
  /** Returns the bytes of a file; missing where the format is only read. */
  write?(content: PoseFile, options: PoseWriteOptions): Promise<Uint8Array>;
}

/** Returns the only entry of a list; throws RangeError where there are none or several, for formats that hold one. */
export function onlyOne<T>(format: string, what: string, list: readonly T[]): T {
  const [first] = list;
  if (list.length === 1 && first !== undefined) return first;
  throw new RangeError(`${format}: a file holds one ${what}, got ${list.length}`);
}
