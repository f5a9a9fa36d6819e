import { mkdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type PoseTracks, StorageError } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';
import type { FilterStep } from '@zoopraxis/pose';
import type { OperationContext } from '../jobs/operation-context.js';
import { programVersion, programVersions } from '../jobs/program-version.js';
import { hashRecording } from '../track/content-hash.js';
import { hashRequest } from '../track/track-record.js';
import {
  boutsCsv,
  type ClassifiedRecord,
  readClassifiedRecord,
  writeClassifiedRecord,
  writeScores,
} from './classified-files.js';
import { failureOf } from './evaluate-folders.js';
import { contextOf, withResidentFirst } from './feature-options.js';
import { listTrackFiles } from './match-files.js';
import { type PreparedTracks, prepareTracks } from './prepare-tracks.js';
import { type PlaceChoice, type RecordingPlace, recordingPlaces, withoutScale } from './recording-places.js';
import { lazyVideo, videoOf, videosOfRecordings } from './recording-video.js';
import { type ModelTracks, openBehaviorModel } from './train-folder.js';

/** Settings of {@link classifyFolder}. */
export interface ClassifyFolderOptions {
  readonly tracks: readonly string[];
  readonly model: string;
  readonly out: string;
  /** Files to write beside the table of bouts. */
  readonly formats: readonly ('scores' | 'caltech')[];
  /** Frames per second of files that do not say theirs; default that of the model. */
  readonly fps?: number;
  /** Where the recordings were filmed; scales are for models that measure in cm. */
  readonly place: PlaceChoice;
  readonly resident?: string;
  /** Folder of videos, matched by name, for models that read their pixels. */
  readonly videos?: string;
  /** True where each animal is taken as the one that comes first, in turn; results are named `<stem>.<animal>`. */
  readonly eachResident: boolean;
  /** True where results of another model or other settings are replaced. */
  readonly overwrite: boolean;
  readonly report: (problem: FileProblem) => void;
}

/** One recording that is classified. */
export interface ClassifiedFile {
  readonly tracks: string;
  readonly record: ClassifiedRecord;
  /** True where the same had been done before. */
  readonly isUnchanged: boolean;
  readonly boutCount: number | null;
  readonly framesPerSec: number | null;
}

/** What came of a folder of tracks. */
export interface ClassifiedFolder {
  readonly out: string;
  readonly files: readonly ClassifiedFile[];
  readonly failed: readonly ReturnType<typeof failureOf>[];
  /** Recordings that the model was trained on, list of stems. */
  readonly trainedOn: readonly string[];
}

/**
 * Classifies the behavior in tracks, file by file. A file that fails is told at the end and the others go on; what is done
 * is not done again unless tracks, model or settings changed. Every file is written in one step, the record last.
 * @throws StorageError where model or tracks are not there, or two tracks have one name.
 */
