import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { videoEndings } from '../jobs/video-endings.js';

/** A file and the name by which its recording is known. */
export interface StemFile {
  readonly path: string;
  /** File name without its ending: `session01` of `session01.csv.gz`. */
  readonly stem: string;
}

/** Tracks and annotations of one recording. */
export interface StemPair {
  readonly stem: string;
  readonly tracks: string;
  readonly annotations: string;
}

/** Files that belong together, and those that stay alone. */
export interface StemPairs {
  readonly pairs: readonly StemPair[];
  readonly tracksAlone: readonly string[];
  readonly annotationsAlone: readonly string[];
}

/** Endings of tracks; of two files of one recording the one with the earlier ending is taken. */
const trackEndings = ['.parquet', '.h5', '.hdf5', '.slp', '.nwb', '.csv', '.csv.gz', '.h5.gz', '.json', '.json.gz'];

/** Endings of bouts, likewise. */
const boutEndings = ['.annot', '.boris', '.csv', '.csv.gz', '.tsv', '.txt', '.txt.gz', '.xlsx', '.json'];

/** Files that lie beside tracks and bouts and are neither. */
const besides = /\.(tracks|classified|features)\.json$|\.(scores|features)\.parquet$/i;

const sorted = (names: readonly string[]) => [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

function endingOf(name: string, endings: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  return endings
    .filter((ending) => lower.endsWith(ending) && lower.length > ending.length)
    .sort((a, b) => b.length - a.length)[0];
}

/**
 * Returns the files of a kind in folders and among single files, sorted by stem: one for each stem of a folder.
 * @throws StorageError where a path does not exist, or a folder holds none.
 */
async function listFiles(
  paths: readonly string[],
  { endings, what, ignored }: { endings: readonly string[]; what: string; ignored: (path: string) => void },
): Promise<StemFile[]> {
  const found: StemFile[] = [];
  for (const given of paths) {
    const path = resolve(given);
    const stats = await stat(path).catch(() => undefined);
    if (stats === undefined) {
      throw new StorageError(`there is no such file or folder of ${what}: ${path}`, {
        hint: 'Check the path for a typing error.',
      });
    }
    if (!stats.isDirectory()) {
      const ending = endingOf(basename(path), endings);
      const stem = ending === undefined ? basename(path) : basename(path).slice(0, -ending.length);
      found.push({ path, stem });
      continue;
    }
    const best = new Map<string, { rank: number; path: string }>();
    let folders = 0;
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (entry.isDirectory()) folders++;
      const ending = endingOf(entry.name, endings);
      if (entry.isDirectory() || ending === undefined || entry.name.startsWith('.') || besides.test(entry.name))
        continue;
      const stem = entry.name.slice(0, -ending.length);
      const rank = endings.indexOf(ending);
      const before = best.get(stem);
      if (before !== undefined) ignored(rank < before.rank ? before.path : join(path, entry.name));
      if (before === undefined || rank < before.rank) best.set(stem, { rank, path: join(path, entry.name) });
    }
    if (best.size === 0) {
      throw new StorageError(`the folder holds no ${what}: ${path}`, {
        hint: `${folders > 0 ? 'Folders in it are not searched; name the one that holds them. ' : ''}Files of these kinds are taken: ${endings.join(' ')}.`,
      });
    }
    found.push(...[...best].map(([stem, { path: file }]) => ({ stem, path: file })));
  }
  const files = new Map(found.map((file) => [file.path, file]));
  return sorted([...files.keys()])
    .map((path) => files.get(path) as StemFile)
    .sort((a, b) => (a.stem < b.stem ? -1 : a.stem > b.stem ? 1 : 0));
}

/**
 * Returns the files of tracks in folders and among single files, sorted by stem. Of several forms of one recording in a
 * folder one is taken (Parquet, HDF5, SLEAP, NWB, CSV, JSON), and the others are told to `ignored`.
 * @throws StorageError where a path does not exist, or a folder holds none.
 */
export const listTrackFiles = (paths: readonly string[], ignored: (path: string) => void = () => {}) =>
  listFiles(paths, { endings: trackEndings, what: 'tracks', ignored });

/**
 * Returns the files of bouts in folders and among single files, sorted by stem.
 * @throws StorageError where a path does not exist, or a folder holds none.
 */
export const listBoutFiles = (paths: readonly string[], ignored: (path: string) => void = () => {}) =>
  listFiles(paths, { endings: boutEndings, what: 'annotations', ignored });

/**
 * Returns the videos in folders and among single files, sorted by stem.
 * @throws StorageError where a path does not exist, or a folder holds none.
 */
