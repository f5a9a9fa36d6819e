import { rmdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { createSkeleton, type FrameSource, IntegrityError, type Provenance } from '@zoopraxis/core';
import { openTracksSink, readTracksFile, type TracksHeader, type TracksSink } from '@zoopraxis/io';
import { FolderStore, openFrames, takeLock } from '@zoopraxis/io/node';
import { type PrecisionComparison, type TrackProgress, trackFrames } from '@zoopraxis/pose';
import { z } from 'zod';
import { programVersions } from '../jobs/program-version.js';
import { hashRecording } from './content-hash.js';
import { type ExportFormat, exportFormats, exportTracks } from './export-tracks.js';
import type { TrackingModel } from './model.js';
import { poseSink } from './pose-sink.js';
import { checkFollowSide, type PreparedPredictor, preparePredictor } from './prepare-predictor.js';
import type { Recording } from './recordings.js';
import type { TrackSettings } from './settings.js';
import { hashRequest, readTrackRecord, recordName, type TrackRecord, writeTrackRecord } from './track-record.js';
import { weightBitsHere } from './weight-bits.js';

/** Options of {@link trackVideo}. */
export interface TrackVideoOptions extends Omit<TrackSettings, 'device'> {
  /** Folder that results go to, made where it does not exist. */
  readonly outFolder: string;
  /** DeepLabCut's formats to write beside the Parquet file, `csv` and `h5` by default. */
  readonly exports?: readonly ExportFormat[];
  /** Replace results of other settings, another model or another video of the same name; by default they are refused. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrackProgress) => void;
  /** Takes sentences that are worth keeping. */
  readonly onNote?: (text: string) => void;
  /** Opens the recording, `openFrames` by default. */
  readonly open?: (path: string) => Promise<FrameSource>;
}

/** What came of one recording. */
export interface TrackedVideo {
  /** Absolute path of the recording. */
  readonly video: string;
  readonly record: TrackRecord;
  /** Absolute paths of the files written, by kind: `parquet`, `csv`, `h5`, `record`. */
  readonly files: Readonly<Record<string, string>>;
  /** True where the same request had been carried out before. */
  readonly isUnchanged: boolean;
  /** Frame at which this run went on; 0 for a run from the start. */
  readonly resumedAtFrame: number;
}

/** A crash loses at most so many frames: under a minute of a large network on a processor. */
const FRAMES_PER_CHUNK = 250;

const json = <T>(value: unknown): T =>
  JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'number' && !Number.isFinite(item) ? null : item)));

/** What decides the results, beside versions; equal requests give equal files. */
function requestOf(
  { model, device }: TrackingModel,
  contentHash: string,
  options: TrackVideoOptions,
  weightBits: 7 | 8,
): { settings: Record<string, unknown>; request: Record<string, unknown> } {
  const { skeleton, unlearned, network, preprocessing, decoding } = model.card;
  const { precision = 'fp32', region, follow, batchSize, chunkFrames } = options;
  const settings = json<Record<string, unknown>>({
    device,
    precision,
    ...(precision === 'int8' ? { weightBits } : {}),
    region,
    follow,
    batchSize,
    chunkFrames,
  });
  const card = { skeleton, ...(unlearned ? { unlearned } : {}), network, preprocessing, decoding };
  return { settings, request: { contentHash, weightsHash: model.weightsHash, card, settings } };
}

async function isDone(store: FolderStore, found: TrackRecord | undefined, request: string, formats: readonly string[]) {
  if (found === undefined || !found.isComplete || found.request !== request) return false;
  if (!formats.every((format) => format in found.files)) return false;
  const present = new Set(await store.list(''));
  return Object.values(found.files).every((file) => present.has(file));
}

/** Opens the sink of a run; unfinished chunks of another run are given up, finished tracks only where they may be replaced. */
async function openSink(
  store: FolderStore,
  path: string,
  header: TracksHeader,
  overwrite: boolean,
): Promise<TracksSink> {
  try {
    return await openTracksSink(store, path, header, { otherRun: overwrite ? 'restart' : 'refuse' });
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    if ((await store.read(path)) === undefined) return openTracksSink(store, path, header, { otherRun: 'restart' });
    throw new IntegrityError(`there are tracks of another run (video, model, settings or version differ): ${path}`, {
      cause: error,
      hint: 'name another folder with --out, or replace them with --overwrite',
    });
  }
}

