import type { LabelConflict, LabelEdit } from '@zoopraxis/io';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { PointView, StudioApi } from '../api.js';
import { editName, sentEdit, tellSaved } from '../bouts/bout-views.js';
import { labelsView } from '../labels/labels-view.js';
import { chooseFramesOf, noteOnChoice, takeFrames } from '../labels/take-frames.js';
import { imagesOfVideo, videoOfGroup } from '../labels/video-images.js';
import { createRoutes, readBody, readQuery, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { videoEntry } from '../videos/locate-video.js';
import { createOpenVideos } from '../videos/open-videos.js';

const name = z.string().min(1).max(200);
const frame = z
  .int()
  .min(0)
  .max(2 ** 31);
const px = z.number().min(-1e6).max(1e6);

const pointSchema = z.object({ x: px, y: px, visibility: z.enum(['visible', 'occluded']) });

const editsSchema = z.object({
  edit: editName,
  skeleton: name.optional(),
  annotator: name,
  title: z.string().max(200),
  edits: z
    .array(
      z.object({
        frame,
        individual: name,
        points: z.record(name, pointSchema.nullable()).nullable(),
      }),
    )
    .max(100_000),
});

const framesSchema = z.union([
  z.object({ frames: z.array(frame).min(1).max(10_000) }),
  z.object({
    method: z.enum(['uniform', 'kmeans', 'uncertain', 'outlier']),
    count: z.int().min(1).max(10_000),
    tracks: name.optional(),
  }),
]);

type ConflictView = StudioApi['GET /api/labels-conflicts']['response'][number];

const pointView = (point: LabelConflict['ours']): PointView | null =>
  point === null ? null : { x: point[0], y: point[1], visibility: point[2] === 1 ? 'occluded' : 'visible' };

/** Returns the routes of labels: reading, edits with undo, frames to label, conflicts with another program. */
export function labelRoutes(context: ServerContext): Hono {
  const { project } = context;
  const routes = createRoutes();
  const videos = createOpenVideos(1);
  context.onClose(() => videos.close());
  const entryOf = (id: string) => videoEntry(project.manifest, id);
  const checkSkeleton = (skeleton: string | undefined) => {
    if (skeleton !== undefined && !project.manifest.skeletons.some((item) => item.name === skeleton)) {
      throw refusal(404, `the project has no skeleton ${skeleton}`);
    }
  };
  const savedOf = (annotator: string, edit: string | undefined) =>
    tellSaved(context, { of: 'labels', annotator, edit });

  routes.get('/api/labels/:video', async (c) => {
    const { skeleton, since } = readQuery(
      c,
      z.object({ skeleton: name.optional(), since: z.string().max(1000).optional() }),
    );
    checkSkeleton(skeleton);
    return c.json(await labelsView(context, entryOf(c.req.param('video')), { skeleton, since }));
  });

  routes.post('/api/labels/:video', async (c) => {
    const video = entryOf(c.req.param('video'));
    const { edit, skeleton, annotator, title, edits } = await readBody(c, editsSchema);
    checkSkeleton(skeleton);
    if (project.manifest.skeletons.length === 0) {
      throw refusal(422, 'the project has no skeleton', 'Make one first: labels are of its keypoints.');
    }
    const known = project.skeleton(skeleton).keypoints;
    const foreign = edits.flatMap(({ points }) => Object.keys(points ?? {})).find((point) => !known.includes(point));
    if (foreign !== undefined) throw refusal(400, `edits: keypoints must be of the skeleton, got ${foreign}`);
    const images = await takeFrames(
      context,
      { video, videos },
      edits.map((one) => one.frame),
    );
    const before = project.labeledImageCount;
    await project.recordLabels(
      edits.map(
        ({ frame: at, individual, points }): LabelEdit => ({
          image: images.get(at) as LabelEdit['image'],
          individual,
          points,
        }),
      ),
      { annotator, title, ...sentEdit(edit), ...(skeleton === undefined ? {} : { skeleton }) },
    );
    // Where a point lies is nothing that the view of the project shows.
    if (project.labeledImageCount !== before) context.changed();
    return c.json(await savedOf(annotator, edit));
  });

  routes.post('/api/labels/:video/frames', async (c) => {
    const video = entryOf(c.req.param('video'));
    const wish = await readBody(c, framesSchema);
    const signal = AbortSignal.any([context.signal, c.req.raw.signal]);
    const chosen = 'frames' in wish ? null : await chooseFramesOf(context, video, wish, signal);
    const frames = chosen?.frames ?? ('frames' in wish ? wish.frames : []);
    await takeFrames(context, { video, videos }, frames, signal);
    const { images } = await imagesOfVideo(context, video);
    const note = chosen === null || 'frames' in wish ? null : noteOnChoice(chosen, wish);
    return c.json({
      images: images.map(({ image: { group, file }, frame: at }) => ({ frame: at, group, file })),
      taken: { frames, note },
    } satisfies StudioApi['POST /api/labels/:video/frames']['response']);
  });

  routes.post('/api/labels-undo', async (c) => {
    const { edit, annotator, direction } = await readBody(
      c,
      z.object({ edit: editName, annotator: name, direction: z.enum(['undo', 'redo']) }),
    );
    const before = project.labeledImageCount;
    const who = { annotator, ...sentEdit(edit) };
    await (direction === 'undo' ? project.undoLabels(who) : project.redoLabels(who));
    if (project.labeledImageCount !== before) context.changed();
    return c.json(await savedOf(annotator, edit));
  });

  routes.get('/api/labels-conflicts', async (c) => {
    const views: ConflictView[] = [];
    for (const { id, image, individual, keypoint, ours, theirs } of project.conflicts) {
      const video = videoOfGroup(project.manifest, image.group);
      const at = video === undefined ? undefined : (await imagesOfVideo(context, video)).frameOf(image);
      const place = { id, video: video?.id ?? image.group, frame: at ?? null, image: `${image.group}/${image.file}` };
      views.push({ ...place, individual, keypoint, ours: pointView(ours), theirs: pointView(theirs) });
    }
    return c.json(views);
  });

  routes.post('/api/labels-conflicts', async (c) => {
    const { edit, decisions } = await readBody(
      c,
      z.object({
        edit: editName,
        decisions: z.array(z.object({ id: name, take: z.enum(['ours', 'theirs']) })).max(100_000),
      }),
    );
    await project.resolveConflicts(decisions, sentEdit(edit));
    context.changed();
    return c.json(await savedOf(context.annotator, edit));
  });

  return routes;
}