export const listVideoFiles = (paths: readonly string[], ignored: (path: string) => void = () => {}) =>
  listFiles(paths, { endings: videoEndings, what: 'videos', ignored });

/** What programs add to the name of a video; taken off where the whole name has no partner. */
const additions: readonly RegExp[] = [
  /[-_.]filtered$/i,
  /DLC_.*$/,
  /DeepCut_.*$/,
  /[-_.](analysis|predictions?|tracks|pose)$/i,
  /_pose_(top|front)[-_].*$/i,
  /[-_.](annotations?|anno|labels?|bouts)$/i,
];

/** Returns the names that a file may be known by, the whole stem first. */
export function namesOf(stem: string): string[] {
  const names = [stem];
  for (let at = 0; at < names.length && names.length < 16; at++) {
    for (const addition of additions) {
      const shorter = (names[at] as string).replace(addition, '');
      if (shorter !== '' && !names.includes(shorter)) names.push(shorter);
    }
  }
  return names;
}

/**
 * Returns the pairs of tracks and the recordings of one table of bouts.
 * @param recordings names as the table has them, list
 */
export function pairWithTable(tracks: readonly StemFile[], table: StemFile, recordings: readonly string[]): StemPairs {
  const rows = recordings.map((name) => ({
    path: name,
    stem: name
      .replaceAll('\\', '/')
      .replace(/^.*\//, '')
      .replace(/\.[A-Za-z0-9]{1,5}$/, ''),
  }));
  const { pairs, tracksAlone, annotationsAlone } = pairByStem(tracks, rows);
  return { pairs: pairs.map((pair) => ({ ...pair, annotations: table.path })), tracksAlone, annotationsAlone };
}

/** Returns the longest name that two files share. */
function sharedName(a: string, b: string): string {
  const others = namesOf(b);
  return namesOf(a).find((name) => others.includes(name)) ?? a;
}

/**
 * Returns the pairs of tracks and annotations with one stem (`session01.csv.gz` and `session01.txt`), sorted; what
 * DeepLabCut and others add to the name of the video does not keep them apart.
 * @throws StorageError where two files claim one partner equally well.
 */
export function pairByStem(tracks: readonly StemFile[], annotations: readonly StemFile[]): StemPairs {
  const claims: { cost: number; tracks: StemFile; annotations: StemFile }[] = [];
  const nameIndex = new Map<string, { file: StemFile; cost: number }[]>();
  for (const file of annotations) {
    for (const [cost, name] of namesOf(file.stem).entries()) {
      nameIndex.set(name, [...(nameIndex.get(name) ?? []), { file, cost }]);
    }
  }
  for (const track of tracks) {
    const best = new Map<StemFile, number>();
    for (const [cost, name] of namesOf(track.stem).entries()) {
      for (const other of nameIndex.get(name) ?? []) {
        best.set(other.file, Math.min(best.get(other.file) ?? Number.POSITIVE_INFINITY, cost + other.cost));
      }
    }
    for (const [file, cost] of best) claims.push({ cost, tracks: track, annotations: file });
  }
  claims.sort((a, b) => a.cost - b.cost || (a.tracks.stem < b.tracks.stem ? -1 : 1));
  const [taken, pairs] = [new Map<StemFile, (typeof claims)[0]>(), [] as (typeof claims)[0][]];
  for (const claim of claims) {
    const before = taken.get(claim.tracks) ?? taken.get(claim.annotations);
    if (before === undefined) {
      taken.set(claim.tracks, claim);
      taken.set(claim.annotations, claim);
      pairs.push(claim);
    } else if (before.cost === claim.cost && before !== claim) {
      const names = [before.tracks, claim.tracks, before.annotations, claim.annotations].map(({ path }) =>
        basename(path),
      );
      throw new StorageError(
        `several files could belong together (${[...new Set(names)].join(', ')}): ${dirname(claim.tracks.path)}`,
        { hint: 'Give tracks and annotations of a recording the same name.' },
      );
    }
  }
  const alone = (files: readonly StemFile[]) =>
    sorted(files.filter((file) => !taken.has(file)).map(({ path }) => basename(path)));
  return {
    pairs: pairs
      .map((claim) => ({
        stem: sharedName(claim.tracks.stem, claim.annotations.stem),
        tracks: claim.tracks.path,
        annotations: claim.annotations.path,
      }))
      .sort((a, b) => (a.stem < b.stem ? -1 : 1)),
    tracksAlone: alone(tracks),
    annotationsAlone: alone(annotations),
  };
}
