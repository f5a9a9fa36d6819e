import { basename } from 'node:path';
import type { FeatureSpec, TrainingRecording } from '@zoopraxis/behavior';
import { type FrameSource, type Skeleton, StorageError } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';
import type { FilterStep } from '@zoopraxis/pose';
import { hashRecording } from '../track/content-hash.js';
import { failureOf } from './evaluate-folders.js';
import {
  contextOf,
  type FeatureChoice,
  featureSpecOf,
  isSymmetricChoice,
  unsureRoles,
  withResidentFirst,
} from './feature-options.js';
import { listBoutFiles, listTrackFiles } from './match-files.js';
import { pairFiles } from './pair-files.js';
import { type PreparedTracks, prepareTracks } from './prepare-tracks.js';
import { placesOfAll, type RecordingPlace, recordingPlaces } from './recording-places.js';
import { lazyVideo, videoOf, videosOfRecordings } from './recording-video.js';
import { readTruthFolder, type TruthSettings, truthOf } from './truth-folder.js';

interface LazyVideo {
  readonly path: string;
  readonly frames: FrameSource;
}

/** What a classifier is trained on. */
export interface TrainingFolders {
  readonly tracks: readonly string[];
  readonly annotations: readonly string[];
  readonly truth: TruthSettings;
  readonly features: FeatureChoice;
  /** Frames per second of files that do not say theirs, and the rate that the classifier works at. */
  readonly fps: number;
  readonly filter?: readonly FilterStep[];
  readonly repairsSwaps: boolean;
  readonly groupOf?: (stem: string) => string;
  /** Folder of videos, matched by name: read where the features need their pixels. */
  readonly videos?: string;
}

/** Recordings to learn from, and what was found in them. */
export interface LoadedTraining {
  readonly recordings: readonly TrainingRecording[];
  readonly spec: FeatureSpec;
  readonly skeleton: Skeleton;
  readonly individuals: readonly string[];
  /** Files and content hashes of the recordings, list in their order. */
  readonly inputs: readonly {
    readonly id: string;
    readonly tracks: string;
    readonly tracksHash: string;
    readonly annotations: string;
    readonly annotationsHash: string;
    /** Where its pixels are read. */
    readonly videoHash?: string;
    /** Scale, arena and regions that its features were computed with. */
    readonly place: RecordingPlace;
  }[];
  readonly notes: readonly string[];
  readonly tracksAlone: readonly string[];
  readonly annotationsAlone: readonly string[];
  readonly failed: readonly ReturnType<typeof failureOf>[];
  /** True where tracks are synthetic. */
  readonly synthetic: boolean;
}

/**
 * Returns recordings to learn from: tracks and annotations of one stem, made fit, with labels and features.
 * @throws StorageError where nothing belongs together, tracks do not fit together, or nothing is scored.
 */
