import { z } from 'zod';
import type { JumpTarget } from '../api.js';
import { imagesOfVideo } from '../labels/video-images.js';
import type { ServerContext } from '../server-context.js';

/** Largest file of an evaluation that is read. */
const mostBytes = 2 ** 26;

const evaluationSchema = z.looseObject({
  worst: z
    .array(
      z.looseObject({
        group: z.string(),
        file: z.string(),
        frame: z.int().min(0).nullish(),
        individual: z.string().nullish(),
        meanErrorPx: z.number().nullish(),
        largestErrorPx: z.number().nullish(),
        keypoint: z.string().nullish(),
        missedPoints: z.number().nullish(),
      }),
    )
    .default([]),
});

/** Returns the frames of a recording that carry labels, in order; of its first video. */
export async function labeledTargets(context: ServerContext, videoId: string): Promise<JumpTarget[]> {
  const { project } = context;
  const { manifest } = project;
  const video = manifest.videos.find(({ id }) => id === videoId);
  if (video === undefined) return [];
  const { frameOf } = await imagesOfVideo(context, video);
  const who = new Map<number, Set<string>>();
  for (const { name } of manifest.skeletons) {
    const labels = await project.readLabels({ skeleton: name, damaged: 'skip' });
    for (let row = 0; row < labels.image.length; row++) {
      const image = labels.images[labels.image[row] as number];
      const frame = image === undefined ? undefined : frameOf(image);
      if (frame === undefined) continue;
      who.set(frame, (who.get(frame) ?? new Set()).add(labels.annotators[labels.annotator[row] as number] as string));
    }
  }
  return [...who]
    .sort(([a], [b]) => a - b)
    .map(([frame, names]) => ({
      kind: 'labeled',
      frame,
      score: 0,
      text: `labeled by ${[...names].sort().join(', ')}`,
    }));
}

/** Returns the frames on the list of things to label that carry no labels yet, in order. */
export async function suggestedTargets(context: ServerContext, videoId: string): Promise<JumpTarget[]> {
  const { project } = context;
  const video = project.manifest.videos.find(({ id }) => id === videoId);
  if (video === undefined) return [];
  const done = new Set((await labeledTargets(context, videoId)).map(({ frame }) => frame));
  const { images } = await imagesOfVideo(context, video);
  return images
    .filter(({ frame }) => !done.has(frame))
    .map(({ frame, image }) => ({ kind: 'suggested', frame, score: 0, text: `to label: ${image.file}` }));
}

/** Returns the frames of a video that models predicted worst when they were evaluated, the worst first. */
export async function worstTargets(context: ServerContext, videoId: string): Promise<JumpTarget[]> {
  const { project } = context;
  const video = project.manifest.videos.find(({ id }) => id === videoId);
  if (video === undefined) return [];
  const { frameOf } = await imagesOfVideo(context, video);
  const targets: JumpTarget[] = [];
  for (const model of await project.listModels()) {
    const read = async (name: string) => {
      const bytes = await project.store.read(`${project.modelFolder(model)}/${name}`).catch(() => undefined);
      return bytes === undefined || bytes.length > mostBytes ? undefined : parseJson(bytes);
    };
    // A training measures too; what was measured later says more.
    const measured = (await read('evaluation.json')) ?? heldOutOfCard(await read('model.json'));
    if (measured === undefined) continue;
    const parsed = evaluationSchema.safeParse(measured);
    for (const { group, file, individual, ...worst } of parsed.data?.worst ?? []) {
      const frame = frameOf({ group, file });
      if (frame === undefined) continue;
      const { meanErrorPx, largestErrorPx, keypoint, missedPoints } = worst;
      const words =
        meanErrorPx == null
          ? `${missedPoints ?? 'all'} points missed`
          : `mean error ${meanErrorPx.toFixed(1)} px${keypoint == null || largestErrorPx == null ? '' : `, ${keypoint} ${largestErrorPx.toFixed(1)} px`}`;
      targets.push({
        kind: 'worst',
        frame,
        ...(individual == null ? {} : { individual }),
        ...(keypoint == null ? {} : { keypoint }),
        // What was not found at all comes before every error.
        score: meanErrorPx ?? Number.MAX_SAFE_INTEGER,
        text: `${model}: ${words}`,
      });
    }
  }
  return targets.sort((a, b) => b.score - a.score || a.frame - b.frame);
}

/** Returns what the card of a pose model says of its held-out images, undefined for others. */
function heldOutOfCard(card: unknown): unknown {
  const { format, metrics } = (card ?? {}) as { format?: unknown; metrics?: { heldOut?: unknown } };
  return format === 'zoopraxis-pose-model' ? metrics?.heldOut : undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
