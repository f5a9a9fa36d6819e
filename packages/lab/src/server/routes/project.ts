import { type Behavior, createEthogram, createSkeleton, type Region, type Skeleton } from '@zoopraxis/core';
import { entryOfRecording, type Manifest, recordingOfEntry } from '@zoopraxis/io';
import type { Hono } from 'hono';
import { z } from 'zod';
import { tellSaved } from '../bouts/bout-views.js';
import { editsThatFollow } from '../bouts/follow-ethogram.js';
import { outlineHistoryOf, outlinesOf } from '../outlines/outline-history.js';
import { createRoutes, readBody, refusal } from '../problem.js';
import { findEmptyRecordings } from '../project/empty-recordings.js';
import { findVideos } from '../project/find-videos.js';
import { projectView } from '../project/project-view.js';
import type { ServerContext } from '../server-context.js';
import { videoEntry } from '../videos/locate-video.js';

const name = z.string().min(1).max(200);
const pair = z.tuple([z.int().min(0), z.int().min(0)]);
const number = z.number().min(-1e9).max(1e9);
const point = z.tuple([number, number]);

const ethogramSchema = z.object({
  behaviors: z
    .array(
      z.object({
        name,
        kind: z.enum(['state', 'point']).default('state'),
        key: z.string().min(1).max(20).optional(),
        color: z.string().max(20).optional(),
        exclusiveWith: z.array(name).default([]),
        partOf: name.optional(),
      }),
    )
    .max(1000),
  annotator: name.optional(),
  title: z.string().max(200).optional(),
  renamed: z.record(name, name).default({}),
  erased: z.array(name).max(1000).default([]),
});

const skeletonSchema = z.object({
  name,
  keypoints: z.array(name).min(1).max(1000),
  edges: z.array(pair).max(10_000).default([]),
  symmetries: z.array(pair).max(1000).optional(),
  roles: z.record(z.string(), z.int().min(0)).optional(),
  oksSigma: z.object({ values: z.array(z.number().positive()), convention: z.enum(['coco', 'plain']) }).optional(),
  /** New names of keypoints by old ones; left out: a keypoint that stands where another stood has its labels. */
  renamed: z.record(name, name).optional(),
});

const regionSchema = z.object({
  name,
  space: z.enum(['image', 'arena']),
  video: name.optional(),
  shape: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('polygon'), corners: z.array(point).min(3).max(10_000) }),
    z.object({ kind: z.literal('circle'), center: point, radius: z.number().positive().max(1e9) }),
  ]),
});

const recordingSchema = z.object({
  videos: z.array(name).max(100).optional(),
  offsetsSec: z.record(name, number).optional(),
  subjects: z.array(name).max(1000).optional(),
  conditions: z.record(name, z.union([z.string().max(10_000), z.number(), z.boolean()])).optional(),
  arena: regionSchema.nullable().optional(),
  regions: z.array(regionSchema).max(1000).optional(),
});

const withoutUndefined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Value;

/** Returns new names of keypoints by old ones: those that stand where one stood that is there no more. */
function renamedByPlace(before: Skeleton, keypoints: readonly string[]): Record<string, string> {
  if (before.keypoints.length !== keypoints.length) return {};
  const pairs = before.keypoints.flatMap((old, i) => {
    const now = keypoints[i] as string;
    return keypoints.includes(old) || before.keypoints.includes(now) ? [] : [[old, now] as const];
  });
  return Object.fromEntries(pairs);
}

