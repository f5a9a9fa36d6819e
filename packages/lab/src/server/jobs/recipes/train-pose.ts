import { StorageError } from '@zoopraxis/core';
import { poseNetworkNames } from '@zoopraxis/pose';
import { z } from 'zod';
import { defineRecipe } from '../recipe.js';
import { annotatorsField, chosenField, chosenListField, given, newNameField, seedField } from './fields.js';
import { labelAnnotators, modelFolder } from './project-names.js';

/** Trains a pose model on the labels of the project. */
export const trainPoseRecipe = defineRecipe({
  name: 'train pose',
  title: 'Train a pose model',
  isHeavy: true,
  canFinish: true,
  input: z.object({
    name: newNameField('name of the new model'),
    network: z.enum(poseNetworkNames).default('unet').describe('architecture'),
    start: z
      .enum(['published', 'random', 'model'])
      .optional()
      .describe('weights to begin with, by default published ones where the architecture has them'),
    startModel: chosenField('pose models', 'model to begin with').optional(),
    timeBudget: z
      .string()
      .regex(/^(\d+(\.\d+)?h)?(\d+(\.\d+)?m)?(\d+(\.\d+)?s)?$/, 'must be a time such as 90s, 20m or 1h30m')
      .min(2)
      .optional()
      .describe('train for about this long, such as 20m'),
    steps: z.int().min(1).max(10_000_000).optional().describe('train for so many steps'),
    annotator: annotatorsField().optional(),
    absent: z
      .enum(['hidden', 'ignored'])
      .default('hidden')
      .describe('what a missing point says: that it is not to be seen, or nothing'),
    heldOutShare: z.number().min(0).max(0.9).default(0.2).describe('share of the images that measures the error'),
    heldOutOf: chosenField(
      'pose models',
      'model whose held-out images are held out again: their errors compare',
    ).optional(),
    testGroups: chosenListField('groups', 'videos to hold out whole').optional(),
    longSide: z.int().min(64).max(4096).optional().describe('scale images to this longer side, px: smaller is faster'),
    batchSize: z.int().min(1).max(256).optional().describe('images in a step'),
    patience: z.int().min(1).optional().describe('stop when so many measurements in a row bring no smaller error'),
    replace: z.boolean().default(false).describe('replace a model of this name'),
    tryForms: z
      .boolean()
      .default(true)
      .describe('first try which forms of operations are fastest on this computer; what was found is kept'),
    seed: seedField(),
  }),
  jobTitle: ({ name }) => `Train ${name}`,
  async plan(context, input) {
    const { start, startModel, ...rest } = input;
    if ((start === 'model') !== (startModel !== undefined)) {
      throw new StorageError('a model to begin with must be named where training starts from one, and only then');
    }
    const weights = startModel === undefined ? start : await modelFolder(context, startModel, 'pose');
    if (rest.heldOutOf !== undefined) await modelFolder(context, rest.heldOutOf, 'pose');
    const annotator = labelAnnotators(context, rest.annotator);
    return [{ operation: 'train pose', input: given({ ...rest, annotator, project: context.folder, start: weights }) }];
  },
});
