import { join } from 'node:path';
import { z } from 'zod';
import { defineRecipe } from '../recipe.js';
import { chosenField, chosenListField, given } from './fields.js';
import { chosenVideos, modelFolder } from './project-names.js';

/** Returns the name of the tracks that a model makes of a video: those of several models stand side by side. */
export const tracksOfModel = (video: string, model: string): string => `${video}-${model}`;

/** Tracks videos of the project with one of its models. */
export const trackRecipe = defineRecipe({
  name: 'track',
  title: 'Track videos',
  isHeavy: true,
  input: z.object({
    model: chosenField('pose models', 'model that finds the points'),
    videos: chosenListField('videos', 'by default all').optional(),
    precision: z.enum(['fp32', 'int8']).default('fp32').describe('int8 is faster and a little less exact'),
    follow: z
      .string()
      .regex(/^(auto|\d+)$/, 'must be auto or a number of px')
      .optional()
      .describe('look only at a box that follows the animal: auto, or its side in px'),
    batchSize: z.int().min(1).max(256).optional().describe('frames that go through the network together'),
    overwrite: z
      .boolean()
      .default(false)
      .describe('replace tracks of other settings, or of an earlier model of this name'),
  }),
  jobTitle: ({ model, videos }) => {
    const what = videos === undefined ? 'all videos' : videos.length === 1 ? videos[0] : `${videos.length} videos`;
    return `Track ${what} with ${model}`;
  },
  async plan(context, { model, videos: ids, ...settings }) {
    const folder = await modelFolder(context, model, 'pose');
    const videos = await chosenVideos(context, ids);
    return videos.map(({ entry, path }) => ({
      operation: 'track',
      input: given({
        ...settings,
        videos: [path],
        model: folder,
        name: tracksOfModel(entry.id, model),
        out: join(context.folder, 'tracks'),
        formats: ['none'],
      }),
    }));
  },
  async finish(context, { model, videos: ids }, outputs) {
    const videos = await chosenVideos(context, ids);
    const done = new Map(
      videos.flatMap(({ entry }, i) =>
        outputs[i] == null ? [] : [[entry.id, tracksOfModel(entry.id, model)] as const],
      ),
    );
    await context.project.updateRecordings((recordings) =>
      recordings.map((recording) => {
        const names = recording.videos.flatMap((id) => done.get(id) ?? []);
        const added = names.filter((name) => !recording.tracks.includes(name));
        return added.length === 0 ? recording : { ...recording, tracks: [...recording.tracks, ...added] };
      }),
    );
  },
});
