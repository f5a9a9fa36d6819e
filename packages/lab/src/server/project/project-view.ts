import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Region, TimeBase } from '@zoopraxis/core';
import type { RecordingEntry, VideoEntry } from '@zoopraxis/io';
import { recordingOfEntry } from '@zoopraxis/io';
import { programVersion } from '../../jobs/program-version.js';
import { placeOfTracks, tracksByRecording, tracksOfRecording } from '../../track/recording-of-tracks.js';
import type { ProjectView, RecordingView, StreamView, TracksView, VideoView } from '../api.js';
import { showImageGroups } from '../labels/image-groups.js';
import { groupShownAsVideo } from '../labels/video-images.js';
import { listModelViews } from '../models/model-view.js';
import { outlineHistoryOf } from '../outlines/outline-history.js';
import type { ServerContext } from '../server-context.js';
import { editedTracksOf, footerOfTracks, listAllTracks } from '../tracks/edited-tracks.js';
import { footersOf } from '../tracks/table-footers.js';
import { videosThere } from '../videos/videos-there.js';
import { projectProblems } from './project-problems.js';

/** Returns all that the page knows of a project when it opens. */
export async function projectView(context: ServerContext): Promise<ProjectView> {
  const { folder, project, annotator, isAnnotatorGiven } = context;
  await showImageGroups(context);
  const { manifest } = project;
  const revision = context.revision;
  const [videos, models, tracks] = await Promise.all([
    videosThere(folder, manifest.videos).then((there) =>
      manifest.videos.map((entry) => videoView(entry, there.has(entry.id))),
    ),
    listModelViews(context),
    listTracks(context),
  ]);
  const annotations = await listStreams(context, new Set(models.map(({ name }) => name)));
  const owned = tracksByRecording(
    manifest,
    tracks.map(({ name }) => name),
  );
  const history = await outlineHistoryOf(context);
  const videoById = new Map(manifest.videos.map((entry) => [entry.id, entry]));
  const recordings = manifest.recordings.map((entry) => ({
    ...recordingView(
      entry,
      videoById.get(entry.videos[0] ?? ''),
      (owned.get(entry.id) ?? []).flatMap((name) => tracks.find((view) => view.name === name) ?? []),
    ),
    outlineSteps: history.steps(entry.id),
  }));
  return {
    name: manifest.name,
    folder: basename(folder),
    place: createHash('sha256').update(folder).digest('hex').slice(0, 16),
    programVersion,
    revision,
    annotator,
    isAnnotatorGiven,
    skeletons: manifest.skeletons.map(({ name }) => project.skeleton(name)),
    ethogram: { behaviors: manifest.ethogram.behaviors as ProjectView['ethogram']['behaviors'] },
    videos,
    recordings,
    tracks,
    annotations,
    models,
    labeledFrameCount: project.labeledImageCount,
    labelSummary: project.labelSummary,
    warnings: [...project.warnings, ...footersOf(context).problems.values(), ...(await projectProblems(context))],
    damage: [...project.damage, ...project.boutDamage].map(
      ({ file, line, what }) => `${line === 0 ? 'its start' : `line ${line}`} of ${file}: ${what}`,
    ),
    conflictCount: project.conflicts.length,
  };
}

function videoView(entry: VideoEntry, isThere: boolean): VideoView {
  const { id, source, view, widthPx, heightPx, frameCount, fps, variableRate, calibration } = entry;
  const pxPerCm = calibration?.kind === 'plane' ? calibration.pxPerCm : null;
  const fileName = basename(source.replaceAll('\\', '/'));
  const isImages = groupShownAsVideo(entry) === undefined ? {} : { isImages: true };
  return {
    id,
    fileName,
    view,
    widthPx,
    heightPx,
    frameCount,
    fps,
    isVariableRate: variableRate,
    isThere,
    pxPerCm,
    ...isImages,
  };
}

