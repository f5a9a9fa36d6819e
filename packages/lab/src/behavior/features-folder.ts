import { mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { FeatureInfo, FeatureSource } from '@zoopraxis/behavior';
import { secondsOfFrame } from '@zoopraxis/core';
import { canonicalJson, createProvenance, type FileProblem, writeFrameTable, writePieces } from '@zoopraxis/io';
import { FolderStore, hashFile } from '@zoopraxis/io/node';
import { z } from 'zod';
import { isFile } from '../jobs/is-file.js';
import type { OperationContext } from '../jobs/operation-context.js';
import { programVersion, programVersions } from '../jobs/program-version.js';
import { hashRecording } from '../track/content-hash.js';
import { hashRequest } from '../track/track-record.js';
import { failureOf } from './evaluate-folders.js';
import {
  contextOf,
  type FeatureChoice,
  featureSpecOf,
  isSymmetricChoice,
  plainChoice,
  unsureRoles,
  withResidentFirst,
} from './feature-options.js';
import { listTrackFiles } from './match-files.js';
import { prepareTracks, type TrackPreparation } from './prepare-tracks.js';
import { type RecordingPlace, recordingPlaces } from './recording-places.js';
import { lazyVideo, videoOf, videosOfRecordings } from './recording-video.js';

/** Settings of {@link computeFeatures}. */
export interface ComputeFeaturesOptions {
  readonly tracks: readonly string[];
  readonly out: string;
  readonly format: 'parquet' | 'csv';
  readonly choice: FeatureChoice;
  readonly preparation: TrackPreparation;
  /** Folder of videos, matched by name: of their pixels, for the set mars. */
  readonly videos?: string;
  readonly report: (problem: FileProblem) => void;
}

const recordSchema = z.looseObject({
  request: z.string(),
  table: z.string(),
  frames: z.int(),
  columns: z.array(z.unknown()),
});

/** Returns the name of a column in a table: what it is, of whom. */
function columnName({ name, subject, partner }: FeatureInfo, isOnly: boolean): string {
  const who = partner === undefined ? subject : `${subject}>${partner}`;
  return isOnly ? name : `${who} ${name}`;
}

/**
 * Writes the features of tracks as tables, file by file; what is done is not done again. Memory is bounded by the block that
 * is computed, whatever the length.
 */
export async function computeFeatures(
  options: ComputeFeaturesOptions,
  { signal, progress }: OperationContext,
): Promise<{
  out: string;
  recordings: {
    recording: string;
    frames: number;
    columns: number;
    table: string;
    state: 'computed' | 'skipped';
    framesPerSec: number | null;
  }[];
  notes: string[];
  failed: ReturnType<typeof failureOf>[];
}> {
  const { createFeatureSource, describeFeatureSpec } = await import('@zoopraxis/behavior');
  const out = resolve(options.out);
  const files = await listTrackFiles(options.tracks);
  await mkdir(out, { recursive: true });
  const store = new FolderStore(out);
  const recordings: Awaited<ReturnType<typeof computeFeatures>>['recordings'] = [];
  const notes: string[] = [];
  const failed: ReturnType<typeof failureOf>[] = [];
  const asked = new Set<string>();
  const { videos: folder } = options;
  const videos =
    folder === undefined
      ? undefined
      : await videosOfRecordings(
          folder,
          files.map(({ stem }) => stem),
        );
  const places = await recordingPlaces(files, options.choice);
  for (const [index, { path, stem }] of files.entries()) {
    signal.throwIfAborted();
    const place = places.get(path) as RecordingPlace;
    const task = `features of ${stem}${files.length > 1 ? ` (${index + 1} of ${files.length})` : ''}`;
    const recordName = `${stem}.features.json`;
    const table = options.format === 'csv' ? `${stem}.features.csv` : `${stem}.features.parquet`;
    try {
      const contentHash = await hashFile(path);
      const videoPath = videos === undefined ? undefined : videoOf(videos, stem, folder as string);
      const videoHash = videoPath === undefined ? undefined : await hashRecording(videoPath);
      const request = await hashRequest({
        contentHash,
        ...(videoHash === undefined ? {} : { videoHash }),
        choice: plainChoice(options.choice),
        place,
        preparation: JSON.parse(JSON.stringify(options.preparation)),
        format: options.format,
        version: programVersion,
      });
      const before = await readRecord(join(out, recordName));
      if (before?.request === request && before.table === table && (await isFile(join(out, table)))) {
        recordings.push({
          recording: stem,
          frames: before.frames,
          columns: before.columns.length,
          table,
          state: 'skipped',
          framesPerSec: null,
        });
        continue;
      }
      const frames = videoPath === undefined ? undefined : await lazyVideo(videoPath, { signal });
      const fit = await prepareTracks(
        path,
        {
          ...options.preparation,
          ...(frames === undefined ? {} : { size: { widthPx: frames.widthPx, heightPx: frames.heightPx } }),
          namesMatter: (individuals) => !isSymmetricChoice(options.choice, individuals),
          ...(options.choice.coat === undefined || frames === undefined
            ? {}
            : { coat: { residentIs: options.choice.coat, frames } }),
        },
        { report: options.report, signal },
      );
      notes.push(...fit.notes.map((note) => `${stem}: ${note}`));
      const tracks = withResidentFirst(fit.tracks, options.choice.resident, path);
      const spec = await featureSpecOf(options.choice, tracks);
      const doubt = await unsureRoles(options.choice, tracks.skeleton);
      if (doubt !== undefined && !asked.has(doubt)) notes.push(doubt);
      if (doubt !== undefined) asked.add(doubt);
      const exactPosition = tracks === fit.tracks ? fit.exactPosition : undefined;
      const source = createFeatureSource(tracks, spec, contextOf({ place, exactPosition, frames }));
      const isOnly = new Set(source.columns.map(({ subject, partner }) => `${subject} ${partner}`)).size === 1;
      const columns = source.columns.map((info) => ({ ...info, name: columnName(info, isOnly) }));
      const provenance = createProvenance({
        operation: 'features',
        versions: programVersions(),
        inputs: [
          { name: basename(path), contentHash },
          ...(videoPath === undefined || videoHash === undefined
            ? []
            : [{ name: basename(videoPath), contentHash: videoHash }]),
        ],
        parameters: JSON.parse(JSON.stringify({ spec, place, ...options.preparation })) as Record<string, unknown>,
        parents: [tracks.provenance],
      });
      const started = performance.now();
      const total = tracks.timeBase.frameCount;
      const watched = watch(source, signal, (done) => progress({ kind: 'work', task, done, total, unit: 'frames' }));
      if (options.format === 'csv') await writePieces(store, table, csvPieces(source, columns, watched));
      else {
        const plain = columns.map(({ name, unit, definition, subject, partner }) => ({
          name,
          unit,
          definition,
          subject,
          ...(partner === undefined ? {} : { partner }),
        }));
        await writeFrameTable(
          store,
          table,
          { kind: 'features', timeBase: source.timeBase, columns: plain, provenance },
          watched,
        );
      }
      const framesPerSec = (1000 * total) / Math.max(1, performance.now() - started);
      const record = {
        format: 'zoopraxis features record',
        version: 1,
        request,
        table,
        frames: total,
        fps: source.timeBase.fps,
        description: describeFeatureSpec(spec),
        spec,
        columns,
        provenance,
      };
      const text = canonicalJson(JSON.parse(JSON.stringify(record)), 2);
      await store.write(recordName, new TextEncoder().encode(`${text}\n`));
      recordings.push({
        recording: stem,
        frames: total,
        columns: columns.length,
        table,
        state: 'computed',
        framesPerSec,
      });
    } catch (error) {
      signal.throwIfAborted();
      failed.push(failureOf(path, error));
    }
  }
  return { out, recordings, notes, failed };
}

async function* watch(source: FeatureSource, signal: AbortSignal, onFrames: (done: number) => void) {
  for await (const block of source.blocks({ signal })) {
    yield block;
    onFrames(block.firstFrame + block.frameCount);
  }
}

/** Yields the text of a table piece by piece; what is not known is empty. */
async function* csvPieces(
  { timeBase }: FeatureSource,
  columns: readonly { readonly name: string }[],
  blocks: ReturnType<typeof watch>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const field = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  yield encoder.encode(`frame,time_sec,${columns.map(({ name }) => field(name)).join(',')}\n`);
  for await (const { firstFrame, frameCount, values } of blocks) {
    for (let from = 0; from < frameCount; from += 512) {
      const lines: string[] = [];
      for (let f = from; f < Math.min(from + 512, frameCount); f++) {
        const cells = [String(firstFrame + f), String(secondsOfFrame(timeBase, firstFrame + f))];
        for (let c = 0; c < columns.length; c++) {
          const value = values[c * frameCount + f] as number;
          cells.push(Number.isNaN(value) ? '' : String(value));
        }
        lines.push(cells.join(','));
      }
      yield encoder.encode(`${lines.join('\n')}\n`);
    }
  }
}

async function readRecord(path: string): Promise<z.output<typeof recordSchema> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
