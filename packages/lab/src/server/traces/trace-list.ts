import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FeatureSpec } from '@zoopraxis/behavior';
import { type Calibration, createSkeleton, DomainError, type Region, type Skeleton } from '@zoopraxis/core';
import { type FrameTableFooter, readFrameTableFooter, recordingOfEntry } from '@zoopraxis/io';
import { columnsOf, traceSpec } from '../analysis/trace-features.js';
import type { TraceView } from '../api.js';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { footerOfTracks, listAllTracks } from '../tracks/edited-tracks.js';
import { placeOfTracks, tracksOfRecording } from '../tracks/recording-of-tracks.js';

/** Where the numbers of a trace come from. */
export type TraceSource =
  | {
      readonly kind: 'features';
      readonly tracks: string;
      /** Changes with the tracks. */
      readonly tag: string;
      readonly spec: FeatureSpec;
      readonly calibration: Calibration | null;
      readonly arena: Region | null;
    }
  | { readonly kind: 'scores'; readonly path: string };

/** A trace, and which column of what it is. */
export interface Trace {
  readonly view: TraceView;
  readonly source: TraceSource;
  readonly column: number;
}

const idOf = (...parts: readonly (string | undefined)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('base64url')
    .slice(0, 20);

/** Returns the heading under which lists show a feature. */
function groupOf(name: string): string {
  if (/speed|approach/.test(name)) return 'speed';
  if (/acceleration/.test(name)) return 'acceleration';
  if (/confidence|missing|animals seen/.test(name)) return 'confidence';
  if (/angle|turn|heading/.test(name)) return 'angle';
  if (/distance|between|closest|ahead|beside|left|right|in front/.test(name)) return 'distance';
  return 'other';
}

/** Returns the traces of a recording: probabilities of classifiers, then curves of its tracks. */
export async function listTraces(context: ServerContext, recording: string): Promise<Trace[]> {
  const { project } = context;
  if (!project.manifest.recordings.some(({ id }) => id === recording)) {
    throw refusal(404, `the project has no recording ${recording.slice(0, 200)}`);
  }
  const own = tracksOfRecording(project.manifest, recording, await listAllTracks(context));
  const traces = await scoreTraces(context, recording);
  for (const tracks of own) traces.push(...(await featureTraces(context, tracks, own.length > 1)));
  return traces;
}

async function featureTraces(context: ServerContext, tracks: string, namesTracks: boolean): Promise<Trace[]> {
  const { project } = context;
  const found = await footerOfTracks(context, tracks);
  if (found === undefined) return [];
  const { footer, tag } = found;
  const place = placeOfTracks(project.manifest, tracks);
  const calibration: Calibration | null =
    footer.space === 'image' && place.video?.calibration?.kind === 'plane'
      ? { kind: 'plane', pxPerCm: place.video.calibration.pxPerCm }
      : null;
  const arena = place.recording === undefined ? null : (recordingOfEntry(place.recording).arena ?? null);
  const skeleton: Skeleton = createSkeleton(footer.skeleton as Skeleton);
  const isCalibrated = calibration !== null || footer.space !== 'image';
  const spec = traceSpec(skeleton, footer.individuals, { isCalibrated });
  const source: TraceSource = { kind: 'features', tracks, tag, spec, calibration, arena };
  return columnsOf(skeleton, footer.individuals, spec).map(({ name, unit, definition, subject, partner }, column) => {
    const isOnly = footer.individuals.length === 1 || subject === '';
    const who = partner === undefined ? subject : `${subject} → ${partner}`;
    const group = namesTracks ? `${groupOf(name)} (${tracks})` : groupOf(name);
    const view: TraceView = {
      id: idOf('features', tracks, name, subject, partner),
      title: isOnly ? name : `${who}: ${name}`,
      unit: unit === '1' ? '' : unit,
      definition,
      group,
      subject: subject === '' ? null : subject,
      fps: footer.fps,
      frameCount: footer.frameCount,
    };
    return { view, source, column };
  });
}

/** Returns the names of the tables of probabilities of a recording, with their models. */
async function scoreTables(
  { project }: ServerContext,
  recording: string,
): Promise<{ readonly model: string; readonly path: string }[]> {
  const others = project.manifest.recordings.map(({ id }) => id).filter((id) => id !== recording);
  return (await project.store.list('scores/')).flatMap((path) => {
    const [, model, stem] = /^scores\/([^/]+)\/([^/]+)\.scores\.parquet$/.exec(path) ?? [];
    if (model === undefined || stem === undefined) return [];
    const isOwn = stem === recording || stem.startsWith(`${recording}.`);
    // A longer name of another recording goes before.
    const isOthers = others.some((id) => id.length > recording.length && (stem === id || stem.startsWith(`${id}.`)));
    return isOwn && !isOthers ? [{ model, path }] : [];
  });
}

async function scoreTraces(context: ServerContext, recording: string): Promise<Trace[]> {
  const traces: Trace[] = [];
  for (const { model, path } of await scoreTables(context, recording)) {
    let footer: FrameTableFooter | undefined;
    try {
      footer = await readFrameTableFooter(context.project.store, path);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
    if (footer === undefined || footer.kind !== 'scores') continue;
    const { columns, fps, frameCount } = footer;
    for (const [column, { name, definition = '', subject, partner }] of columns.entries()) {
      const who = partner === undefined ? subject : `${subject} → ${partner}`;
      const view: TraceView = {
        id: idOf('scores', path, name, subject, partner),
        title: who === undefined || who === '' ? name : `${who}: ${name}`,
        unit: '',
        definition,
        group: `probability of model ${model}`,
        subject: subject ?? null,
        fps,
        frameCount,
      };
      traces.push({ view, source: { kind: 'scores', path: join(path) }, column });
    }
  }
  return traces;
}