function recordingView(
  entry: RecordingEntry,
  first: VideoEntry | undefined,
  tracks: readonly TracksView[],
): Omit<RecordingView, 'outlineSteps'> {
  const { id, videos, subjects, conditions, offsetsSec = {} } = entry;
  const { arena, regions } = recordingOfEntry(entry);
  const longest = Math.max(0, ...tracks.map(({ frameCount, fps }) => frameCount / fps));
  return {
    id,
    videos,
    offsetsSec,
    subjects,
    conditions,
    tracks: tracks.map(({ name }) => name),
    arena: (arena as Region | undefined) ?? null,
    regions,
    durationSec: first === undefined ? longest : first.frameCount / first.fps,
  };
}

/** Returns the frames of a recording: those of its first video, else of its tracks; undefined where it has neither. */
export async function timeBaseOfRecording(context: ServerContext, recording: string): Promise<TimeBase | undefined> {
  const { project } = context;
  const entry = project.manifest.recordings.find(({ id }) => id === recording);
  const [first] = entry?.videos ?? [];
  if (first !== undefined && project.manifest.videos.some(({ id }) => id === first)) {
    const { frameCount, fps, timesSec } = await project.video(first);
    return { frameCount, fps, ...(timesSec === undefined ? {} : { timesSec }) };
  }
  const [name] = tracksOfRecording(project.manifest, recording, await listAllTracks(context));
  const footer = name === undefined ? undefined : await footerOfTracks(context, name);
  return footer === undefined ? undefined : { frameCount: footer.footer.frameCount, fps: footer.footer.fps };
}

async function listTracks(context: ServerContext): Promise<TracksView[]> {
  const names = await listAllTracks(context);
  const views = await Promise.all(names.map((name) => tracksView(context, name)));
  return views.filter((view) => view !== undefined);
}

/** Returns what the page knows of tracks, undefined where they cannot be read. */
export async function tracksView(context: ServerContext, name: string): Promise<TracksView | undefined> {
  const found = await footerOfTracks(context, name);
  if (found === undefined) return undefined;
  const { skeleton, individuals, frameCount, fps, space, provenance } = found.footer;
  const { recording, video } = placeOfTracks(context.project.manifest, name);
  const { model, source } = provenance.parameters as { readonly model?: unknown; readonly source?: unknown };
  const maker = [model, source].find((word) => typeof word === 'string');
  return {
    name,
    recording: recording?.id ?? null,
    // Positions in cm are not those of a picture.
    video: space === 'image' ? (video?.id ?? null) : null,
    frameCount,
    fps,
    individuals,
    keypoints: skeleton.keypoints,
    edges: (skeleton.edges ?? []) as TracksView['edges'],
    source: typeof maker === 'string' ? basename(maker) : provenance.operation,
    exchanges: (await editedTracksOf(context)).exchangesOf(name) ?? [],
  };
}

/** Returns the streams of bouts of all sets. */
export async function listStreams(context: ServerContext, models: ReadonlySet<string>): Promise<StreamView[]> {
  const { project } = context;
  const footers = footersOf(context);
  const views: StreamView[] = [];
  for (const set of await project.listAnnotations()) {
    const found = await footers.annotations(set);
    const isOfModel = found?.footer.provenance.operation === 'classify';
    // People do not say how probable their bouts are.
    const programs = new Set(
      found?.footer.streams.filter((own) => own.probability && own.boutCount > 0).map(({ annotator }) => annotator),
    );
    const edited = await project.boutStreams(set).catch(() => undefined);
    const streams = edited ?? found?.footer.streams ?? [];
    for (const { recording, subject, target, annotator, channel, behaviors, boutCount } of streams) {
      const isHuman = !isOfModel && !models.has(annotator) && !programs.has(annotator);
      const key = { set, recording, subject, annotator, channel, ...(target === undefined ? {} : { target }) };
      views.push({ ...key, isHuman, behaviors: [...behaviors], boutCount });
    }
  }
  return views;
}