/** Returns the routes of the project itself: its view, and edits of ethogram, skeletons, recordings and calibration. */
export function projectRoutes(context: ServerContext): Hono {
  const { project } = context;
  const routes = createRoutes();
  const changed = async () => {
    context.changed();
    return projectView(context);
  };

  routes.get('/api/project', async (c) => c.json(await projectView(context)));

  routes.post('/api/repair', async (c) => {
    const copies: string[] = [];
    if (project.damage.length > 0) copies.push(...(await project.repairLabels()));
    if (project.boutDamage.length > 0) copies.push(...(await project.repairBouts()));
    return c.json({ copies, project: await changed() });
  });

  routes.post('/api/videos-find', async (c) => {
    const { folder } = await readBody(c, z.object({ folder: z.string().min(1).max(4000) }));
    const found = await findVideos(context, folder, AbortSignal.any([context.signal, c.req.raw.signal]));
    return c.json({ ...found, project: await projectView(context) });
  });

  routes.put('/api/ethogram', async (c) => {
    const body = await readBody(c, ethogramSchema);
    const { behaviors } = createEthogram(body.behaviors.map((item) => withoutUndefined(item) as Behavior));
    const plain = behaviors.map((item) => ({ ...item, exclusiveWith: [...item.exclusiveWith] }));
    const { renamed, erased, annotator = context.annotator, title = 'edit the ethogram' } = body;
    const names = new Set(plain.map((item) => item.name));
    const missing = Object.values(renamed).find((to) => !names.has(to));
    if (missing !== undefined) throw refusal(400, `renamed: must lead to behaviors, got ${missing}`);
    const formerOf = new Map(Object.entries(renamed).map(([from, to]) => [to, from]));
    const edits = await editsThatFollow(context, renamed, erased);
    await project.recordBouts(edits, {
      annotator,
      title,
      renamed,
      ethogram: (before) => {
        const known = new Map(before.map((item) => [item.name, item]));
        return plain.map((item) => {
          // What a newer program keeps with a behavior stays; what was taken away here goes.
          const former = known.get(item.name) ?? known.get(formerOf.get(item.name) ?? '');
          const { key: _k, color: _c, partOf: _p, ...rest } = former ?? {};
          return { ...rest, ...item } as Manifest['ethogram']['behaviors'][number];
        });
      },
    });
    await tellSaved(context, { of: 'bouts', annotator });
    return c.json(await changed());
  });

  routes.put('/api/skeletons/:skeleton', async (c) => {
    const id = c.req.param('skeleton');
    const { renamed, ...body } = await readBody(c, skeletonSchema);
    const before = project.manifest.skeletons.some((item) => item.name === id) ? project.skeleton(id) : undefined;
    if (body.name !== id) {
      throw refusal(400, `name: the skeleton stays ${id}, got ${body.name}`, 'Labels and models know it by its name.');
    }
    const skeleton = createSkeleton(withoutUndefined(body) as Skeleton);
    const names = renamed ?? (before === undefined ? {} : renamedByPlace(before, skeleton.keypoints));
    await project.replaceSkeleton(id, skeleton, { renamed: names });
    return c.json(await changed());
  });

  routes.patch('/api/recordings/:recording', async (c) => {
    const id = c.req.param('recording');
    const { videos, offsetsSec, arena, ...body } = await readBody(c, recordingSchema);
    const isEmpty = videos === undefined ? () => false : await findEmptyRecordings(context);
    const before = outlinesOf(context, id);
    await project.updateManifest((manifest) => {
      const entry = manifest.recordings.find((item) => item.id === id);
      if (entry === undefined) throw refusal(404, `the project has no recording ${id.slice(0, 200)}`);
      const shown = videos ?? entry.videos;
      const unknown = shown.find((video) => !manifest.videos.some((item) => item.id === video));
      if (unknown !== undefined) throw refusal(400, `videos: must be those of the project, got ${unknown}`);
      if (new Set(shown).size < shown.length || shown[0] !== entry.videos[0]) {
        throw refusal(400, 'videos: each must be there once, and the first must stay', 'Frames are counted in it.');
      }
      const foreign = Object.keys(offsetsSec ?? {}).find((video) => !shown.includes(video));
      if (foreign !== undefined) throw refusal(400, `offsetsSec: must be of its videos, got ${foreign}`);
      const { arena: old, ...recording } = recordingOfEntry(entry);
      const outline = arena === undefined ? old : ((arena ?? undefined) as Region | undefined);
      const made = entryOfRecording(
        {
          ...recording,
          ...(withoutUndefined(body) as Partial<typeof recording>),
          ...(outline === undefined ? {} : { arena: outline }),
          videos: shown,
        },
        entry,
      );
      const kept = Object.entries(offsetsSec ?? entry.offsetsSec ?? {}).filter(([video]) => shown.includes(video));
      const { offsetsSec: _, ...rest } = made;
      const next =
        kept.length === 0 && offsetsSec === undefined ? rest : { ...rest, offsetsSec: Object.fromEntries(kept) };
      const came = shown.filter((video) => !entry.videos.includes(video));
      const isAbsorbed = (item: (typeof manifest.recordings)[number]) =>
        item.id !== id && item.videos.length === 1 && came.includes(item.videos[0] as string) && isEmpty(item.id);
      const recordings = manifest.recordings.filter((item) => !isAbsorbed(item));
      return { ...manifest, recordings: recordings.map((item) => (item.id === id ? next : item)) };
    });
    if (arena !== undefined || body.regions !== undefined) {
      await (await outlineHistoryOf(context)).note(id, before, outlinesOf(context, id));
    }
    return c.json(await changed());
  });

  routes.post('/api/recordings/:recording/outlines-undo', async (c) => {
    const { direction } = await readBody(c, z.object({ direction: z.enum(['undo', 'redo']) }));
    await (await outlineHistoryOf(context)).reverse(c.req.param('recording'), direction);
    return c.json(await changed());
  });

  routes.patch('/api/videos/:video', async (c) => {
    const id = c.req.param('video');
    const { pxPerCm } = await readBody(c, z.object({ pxPerCm: z.number().positive().max(1e6).nullable() }));
    if (videoEntry(project.manifest, id).calibration?.kind === 'camera') {
      throw refusal(409, `the video ${id} has the calibration of a camera, which knows its scale`);
    }
    await project.updateManifest((manifest) => ({
      ...manifest,
      videos: manifest.videos.map(({ calibration, ...video }) => {
        if (video.id !== id) return calibration === undefined ? video : { ...video, calibration };
        return pxPerCm === null ? video : { ...video, calibration: { kind: 'plane' as const, pxPerCm } };
      }),
    }));
    return c.json(await changed());
  });

  return routes;
}