export async function classifyFolder(
  options: ClassifyFolderOptions,
  { signal, progress }: OperationContext,
): Promise<ClassifiedFolder> {
  const { model, tracks: wanted, name: modelName, hash: modelHash } = await openBehaviorModel(options.model);
  const [behavior, { FolderStore, hashFile, takeLock }, { createProvenance }] = await Promise.all([
    import('@zoopraxis/behavior'),
    import('@zoopraxis/io/node'),
    import('@zoopraxis/io'),
  ]);
  const files = await listTrackFiles(options.tracks);
  const twice = files.find(({ stem }, i) => files.findIndex((other) => other.stem === stem) !== i);
  if (twice !== undefined) {
    throw new StorageError(`two files of tracks are called ${twice.stem}: ${twice.path}`, {
      hint: 'Classify their folders one after another, with another --out.',
    });
  }
  const out = resolve(options.out);
  await mkdir(out, { recursive: true });
  const store = new FolderStore(out);
  const isInCm = wanted.pxPerCm !== null || wanted.ownScales === true;
  const places = await recordingPlaces(files, options.place);
  const resident = options.resident ?? wanted.resident ?? undefined;
  const spec = behavior.parseFeatureSpec(model.card.featureSpec);
  const isSymmetric = 'symmetric' in spec && spec.symmetric === true;
  if (options.eachResident && isSymmetric) {
    throw new StorageError(`the model does not tell animals apart, so it has no direction: ${resolve(options.model)}`, {
      hint: 'Leave --each-resident out.',
    });
  }
  const readsPixels = spec.set === 'mars' && spec.pixels === true;
  if (readsPixels && options.videos === undefined) {
    throw new StorageError(`the model reads pixels of the videos, and no videos are given: ${resolve(options.model)}`, {
      hint: 'Name their folder with --videos.',
    });
  }
  // Who is named needs not be looked at.
  const coat = options.resident === undefined && !options.eachResident ? wanted.coat : undefined;
  if (coat !== undefined && options.videos === undefined) {
    throw new StorageError(
      `the model tells the resident by its coat, and no videos are given: ${resolve(options.model)}`,
      { hint: 'Name their folder with --videos, or the animal with --resident.' },
    );
  }
  const videos =
    (readsPixels || coat !== undefined) && options.videos !== undefined
      ? await videosOfRecordings(
          options.videos,
          files.map(({ stem }) => stem),
        )
      : undefined;
  const done: ClassifiedFile[] = [];
  const failed: ReturnType<typeof failureOf>[] = [];
  const needsNetworks = model.scorer.kind === 'temporal' || model.scorer.kind === 'mean';
  const temporal = needsNetworks ? await (await import('@zoopraxis/behavior/node')).nodeTemporalRuntime() : undefined;
  const lock = await takeLock(join(out, '.lock'));
  try {
    for (const [index, { path, stem: fileStem }] of files.entries()) {
      signal.throwIfAborted();
      const which = files.length > 1 ? ` (${index + 1} of ${files.length})` : '';
      try {
        const known = places.get(path) as RecordingPlace;
        const pxPerCm = isInCm ? (known.pxPerCm ?? wanted.pxPerCm ?? undefined) : options.place.pxPerCm;
        const place: RecordingPlace = pxPerCm === undefined ? withoutScale(known) : { ...known, pxPerCm };
        if (isInCm && pxPerCm === undefined) {
          throw new StorageError(`the model measures in cm, and nothing says the scale of this recording: ${path}`, {
            hint: 'Give it with --px-per-cm or a table with --scales, or calibrate the video in the project.',
          });
        }
        const tracksHash = await hashFile(path);
        const videoPath = videos === undefined ? undefined : videoOf(videos, fileStem, options.videos as string);
        const videoHash = videoPath === undefined ? undefined : await hashRecording(videoPath);
        const frames = videoPath === undefined ? undefined : await lazyVideo(videoPath, { signal });
        let prepared: PreparedTracks | undefined;
        const prepare = async (): Promise<PreparedTracks> => {
          prepared ??= await prepareTracks(
            path,
            {
              ...(options.fps === undefined ? { assumedFps: model.fps } : { fps: options.fps }),
              ...(frames === undefined ? {} : { size: { widthPx: frames.widthPx, heightPx: frames.heightPx } }),
              targetFps: model.fps,
              repairsSwaps: wanted.repairsSwaps,
              namesMatter: () => !isSymmetric,
              ...(wanted.filter === null ? {} : { filter: wanted.filter as readonly FilterStep[] }),
              ...(coat === undefined || frames === undefined ? {} : { coat: { residentIs: coat, frames } }),
            },
            { report: options.report, signal },
          );
          return prepared;
        };
        const first: (string | undefined)[] = options.eachResident
          ? [...(await prepare()).tracks.individuals]
          : [resident];
        for (const ownResident of first) {
          signal.throwIfAborted();
          const stem = options.eachResident ? `${fileStem}.${fileName(ownResident as string)}` : fileStem;
          const task = `classifying ${stem}${which}`;
          const request = await hashRequest({
            tracksHash,
            modelHash,
            place,
            resident: ownResident ?? null,
            fps: options.fps ?? null,
            formats: [...options.formats].sort(),
            ...(videoHash === undefined ? {} : { videoHash }),
            version: programVersion,
          });
          const before = await readClassifiedRecord(store, stem);
          if (before?.request === request && (await allThere(out, Object.values(before.files)))) {
            done.push({ tracks: path, record: before, isUnchanged: true, boutCount: null, framesPerSec: null });
            continue;
          }
          if (before === undefined && !options.overwrite && (await allThere(out, [`${stem}.csv`]))) {
            throw new StorageError(
              `there is a file of this name that classify did not write: ${join(out, `${stem}.csv`)}`,
              {
                hint: 'Choose another --out, or replace it with --overwrite.',
              },
            );
          }
          progress({ kind: 'work', task, done: 0, unit: 'frames' });
          const fit = await prepare();
          const ordered = withResidentFirst(fit.tracks, ownResident, path);
          const subject = isSymmetric ? stem : (ordered.individuals[0] as string);
          const isNamed = options.eachResident || options.resident !== undefined;
          const tracks = isNamed ? withNamesOfTraining(ordered, wanted) : ordered;
          checkTracks(tracks, wanted, { path, isSymmetric });
          const { timeBase } = tracks;
          const source = behavior.createFeatureSource(
            tracks,
            spec,
            contextOf({ place, frames, exactPosition: ordered === fit.tracks ? fit.exactPosition : undefined }),
          );
          const provenance = createProvenance({
            operation: 'classify',
            versions: programVersions(),
            inputs: [
              { name: basename(path), contentHash: fit.contentHash },
              ...(videoPath === undefined || videoHash === undefined
                ? []
                : [{ name: basename(videoPath), contentHash: videoHash }]),
              { name: `${modelName}/model.json`, contentHash: modelHash },
            ],
            parameters: { fps: model.fps, pxPerCm: pxPerCm ?? null, resident: ownResident ?? null },
            ...(wanted.synthetic ? { synthetic: true } : {}),
          });
          const started = performance.now();
          const result = await behavior.classifyRecording(model, source, {
            subject,
            annotator: modelName,
            ...(temporal === undefined ? {} : { temporal }),
            provenance,
            signal,
            onFrames: (count) =>
              progress({ kind: 'work', task, done: count, total: timeBase.frameCount, unit: 'frames' }),
          });
          signal.throwIfAborted();
          const framesPerSec = (1000 * timeBase.frameCount) / Math.max(1, performance.now() - started);
          const csv = `${stem}.csv`;
          const text = boutsCsv(result.annotations, { recording: stem, timeBase });
          const written: Record<string, string> = { csv };
          if (options.formats.includes('scores')) {
            written.scores = `${stem}.scores.parquet`;
            await writeScores(store, written.scores, result.scores);
          }
          if (options.formats.includes('caltech')) {
            written.caltech = `${stem}.txt`;
            const { writeCaltechAnnotations } = await import('@zoopraxis/io');
            await store.write(
              written.caltech,
              writeCaltechAnnotations([{ recording: stem, annotations: result.annotations }], {
                fps: timeBase.fps,
                frameCount: timeBase.frameCount,
                report: options.report,
                path: written.caltech,
              }),
            );
          }
          await store.write(csv, new TextEncoder().encode(text));
          const record: ClassifiedRecord = {
            format: 'zoopraxis classified record',
            version: 1,
            request,
            recording: stem,
            tracks: basename(path),
            tracksHash: fit.contentHash,
            frameCount: timeBase.frameCount,
            fps: timeBase.fps,
            sourceFps: fit.sourceFps,
            isVariableRate: timeBase.timesSec !== undefined,
            behaviors: [...model.behaviors],
            ...(model.background === undefined ? {} : { background: model.background }),
            model: { name: modelName, hash: modelHash, trainedOn: [...wanted.inputs] },
            files: written,
            notes: [...fit.notes, ...result.notes],
            versions: programVersions(),
            ...(wanted.synthetic ? { synthetic: true } : {}),
          };
          await writeClassifiedRecord(store, stem, record);
          const boutCount = result.annotations.startSec.length;
          done.push({ tracks: path, record, isUnchanged: false, boutCount, framesPerSec });
        }
      } catch (error) {
        signal.throwIfAborted();
        failed.push(failureOf(path, error));
      }
    }
  } finally {
    await lock.release();
  }
  const hashes = new Set(wanted.inputs.map(({ contentHash }) => contentHash));
  return {
    out,
    files: done,
    failed,
    trainedOn: done.filter(({ record }) => hashes.has(record.tracksHash)).map(({ record }) => record.recording),
  };
}

