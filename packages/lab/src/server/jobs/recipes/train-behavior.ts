import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import { familyField } from '../../../behavior/family-options.js';
import { curveKinds } from '../../../behavior/learning-curves.js';
import type { ServerContext } from '../../server-context.js';
import { defineRecipe } from '../recipe.js';
import { chosenStreams } from './bouts.js';
import { featureInput } from './feature-input.js';
import { chosenField, chosenListField, given, newNameField, seedField } from './fields.js';
import { chosenRecordings, tracksOfRecordings } from './project-names.js';
import { linkTracks, workFolder, writeBouts } from './work-folder.js';

/** Trains a classifier of behavior on annotations and tracks of the project. */
export const trainBehaviorRecipe = defineRecipe({
  name: 'train behavior',
  title: 'Train a behavior classifier',
  isHeavy: true,
  input: z.object({
    name: newNameField('name of the new model'),
    set: chosenField('annotations', 'annotations to learn from'),
    annotator: chosenField('annotators', 'whose bouts, where there are several').optional(),
    channel: z.string().min(1).max(200).optional().describe('which channel, where there are several'),
    subject: z.string().min(1).max(200).optional().describe('whose behavior, where bouts of several animals are there'),
    recordings: chosenListField('recordings', 'by default all that are annotated').optional(),
    tracks: chosenListField('tracks', 'which tracks, where recordings have several').optional(),
    classes: chosenListField('behaviors', 'by default all that are annotated').optional(),
    family: familyField(),
    smoother: z
      .array(z.enum(['none', 'mars', 'hmm', 'semi-markov', 'min-bout']))
      .optional()
      .describe('how labels are smoothed'),
    folds: z
      .int()
      .min(0)
      .max(100)
      .refine((count) => count !== 1, 'must be 0, or 2 or more')
      .default(5)
      .describe('parts of the cross-validation; 0 leaves it out'),
    learningCurve: z.array(z.enum(curveKinds)).optional().describe('measure what more scoring would bring'),
    trees: z.int().min(1).max(100_000).optional().describe('most boosted trees (rounds), or trees of the forest'),
    ...featureInput(),
    filter: z.string().min(1).max(500).optional().describe('steps before features, such as likelihood=0.5,fill=5'),
    overwrite: z.boolean().default(false).describe('replace a model of this name that learned something else'),
    seed: seedField(),
  }),
  jobTitle: ({ name, set }) => `Train ${name} on ${set}`,
  async plan(context, input) {
    const { name, set, annotator, channel, subject, recordings: ids, tracks: wanted, featureSet, ...settings } = input;
    const streams = await chosenStreams(context, { set, annotator, channel, subject });
    const annotated = new Set(streams.map(({ recording }) => recording));
    const recordings = chosenRecordings(context, ids).filter(({ id }) => annotated.has(id));
    const chosen = await tracksOfRecordings(context, recordings, wanted);
    if (chosen.length === 0) {
      throw new StorageError('no annotated recording has tracks', {
        hint: 'Track the videos first, or annotate recordings that have tracks.',
      });
    }
    const work = await workFolder(context, 'train behavior', input);
    const learned = new Set(chosen.map(({ recording }) => recording.id));
    return [
      {
        operation: 'train behavior',
        input: given({
          ...settings,
          set: featureSet,
          project: context.folder,
          tracks: await linkTracks(context, work, chosen),
          annotations: await writeBouts(
            work,
            streams.filter(({ recording }) => learned.has(recording)),
            set,
          ),
          annotator,
          stream: channel,
          subject,
          fps: await commonRate(context, chosen[0]?.tracks as string),
          out: join(context.folder, context.project.modelFolder(name)),
        }),
      },
    ];
  },
});

/** Returns the frames per second of tracks: the rate at which the classifier works. */
async function commonRate({ project }: ServerContext, name: string): Promise<number> {
  const { timeBase } = await project.readTracks(name, { startFrame: 0, endFrame: 1 });
  return timeBase.fps;
}
