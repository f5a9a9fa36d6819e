import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import { ownFolder } from '../../project/own-folder.js';
import type { ServerContext } from '../../server-context.js';
import { editedTracksOf } from '../../tracks/edited-tracks.js';
import { defineRecipe } from '../recipe.js';
import { featureInput } from './feature-input.js';
import { annotatorsField, chosenField, chosenListField, given } from './fields.js';
import { labelAnnotators } from './project-names.js';

async function tracksPath(context: ServerContext, name: string): Promise<string> {
  const { project, folder } = context;
  await (await editedTracksOf(context)).settle();
  const all = await project.listTracks();
  if (all.includes(name)) return join(folder, project.tracksName(name));
  throw new StorageError(`the project has no tracks ${name}`, { hint: `Its tracks: ${all.slice(0, 20).join(', ')}.` });
}

/** Writes features of tracks as tables. */
export const featuresRecipe = defineRecipe({
  name: 'features',
  title: 'Compute features',
  isHeavy: true,
  input: z.object({
    tracks: chosenListField('tracks', 'by default all').optional(),
    ...featureInput(),
    format: z.enum(['parquet', 'csv']).default('parquet').describe('kind of the tables'),
    filter: z.string().min(1).max(500).optional().describe('steps before features, such as likelihood=0.5,fill=5'),
  }),
  jobTitle: ({ tracks }) => (tracks === undefined ? 'Features of all tracks' : `Features of ${tracks.join(', ')}`),
  async plan(context, { tracks, featureSet, ...settings }) {
    const names = tracks ?? (await context.project.listTracks());
    if (names.length === 0) throw new StorageError('the project has no tracks', { hint: 'Track the videos first.' });
    const paths: string[] = [];
    for (const name of names) paths.push(await tracksPath(context, name));
    return [
      {
        operation: 'features',
        input: given({ ...settings, set: featureSet, tracks: paths, out: join(context.folder, 'features') }),
      },
    ];
  },
});

const endings = {
  deeplabcut: '',
  slp: '.slp',
  coco: '.json',
  csv: '.csv',
  h5: '.h5',
  parquet: '.parquet',
  'sleap-analysis': '.analysis.h5',
} as const;

/** Writes labels or tracks for other programs, into `exports/` of the project. */
export const exportRecipe = defineRecipe({
  name: 'export',
  title: 'Export labels or tracks',
  isHeavy: false,
  input: z.object({
    tracks: chosenField('tracks', 'tracks to write; without them the labels of the project are written').optional(),
    format: z
      .enum(['deeplabcut', 'slp', 'coco', 'csv', 'h5', 'parquet', 'sleap-analysis'])
      .describe('deeplabcut, slp and coco for labels; csv, h5, parquet and sleap-analysis for tracks'),
    annotator: annotatorsField().optional(),
    scorer: z.string().min(1).max(100).optional().describe('name that DeepLabCut shows for annotator or model'),
  }),
  jobTitle: ({ tracks, format }) => `Export ${tracks ?? 'labels'} as ${format}`,
  async plan(context, { tracks, format, annotator: wished, ...settings }) {
    const annotator = tracks === undefined ? labelAnnotators(context, wished) : undefined;
    const source = tracks === undefined ? context.folder : await tracksPath(context, tracks);
    const name = tracks ?? `labels-${format}`;
    const to = join(await ownFolder(context.folder, 'exports'), `${name}${endings[format]}`);
    return [{ operation: 'export', input: given({ ...settings, annotator, source, format, to, overwrite: true }) }];
  },
});

/** Writes the project, or tracks, as one page. */
export const reportRecipe = defineRecipe({
  name: 'report',
  title: 'Write a report',
  isHeavy: false,
  input: z.object({
    tracks: chosenField('tracks', 'tracks to report on; without them the project is').optional(),
    cutoff: z.number().min(0).max(1).default(0.6).describe('points less sure than this are not used'),
    pxPerCm: z.number().positive().optional().describe('scale of the image, for speeds in cm/s'),
  }),
  jobTitle: ({ tracks }) => `Report on ${tracks ?? 'the project'}`,
  async plan(context, { tracks, ...settings }) {
    if (tracks === undefined) return [{ operation: 'report', input: { tracks: context.folder } }];
    const out = join(await ownFolder(context.folder, 'exports'), `${tracks}-report.html`);
    return [{ operation: 'report', input: given({ ...settings, tracks: await tracksPath(context, tracks), out }) }];
  },
});
