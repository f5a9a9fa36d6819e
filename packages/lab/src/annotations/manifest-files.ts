import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { createAnnotations, StorageError } from '@zoopraxis/core';
import type { FileProblem, ReadBoutFile, RecordedAnnotations } from '@zoopraxis/io';
import type { StemFile } from '../behavior/match-files.js';
import { isFile } from '../jobs/is-file.js';
import { recordingStem } from './write-bout-files.js';

/** A file of bouts, and what a manifest says of it. */
export interface BoutSource extends StemFile {
  /** Frames per second, where a manifest says it. */
  readonly fps?: number;
  /** First and last frame, from 1, that belong to the recording, where a manifest says it. */
  readonly startFrame?: number;
  readonly stopFrame?: number;
  /** Put before the names of channels where a recording has several files. */
  readonly channel?: string;
}

/** Largest manifest that is read. */
const maximumBytes = 2 ** 24;

/**
 * Returns files of bouts, those that manifests of BENTO (`.xlsx`, `.xls`, CSV) name in place of these. Files of a manifest are looked
 * for in the folder it names, where this is there, else beside it. A recording has the name of its first movie.
 * @throws FormatError for a manifest that cannot be read; StorageError where it names no file that is there.
 */
export async function expandManifests(
  files: readonly StemFile[],
  report: (problem: FileProblem) => void,
): Promise<BoutSource[]> {
  const expanded: BoutSource[] = [];
  for (const file of files) {
    if (await isManifest(file.path)) expanded.push(...(await filesOfManifest(file.path, report)));
    else expanded.push(file);
  }
  return expanded;
}

async function isManifest(path: string): Promise<boolean> {
  if (/\.xlsx?$/i.test(path)) return true;
  if (!/\.csv$/i.test(path)) return false;
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  const head = new Uint8Array(8192);
  const { bytesRead } = await file.read(head, 0, head.length, 0).finally(() => file.close());
  const { isBentoManifest } = await import('@zoopraxis/io');
  return isBentoManifest(head.subarray(0, bytesRead));
}

async function filesOfManifest(path: string, report: (problem: FileProblem) => void): Promise<BoutSource[]> {
  const { readBentoManifest } = await import('@zoopraxis/io');
  if ((await stat(path)).size > maximumBytes) {
    throw new StorageError(`the manifest is larger than 16 MiB: ${path}`, { hint: 'Is it a manifest of BENTO?' });
  }
  const { basePath, rows } = await readBentoManifest(new Uint8Array(await readFile(path)), { path: basename(path) });
  const find = async (name: string): Promise<string | undefined> => {
    const places = [
      ...(isAbsolute(name)
        ? [name]
        : [...(isAbsolute(basePath) ? [join(basePath, name)] : []), join(dirname(path), name)]),
      join(dirname(path), basename(name)),
    ];
    for (const place of places) if (await isFile(place)) return place;
    return undefined;
  };
  const found: BoutSource[] = [];
  const tell = (row: number, message: string, hint?: string) =>
    report({
      ...{ severity: 'warning', code: 'left-out', file: basename(path), where: `row ${row}`, message },
      ...(hint === undefined ? {} : { hint }),
    });
  for (const { row, annotations, movies, mouse, session, trial, annotationFps, offsetSec, ...rest } of rows) {
    if (annotations.length === 0) tell(row, 'It names no annotation file.');
    const [first] = movies.length > 0 ? movies : annotations;
    const stem = first === undefined ? [mouse, session, trial].join('_') : recordingStem(first);
    if (offsetSec !== undefined && offsetSec !== 0) {
      tell(
        row,
        `Its offset of ${offsetSec} s is that of other recordings (calcium imaging) and is not applied to bouts.`,
      );
    }
    for (const name of annotations) {
      const file = await find(name);
      if (file === undefined) {
        tell(row, `There is no file ${name}.`, 'Put the files of the manifest beside it, or correct its first cell.');
        continue;
      }
      found.push({
        ...{ path: file, stem },
        ...(annotationFps === undefined ? {} : { fps: annotationFps }),
        ...(rest.annotationStart === undefined ? {} : { startFrame: rest.annotationStart }),
        ...(rest.annotationStop === undefined ? {} : { stopFrame: rest.annotationStop }),
        ...(annotations.length > 1 ? { channel: basename(name, extname(name)) } : {}),
      });
    }
  }
  if (found.length === 0) {
    throw new StorageError(`the manifest names no annotation file that is there: ${path}`, {
      hint: 'Put the files beside it, or correct the folder in its first cell.',
    });
  }
  return found;
}

/** Returns what a file holds of the recording of a manifest's row: cut to its frames, channels named for the file. */
export function partOfManifest(file: ReadBoutFile, { startFrame, stopFrame, channel, fps }: BoutSource): ReadBoutFile {
  if (startFrame === undefined && stopFrame === undefined && channel === undefined) return file;
  const streams = file.streams.map((stream): RecordedAnnotations => {
    const rate = stream.annotations.frameBase?.fps ?? fps;
    const fromSec = rate === undefined || startFrame === undefined ? 0 : (startFrame - 1) / rate;
    const toSec = rate === undefined || stopFrame === undefined ? Number.POSITIVE_INFINITY : stopFrame / rate;
    const { annotations, observedSec } = stream;
    const kept = [...annotations.startSec.keys()].filter((bout) => {
      const [start, end] = [annotations.startSec[bout] as number, annotations.endSec[bout] as number];
      return start < toSec && (end > fromSec || (end === start && end >= fromSec));
    });
    const { modifiers, probability } = annotations;
    const watched = [Math.max(observedSec?.[0] ?? 0, fromSec), Math.min(observedSec?.[1] ?? toSec, toSec)] as const;
    return {
      ...stream,
      annotations: createAnnotations({
        ...annotations,
        ...(channel === undefined ? {} : { channel: `${channel}_${annotations.channel}` }),
        startSec: Float64Array.from(kept, (bout) => Math.max(annotations.startSec[bout] as number, fromSec)),
        endSec: Float64Array.from(kept, (bout) => Math.min(annotations.endSec[bout] as number, toSec)),
        behavior: Int32Array.from(kept, (bout) => annotations.behavior[bout] as number),
        ...(modifiers && { modifiers: kept.map((bout) => modifiers[bout] as readonly string[]) }),
        ...(probability && { probability: Float32Array.from(kept, (bout) => probability[bout] as number) }),
      }),
      ...(Number.isFinite(watched[1]) && watched[1] >= watched[0] ? { observedSec: watched } : {}),
    };
  });
  return { ...file, streams };
}
