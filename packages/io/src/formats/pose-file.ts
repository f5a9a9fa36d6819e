import type { LabeledFrames, PoseTracks, Provenance } from '@zoopraxis/core';
import type { Report } from './file-problem.js';

/** Tracks of one video and skeleton in a file. */
export interface FileTracks {
  /** Video they belong to, as the file names it; empty where it names none. */
  readonly video: string;
  readonly tracks: PoseTracks;
  /** Frame 0 of the tracks is this frame of the video. */
  readonly firstFrame: number;
  /** Positions as the file has them where it is more exact than the tracks and `keepsExact` asks, shape of `tracks.position`. */
  readonly exactPosition?: Float64Array;
}

/** What a file of poses holds, in the nouns of Zoopraxis. */
export interface PoseFile {
  /** Human labels, one entry for each skeleton. */
  readonly labels: readonly LabeledFrames[];
  /** Predicted or measured tracks, one entry for each video and skeleton. */
  readonly tracks: readonly FileTracks[];
}

/** What reading a file of poses takes. */
export interface PoseReadOptions {
  /** Name of the file, for messages. */
  readonly path?: string;
  readonly report: Report;
  /** Frames per second of the video; must be given for tracks whose file does not state it. */
  readonly fps?: number;
  /** What the tracks are made from; default: an import of this file, without its hash. */
  readonly provenance?: Provenance;
  /** Size of the video in px, for formats that hold shares of it. */
  readonly size?: { readonly widthPx: number; readonly heightPx: number };
  /** True where positions are wanted in double precision too; formats that have no more than single leave them out. */
  readonly keepsExact?: boolean;
  readonly signal?: AbortSignal;
}

/** Most values in the position array of one reading, which every engine can make. */
export const maxPoseValues = 2 ** 30;

/** Returns the frame rate given; throws RangeError where a format needs it and there is none. */
export function neededFps(format: string, fps: number | undefined): number {
  if (fps !== undefined && fps > 0 && Number.isFinite(fps)) return fps;
  throw new RangeError(`${format}: fps must be given and above 0, for the file does not state it, got ${fps}`);
}

/** Returns the provenance of an import, where the caller gives none. */
export function importProvenance(
  format: string,
  options: { path?: string; provenance?: Provenance },
  parameters: Readonly<Record<string, unknown>> = {},
): Provenance {
  const file = options.path ?? '';
  return (
    options.provenance ?? { operation: 'import', versions: {}, inputs: [], parameters: { format, file, ...parameters } }
  );
}

/** Returns a name for a group of images from the path of its video: the file's name without extension. */
export function groupOfVideo(path: string): string {
  const name = path.split(/[\\/]/).at(-1) ?? '';
  return name.replace(/\.[A-Za-z0-9]{1,5}$/, '') || 'video';
}

/** Returns names with ` (2)`, ` (3)`, ... behind those that were there before. */
export function distinctNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let count = 2; used.has(distinct); count++) distinct = `${name} (${count})`;
    used.add(distinct);
    return distinct;
  });
}
