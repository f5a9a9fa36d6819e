import { DomainError } from '@zoopraxis/core';
import { z } from 'zod';
import { withProjectMade } from '../jobs/project-folder.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';

/** Makes videos known to a project. */
export const importVideos = defineOperation({
  name: 'import videos',
  summary: 'Make videos known to a project, where they are',
  details:
    'Files are not copied. Each video gets a recording of its name, or goes into the recording that has it; importing again adds only what is new, and finds videos that were moved. A video that cannot be read is reported at the end; the others are taken.',
  examples: [
    'zoopraxis import videos recordings/ --to openfield',
    'zoopraxis import videos m1.mp4 m2.avi --to openfield --px-per-cm 12.4',
  ],
  input: z.object({
    videos: positional(z.array(z.string().min(1)).min(1), 'videos, folders of videos, or folders of images'),
    to: z.string().min(1).meta({ description: 'project folder, made where there is none', placeholder: 'project' }),
    view: z.enum(['top', 'front', 'side', 'bottom', 'other']).default('top').describe('from where the camera looks'),
    pxPerCm: z.number().positive().optional().describe('scale of the pictures'),
    fps: z.number().positive().max(1e6).optional().describe('frames per second of folders of images'),
    replace: z.boolean().default(false).describe('replace videos of the same name and other content'),
  }),
  output: z.object({
    project: z.string(),
    videos: z.array(
      z.object({ id: z.string(), path: z.string(), state: z.enum(['added', 'replaced', 'moved', 'known']) }),
    ),
    failed: z.array(z.object({ path: z.string(), code: z.string(), message: z.string(), hint: z.string().optional() })),
  }),
  resume: 'Start the same command again to go on; nothing is taken twice.',
  async run({ videos: paths, to, view, pxPerCm, fps, replace }, { signal, progress }) {
    const { addVideos } = await import('../videos/add-videos.js');
    return withProjectMade(to, async (project, folder) => {
      const { videos, failures } = await addVideos(project, folder, paths, {
        view,
        ...(pxPerCm === undefined ? {} : { pxPerCm }),
        ...(fps === undefined ? {} : { fps }),
        replace,
        signal,
        onVideo: (name, done, total) =>
          progress({ kind: 'work', task: `reading ${name}`, done, total, unit: 'videos' }),
      });
      if (videos.length === 0 && failures.length === 1) throw failures[0]?.error;
      return { project: folder, videos: [...videos], failed: failures.map(failureOf) };
    });
  },
  text: ({ project, videos }) =>
    [...videos.map(({ id, path, state }) => `${state}: ${id} (${path})`), `next: zoopraxis studio ${project}`].join(
      '\n',
    ),
  failures: ({ failed }) =>
    failed.map(({ path, message, hint }) => `not imported: ${path}: ${message}${hint === undefined ? '' : ` ${hint}`}`),
});

function failureOf({ path, error }: { readonly path: string; readonly error: unknown }) {
  if (!(error instanceof DomainError)) {
    return { path, code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
  }
  return { path, code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}