function headerOf(source: FrameSource, { model }: TrackingModel, provenance: Provenance): TracksHeader {
  const { name, keypoints, edges, symmetries, roles } = model.card.skeleton;
  const { frameCount, fps, timesSec } = source;
  return {
    skeleton: createSkeleton({ name, keypoints, edges, symmetries, roles }),
    individuals: ['individual1'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps, ...(timesSec ? { timesSec } : {}) },
    boxes: false,
    identity: false,
    provenance,
  };
}

function shiftText({ confident, frameCount }: PrecisionComparison): string {
  const px = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(2)} px` : 'not measurable');
  return `int8 shifts confident points by ${px(confident.meanPx)} in the mean and ${px(confident.p95Px)} in 95 of 100 (${confident.count} points of ${frameCount} frames), against float32`;
}

/**
 * Tracks one recording: writes `<name>.parquet`, DeepLabCut's CSV and HDF5 and `<name>.tracks.json` into a folder. A request that
 * was carried out before is not repeated; one that was stopped at any instant goes on after its last durable chunk and
 * ends with the same arrays.
 * @throws FormatError and StorageError for a recording that cannot be read, IntegrityError where other results are in the way.
 */
export async function trackVideo(
  recording: Recording,
  model: TrackingModel,
  options: TrackVideoOptions,
): Promise<TrackedVideo> {
  const { outFolder, exports: formats = exportFormats, signal } = options;
  const { name, path } = recording;
  const { card } = model.model;
  if (typeof options.follow === 'number') checkFollowSide(options.follow, card.preprocessing);
  signal?.throwIfAborted();
  const store = new FolderStore(outFolder);
  const contentHash = await hashRecording(path);
  const weightBits = await weightBitsHere();
  const { settings, request } = requestOf(model, contentHash, options, weightBits);
  const requestHash = await hashRequest(request);
  const filesOf = (record: TrackRecord): Record<string, string> =>
    Object.fromEntries(
      Object.entries({ ...record.files, record: recordName(name) }).map(([kind, file]) => [
        kind,
        join(store.root, file),
      ]),
    );

  const before = await readTrackRecord(store, name);
  if (before && (await isDone(store, before, requestHash, formats))) {
    return { video: path, record: before, files: filesOf(before), isUnchanged: true, resumedAtFrame: 0 };
  }
  const lock = await takeLock(join(outFolder, '.locks', name));
  try {
    let record = before;
    let resumedAtFrame = 0;
    const tracksPath = `${name}.parquet`;
    // Where only an export is absent, nothing is predicted again.
    const hasTracks = before?.isComplete === true && before.request === requestHash;
    if (!hasTracks || !(await store.list(tracksPath)).includes(tracksPath)) {
      const asked = { contentHash, request: requestHash, settings, weightBits };
      ({ record, resumedAtFrame } = await predictTracks(store, recording, model, asked, options));
    }
    const tracks = await readTracksFile(store, tracksPath, signal ? { signal } : {});
    if (tracks === undefined || record === undefined) {
      throw new IntegrityError(`the tracks vanished while they were exported: ${tracksPath}`);
    }
    const scorer = `Zoopraxis_${card.name}`;
    const files = await exportTracks(store, name, tracks, { formats, scorer, signal });
    const complete = { ...record, isComplete: true, files: { ...record.files, parquet: tracksPath, ...files } };
    await writeTrackRecord(store, name, complete);
    return { video: path, record: complete, files: filesOf(complete), isUnchanged: false, resumedAtFrame };
  } finally {
    await lock.release();
  }
}

/** What is asked for, as it was settled before anything was opened. */
interface SettledRequest {
  readonly contentHash: string;
  /** Hash of all that decides the results. */
  readonly request: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly weightBits: 7 | 8;
}

const encoder = new TextEncoder();

const begunSchema = z.object({ request: z.string(), threads: z.int().min(1) });

/**
 * Returns the threads that the network gets: those with which an unfinished run of the same request began, for bits of large
 * networks depend on their number.
 */
async function threadsOfRun(
  store: FolderStore,
  path: string,
  request: string,
  asked: number | undefined,
): Promise<number> {
  const bytes = await store.read(path);
  try {
    const begun = begunSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    if (begun.request === request) return begun.threads;
  } catch {
    // None, or one that a crash of the disk left: then the run begins.
  }
  return asked ?? availableParallelism();
}

/** Writes `<name>.parquet` and a record that is not complete yet. */
async function predictTracks(
  store: FolderStore,
  { name, path }: Recording,
  model: TrackingModel,
  { contentHash, request, settings, weightBits }: SettledRequest,
  options: TrackVideoOptions,
): Promise<{ record: TrackRecord; resumedAtFrame: number }> {
  const { overwrite = false, signal, onNote, onProgress, region, open = openFrames } = options;
  const { chunkFrames = FRAMES_PER_CHUNK } = options;
  const { card, weightsHash } = model.model;
  const source = await open(path);
  let prepared: PreparedPredictor | undefined;
  try {
    const tracksPath = `${name}.parquet`;
    const begunPath = `${tracksPath}.parts/begun.json`;
    const threads = await threadsOfRun(store, begunPath, request, options.threads);
    prepared = await preparePredictor(model, source, contentHash, { ...options, threads, weightBits });
    const { predictor, follow, int8Shift } = prepared;
    if (options.follow === 'auto' && follow === undefined) {
      onNote?.(
        `${basename(path)}: whole frames are used, for the animal fills most of them or was not seen where the box was measured`,
      );
    }
    if (int8Shift) onNote?.(`${basename(path)}: ${shiftText(int8Shift)}`);
    const used = json<Record<string, unknown>>({ ...settings, batchSize: predictor.batchSize, follow, chunkFrames });
    const provenance: Provenance = {
      operation: 'track',
      versions: programVersions(),
      inputs: [
        { name: basename(path), contentHash },
        { name: `${card.name}/weights.safetensors`, contentHash: weightsHash },
      ],
      parameters: { ...used, request, model: card.name },
      ...(card.synthetic ? { synthetic: true } : {}),
    };
    const tracks = await openSink(store, tracksPath, headerOf(source, model, provenance), overwrite);
    const sink = poseSink(store, tracksPath, tracks);
    const resumedAtFrame = await tracks.frameCount();
    const isFinished = await sink.isFinished();
    if (!isFinished) await store.write(begunPath, encoder.encode(JSON.stringify({ request, threads })));
    await trackFrames({
      source,
      predictor,
      sink,
      ...(region ? { region } : {}),
      ...(follow ? { follow } : {}),
      chunkFrames,
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
    });
    const before = isFinished ? await readTrackRecord(store, name) : undefined;
    const record: TrackRecord = {
      format: 'zoopraxis track record',
      version: 1,
      request,
      isComplete: false,
      video: path,
      contentHash,
      model: model.folder,
      weightsHash,
      settings: used,
      frameCount: source.frameCount,
      fps: source.fps,
      isVariableRate: source.timesSec !== undefined,
      widthPx: source.widthPx,
      heightPx: source.heightPx,
      // A finished file has no chunks left to ask: its record was written before they went.
      corruptFrames: isFinished ? (before?.corruptFrames ?? []) : await sink.corruptFrames(),
      ...(int8Shift ? { int8Shift: json(int8Shift) } : {}),
      files: {},
      machine: json({ ...programVersions(), threads }),
      ...(card.synthetic ? { synthetic: true } : {}),
    };
    await writeTrackRecord(store, name, record);
    await sink.close();
    // A store removes files; the chunks' folder that they leave is empty unless someone put something there.
    await rmdir(join(store.root, `${tracksPath}.parts`)).catch(() => undefined);
    return { record, resumedAtFrame };
  } finally {
    await prepared?.close();
    await source.close();
  }
}
