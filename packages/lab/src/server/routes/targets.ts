import type { Hono } from 'hono';
import { z } from 'zod';
import { placeOfTracks, tracksOfRecording } from '../../track/recording-of-tracks.js';
import { analyzerOf } from '../analysis/analyzer.js';
import { type TrackTargetKind, trackTargetKinds } from '../analysis/target-kinds.js';
import type { JumpTarget } from '../api.js';
import { createRoutes, readQuery, refusal } from '../problem.js';
import { listStreams, timeBaseOfRecording } from '../project/project-view.js';
import type { ServerContext } from '../server-context.js';
import { disagreementTargets, type JudgedStream } from '../targets/disagreements.js';
import { keepTargets, readKeptTargets } from '../targets/kept-targets.js';
import { labeledTargets, suggestedTargets, worstTargets } from '../targets/label-targets.js';
import { analyzedTracks, createFileHashes, keyOf } from '../traces/trace-values.js';
import { footerOfTracks, listAllTracks } from '../tracks/edited-tracks.js';

const kinds = ['labeled', 'suggested', ...trackTargetKinds, 'disagreement', 'worst'] as const;

const query = z.object({
  tracks: z.string().min(1).max(200).optional(),
  kind: z.enum(kinds),
  annotator: z.string().min(1).max(200).optional(),
});

/** Lists of targets that are kept. */
const mostKept = 200;

/** Returns the routes of places worth looking at. */
export function targetRoutes(context: ServerContext): Hono {
  const { project } = context;
  const routes = createRoutes();
  const hashOf = createFileHashes(context);
  const kept = new Map<string, readonly JumpTarget[]>();

  async function ofTracks(name: string, kind: TrackTargetKind, signal: AbortSignal): Promise<readonly JumpTarget[]> {
    const { tracks, content } = await analyzedTracks(context, name, hashOf);
    const key = keyOf({ content, targets: kind });
    const known = kept.get(key) ?? (await readKeptTargets(key, kind));
    if (known !== undefined) return known;
    const request = { kind: 'targets', tracks, targets: kind } as const;
    const found = (await analyzerOf(context).run(key, { what: kind, name }, request, signal)) as JumpTarget[];
    kept.set(key, found);
    await keepTargets(key, found);
    for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - mostKept))) kept.delete(old);
    return found;
  }

  async function disagreements(recording: string, annotator: string, signal: AbortSignal): Promise<JumpTarget[]> {
    const timeBase = await timeBaseOfRecording(context, recording);
    const models = new Set(await project.listModels());
    const all = (await listStreams(context, models)).filter((stream) => stream.recording === recording);
    const people = new Set(all.flatMap(({ set, annotator: who, isHuman }) => (isHuman ? [`${set}/${who}`] : [])));
    const streams: JudgedStream[] = [];
    for (const set of new Set(all.map((stream) => stream.set))) {
      for (const stream of await project.readBouts(set, { recordings: [recording], signal })) {
        streams.push({ ...stream, set, isHuman: people.has(`${set}/${stream.annotations.annotator}`) });
      }
    }
    if (timeBase !== undefined) return disagreementTargets(streams, timeBase, annotator);
    throw refusal(422, `nothing says the frame rate of ${recording}`, 'Add its video or its tracks to the project.');
  }

  routes.get('/api/recordings/:recording/targets', async (c) => {
    const id = c.req.param('recording');
    const { kind, tracks, annotator = context.annotator } = readQuery(c, query);
    const recording = project.manifest.recordings.find((item) => item.id === id);
    if (recording === undefined) throw refusal(404, `the project has no recording ${id.slice(0, 200)}`);
    const { signal } = c.req.raw;
    if (kind === 'disagreement') return c.json(await disagreements(id, annotator, signal));
    if (kind === 'labeled' || kind === 'suggested' || kind === 'worst') {
      const find = { labeled: labeledTargets, suggested: suggestedTargets, worst: worstTargets }[kind];
      // Without tracks frames are those of the first video.
      const video =
        (tracks === undefined ? undefined : placeOfTracks(project.manifest, tracks).video?.id) ?? recording.videos[0];
      return c.json(video === undefined ? [] : await find(context, video));
    }
    const own = tracksOfRecording(project.manifest, id, await listAllTracks(context));
    const name = tracks ?? own[0];
    if (name === undefined) return c.json([]);
    if ((await footerOfTracks(context, name)) === undefined) throw refusal(404, `the project has no tracks ${name}`);
    return c.json(await ofTracks(name, kind, signal));
  });

  return routes;
}