/** Returns a name that every file system takes. */
const fileName = (name: string) => name.replace(/[^\p{L}\p{N}_-]+/gu, '_') || 'animal';

/** Returns tracks of two animals, ordered by the user, under the names that the model knows: its columns are named by them. */
function withNamesOfTraining(tracks: PoseTracks, { individuals }: ModelTracks): PoseTracks {
  return tracks.individuals.length === individuals.length && individuals.length === 2
    ? { ...tracks, individuals: [...individuals] }
    : tracks;
}

async function allThere(folder: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return found.every((stats) => stats?.isFile() === true);
}

/** Refuses tracks that the model was not trained for. */
function checkTracks(
  {
    skeleton,
    individuals,
  }: { readonly skeleton: { readonly keypoints: readonly string[] }; readonly individuals: readonly string[] },
  wanted: ModelTracks,
  { path, isSymmetric }: { readonly path: string; readonly isSymmetric: boolean },
): void {
  const missing = wanted.keypoints.filter((name) => !skeleton.keypoints.includes(name));
  if (missing.length > 0) {
    throw new StorageError(
      `the tracks lack keypoints that the model was trained with (${missing.join(', ')}), they have ${skeleton.keypoints.join(', ')}: ${path}`,
      { hint: 'Use tracks of the same pose model as in training.' },
    );
  }
  if (isSymmetric && individuals.length !== wanted.individuals.length) {
    throw new StorageError(
      `the tracks have ${individuals.length} animals, the model was trained with ${wanted.individuals.length}: ${path}`,
      { hint: 'Use tracks of as many animals as in training.' },
    );
  }
  if (!isSymmetric && individuals.join('\n') !== wanted.individuals.join('\n')) {
    throw new StorageError(
      `the animals of the tracks are called ${individuals.join(', ')}, those of training ${wanted.individuals.join(', ')}: ${path}`,
      { hint: 'Give them the same names, or say with --resident which comes first.' },
    );
  }
}
