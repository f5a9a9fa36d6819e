import { createHash } from 'node:crypto';
import type { FeatureSpec } from '@zoopraxis/behavior';
import { type Calibration, createSkeleton, DomainError, type Region, type Skeleton } from '@zoopraxis/core';
import { type FrameTableFooter, readFrameTableFooter, recordingOfEntry } from '@zoopraxis/io';
import { placeOfTracks, tracksOfRecording } from '../../track/recording-of-tracks.js';
import type { TraceView } from '../api.js';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { footerOfTracks, listAllTracks } from '../tracks/edited-tracks.js';

/** Features of tracks: one group of them, for no others are computed with it. */
export interface FeatureTraceSource {
  readonly kind: 'features';
  readonly tracks: string;
  /** Changes with the tracks. */
  readonly tag: string;
  readonly spec: FeatureSpec;
  readonly columnCount: number;
  readonly calibration: Calibration | null;
  readonly arena: Region | null;
}

/** Where the numbers of a trace come from. */
export type TraceSource = FeatureTraceSource | { readonly kind: 'scores'; readonly path: string };

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
  if (/distance|between|closest|ahead|aside/.test(name)) return 'distance';
  return 'other';
}

/** Lists of tracks that are kept. */
const mostKept = 500;

/** Lists the traces of recordings; what did not change is not looked up again. */
export type TraceLister = (recording: string) => Promise<readonly Trace[]>;

/** Returns what lists the traces of recordings: probabilities of classifiers, then curves of their tracks. */
export function createTraceLister(context: ServerContext): TraceLister {
  const { project } = context;
  const known = new Map<string, readonly Trace[]>();
  let scores = { revision: 0, byRecording: new Map<string, Promise<Trace[]>>() };
  return async (recording) => {
    if (!project.manifest.recordings.some(({ id }) => id === recording)) {
      throw refusal(404, `the project has no recording ${recording.slice(0, 200)}`);
    }
    const { revision } = context;
    if (scores.revision !== revision) scores = { revision, byRecording: new Map() };
    const ofScores = scores.byRecording.get(recording) ?? scoreTraces(context, recording);
    scores.byRecording.set(recording, ofScores);
    const own = tracksOfRecording(project.manifest, recording, await listAllTracks(context));
    const traces = [...(await ofScores)];
    for (const [i, tracks] of own.entries()) {
      traces.push(...(await featureTraces(context, tracks, { namesTracks: i > 0, known })));
    }
    return traces;
  };
}

async function featureTraces(
  context: ServerContext,
  tracks: string,
  { namesTracks, known }: { readonly namesTracks: boolean; readonly known: Map<string, readonly Trace[]> },
): Promise<readonly Trace[]> {
  const { project } = context;
  const found = await footerOfTracks(context, tracks);
  if (found === undefined) return [];
  const { footer, tag } = found;
  // Features are of a plane.
  if (footer.dimensions !== 2) return [];
  const place = placeOfTracks(project.manifest, tracks);
  const calibration: Calibration | null =
    footer.space === 'image' && place.video?.calibration?.kind === 'plane'
      ? { kind: 'plane', pxPerCm: place.video.calibration.pxPerCm }
      : null;
  const arena = place.recording === undefined ? null : (recordingOfEntry(place.recording).arena ?? null);
  const skeleton: Skeleton = createSkeleton(footer.skeleton as Skeleton);
  const key = JSON.stringify([tracks, tag, calibration, arena, namesTracks]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const { columnsOf, traceSpec } = await import('../analysis/trace-features.js');
  const isCalibrated = calibration !== null || footer.space !== 'image';
  const spec = traceSpec(skeleton, footer.individuals, { isCalibrated });
  const common = { kind: 'features', tracks, tag, calibration, arena } as const;
  // One group after another, in the order in which all of them together have their columns.
  const groups = spec.set === 'general' ? (spec.groups ?? []) : [];
  const made = groups.flatMap((one) => {
    const own: FeatureSpec = { ...spec, groups: [one] } as FeatureSpec;
    const columns = columnsOf(skeleton, footer.individuals, own);
    const source: TraceSource = { ...common, spec: own, columnCount: columns.length };
    return columns.map(({ name, unit, definition, subject, partner }, column) => {
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
  });
  known.set(key, made);
  for (const old of [...known.keys()].slice(0, Math.max(0, known.size - mostKept))) known.delete(old);
  return made;
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
      traces.push({ view, source: { kind: 'scores', path }, column });
    }
  }
  return traces;
}