export async function loadTraining(
  folders: TrainingFolders,
  context: {
    readonly report: (problem: FileProblem) => void;
    readonly signal: AbortSignal;
    readonly onRecording?: (done: number, total: number) => void;
  },
): Promise<LoadedTraining> {
  const { report, signal, onRecording } = context;
  const [{ createFeatureSource, unscoredLabel }, { hashFile }] = await Promise.all([
    import('@zoopraxis/behavior'),
    import('@zoopraxis/io/node'),
  ]);
  const [trackFiles, boutFiles] = await Promise.all([
    listTrackFiles(folders.tracks),
    listBoutFiles(folders.annotations),
  ]);
  const { pairs, tracksAlone, annotationsAlone } = await pairFiles(trackFiles, boutFiles, folders.fps);
  if (pairs.length === 0) {
    const [a, b] = [trackFiles[0]?.path ?? '', boutFiles[0]?.path ?? ''];
    throw new StorageError(
      `no tracks have the name of annotations (${basename(a)} and ${basename(b)}, for instance): ${folders.tracks[0]}`,
      { hint: 'Files of one recording need one name, such as session01.csv.gz and session01.txt.' },
    );
  }
  const failed: ReturnType<typeof failureOf>[] = [];
  const prepared = new Map<string, PreparedTracks & { readonly video?: LazyVideo }>();
  const videos =
    (folders.features.pixels === true || folders.features.coat !== undefined) && folders.videos !== undefined
      ? await videosOfRecordings(
          folders.videos,
          pairs.map(({ stem }) => stem),
        )
      : undefined;
  const notes: string[] = [];
  for (const [i, { stem, tracks: path }] of pairs.entries()) {
    signal.throwIfAborted();
    onRecording?.(i, pairs.length);
    try {
      const videoPath = videos === undefined ? undefined : videoOf(videos, stem, folders.videos as string);
      const frames = videoPath === undefined ? undefined : await lazyVideo(videoPath, { signal });
      const fit = await prepareTracks(
        path,
        {
          ...(frames === undefined ? {} : { size: { widthPx: frames.widthPx, heightPx: frames.heightPx } }),
          assumedFps: folders.fps,
          targetFps: folders.fps,
          repairsSwaps: folders.repairsSwaps,
          namesMatter: (individuals) => !isSymmetricChoice(folders.features, individuals),
          ...(folders.filter === undefined ? {} : { filter: folders.filter }),
          ...(folders.features.coat === undefined || frames === undefined
            ? {}
            : { coat: { residentIs: folders.features.coat, frames } }),
        },
        { report, signal },
      );
      const tracks = withResidentFirst(fit.tracks, folders.features.resident, path);
      const { exactPosition, ...rest } = fit;
      prepared.set(stem, {
        ...rest,
        tracks,
        ...(tracks === fit.tracks && exactPosition !== undefined ? { exactPosition } : {}),
        ...(videoPath === undefined || frames === undefined ? {} : { video: { path: videoPath, frames } }),
      });
      notes.push(...fit.notes.map((note) => `${stem}: ${note}`));
    } catch (error) {
      signal.throwIfAborted();
      failed.push(failureOf(path, error));
    }
  }
  onRecording?.(pairs.length, pairs.length);
  const usable = pairs.filter(({ stem }) => prepared.has(stem));
  const [firstFailed] = failed;
  if (usable.length === 0 && firstFailed !== undefined) {
    throw new StorageError(
      `no recording can be learned from, none of ${pairs.length} files of tracks can be used; the first: ${firstFailed.message} (${basename(firstFailed.path)})`,
      { hint: firstFailed.hint ?? 'Mend the files that are named.' },
    );
  }
  const truth = await readTruthFolder(
    usable.map(({ stem, annotations }) => ({ stem, path: annotations })),
    folders.truth,
    { fpsOf: (stem) => prepared.get(stem)?.sourceFps, report, signal },
  );
  failed.push(...truth.failures.map(({ path, error }) => failureOf(path, error)));
  const stems = usable.map(({ stem, tracks: path }) => ({ stem, path }));
  const { places, notes: placeNotes } = placesOfAll(
    stems,
    await recordingPlaces(stems, folders.features),
    folders.features,
  );
  notes.push(...placeNotes);
  const [recordings, inputs]: [TrainingRecording[], LoadedTraining['inputs'][number][]] = [[], []];
  let spec: FeatureSpec | undefined;
  let first: { skeleton: Skeleton; individuals: readonly string[]; stem: string } | undefined;
  let synthetic = false;
  for (const { stem, tracks: path, annotations } of usable) {
    signal.throwIfAborted();
    const [fit, bouts] = [prepared.get(stem), truth.bouts.get(stem)];
    if (fit === undefined || bouts === undefined) continue;
    const { tracks } = fit;
    const place = places.get(path) as RecordingPlace;
    try {
      const labeled = await truthOf(truth, bouts, { timeBase: tracks.timeBase, settings: folders.truth });
      notes.push(...labeled.notes.map(({ message }) => `${stem}: ${message}`));
      if (labeled.truth.label.every((label) => label === unscoredLabel)) continue;
      first ??= { skeleton: tracks.skeleton, individuals: tracks.individuals, stem };
      spec ??= await featureSpecOf(folders.features, tracks);
      checkAlike(tracks, first, { path, isSymmetric: 'symmetric' in spec && spec.symmetric === true });
      recordings.push({
        id: stem,
        group: folders.groupOf?.(stem) ?? stem,
        features: createFeatureSource(
          tracks,
          spec,
          contextOf({
            place,
            exactPosition: fit.exactPosition,
            frames: fit.video?.frames,
          }),
        ),
        truth: labeled.truth,
        ...(labeled.scoredBehaviors === undefined ? {} : { scoredBehaviors: labeled.scoredBehaviors }),
      });
      const isSynthetic = (of: { synthetic?: boolean; parents?: readonly unknown[] }): boolean =>
        of.synthetic === true || (of.parents ?? []).some((parent) => isSynthetic(parent as typeof of));
      synthetic ||= isSynthetic(tracks.provenance as Parameters<typeof isSynthetic>[0]);
      inputs.push({
        id: stem,
        tracks: basename(path),
        tracksHash: fit.contentHash,
        annotations: basename(annotations),
        annotationsHash: await hashFile(annotations),
        place,
        ...(fit.video === undefined ? {} : { videoHash: await hashRecording(fit.video.path) }),
      });
    } catch (error) {
      signal.throwIfAborted();
      failed.push(failureOf(path, error));
    }
  }
  if (first === undefined || spec === undefined || recordings.length === 0) {
    const [problem] = failed;
    throw new StorageError(
      problem === undefined
        ? `no frame of any recording is scored: ${folders.annotations[0]}`
        : `no recording can be learned from: ${problem.message}`,
      {
        hint:
          problem === undefined
            ? 'Check --stream and --unscored: they say which bouts count.'
            : (problem.hint ?? 'Mend the files that are named.'),
      },
    );
  }
  notes.push(...findCopies(inputs, recordings));
  const doubt = await unsureRoles(folders.features, first.skeleton);
  if (doubt !== undefined) notes.unshift(doubt);
  const { skeleton, individuals } = first;
  return { recordings, spec, skeleton, individuals, inputs, notes, tracksAlone, annotationsAlone, failed, synthetic };
}

/** Refuses tracks of other keypoints or another number of animals than the first. */
function checkAlike(
  { skeleton, individuals }: { readonly skeleton: Skeleton; readonly individuals: readonly string[] },
  first: { readonly skeleton: Skeleton; readonly individuals: readonly string[]; readonly stem: string },
  { path, isSymmetric }: { readonly path: string; readonly isSymmetric: boolean },
): void {
  const [own, wanted] = [skeleton.keypoints.join(', '), first.skeleton.keypoints.join(', ')];
  if (own !== wanted) {
    throw new StorageError(`its keypoints (${own}) are not those of ${first.stem} (${wanted}): ${path}`, {
      hint: 'Train on tracks of one pose model, or choose keypoints that all have with --keypoints.',
    });
  }
  const isSame = isSymmetric
    ? individuals.length === first.individuals.length
    : individuals.join('\n') === first.individuals.join('\n');
  if (!isSame) {
    throw new StorageError(
      `its animals (${individuals.join(', ')}) are not those of ${first.stem} (${first.individuals.join(', ')}): ${path}`,
      { hint: 'Give the animals the same names in all files, or train on those apart.' },
    );
  }
}

/** Returns sentences about recordings that are copies of each other in different groups: their scores would be no test. */
function findCopies(inputs: LoadedTraining['inputs'], recordings: readonly TrainingRecording[]): string[] {
  const groups = new Map(recordings.map(({ id, group }) => [id, group]));
  const byHash = new Map<string, string[]>();
  for (const { id, tracksHash } of inputs) byHash.set(tracksHash, [...(byHash.get(tracksHash) ?? []), id]);
  return [...byHash.values()]
    .filter((ids) => ids.length > 1 && new Set(ids.map((id) => groups.get(id))).size > 1)
    .map((ids) => `LEAK: ${ids.join(' and ')} are the same tracks under several names: scores on them are no test`);
}
