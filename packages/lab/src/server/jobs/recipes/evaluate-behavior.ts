import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import { z } from 'zod';
import { defineRecipe } from '../recipe.js';
import { chosenStreams } from './bouts.js';
import { scoresFolder } from './classify.js';
import { chosenField, chosenListField, given, seedField } from './fields.js';
import { chosenRecordings, modelFolder } from './project-names.js';
import { workFolder, writeBouts } from './work-folder.js';

/** Compares what a classifier named with what people annotated. */
export const evaluateBehaviorRecipe = defineRecipe({
  name: 'evaluate behavior',
  title: 'Evaluate a behavior classifier',
  isHeavy: true,
  input: z.object({
    model: chosenField('behavior models', 'classifier, after it classified the recordings'),
    set: chosenField('annotations', 'annotations of people'),
    annotator: chosenField('annotators', 'whose bouts, where there are several').optional(),
    channel: z.string().min(1).max(200).optional().describe('which channel, where there are several'),
    subject: z.string().min(1).max(200).optional().describe('whose behavior, where bouts of several animals are there'),
    recordings: chosenListField('recordings', 'by default all that both have').optional(),
    classes: chosenListField('behaviors', 'by default all that are annotated').optional(),
    tolerance: z.number().positive().default(0.5).describe('seconds by which the ends of two bouts may differ'),
    overlap: z.number().min(0).max(1).default(0.5).describe('overlap from which bouts are one'),
    seed: seedField(),
  }),
  jobTitle: ({ model, set }) => `Evaluate ${model} against ${set}`,
  async plan(context, input) {
    const { model, set, annotator, channel, subject, recordings: ids, ...settings } = input;
    const folder = await modelFolder(context, model, 'behavior');
    const streams = await chosenStreams(context, { set, annotator, channel, subject });
    const annotated = new Set(streams.map(({ recording }) => recording));
    const from = join(context.folder, scoresFolder(model));
    const files = await new FolderStore(from).list();
    const both = chosenRecordings(context, ids).filter(({ id }) => annotated.has(id) && files.includes(`${id}.csv`));
    if (both.length === 0) {
      throw new StorageError(`${model} has classified no recording that ${set} annotates`, {
        hint: 'Classify the recordings first.',
      });
    }
    const work = await workFolder(context, 'evaluate behavior', input);
    const predicted = join(work, 'predicted');
    await rm(predicted, { recursive: true, force: true });
    await mkdir(predicted, { recursive: true });
    for (const { id } of both) {
      for (const ending of ['.csv', '.scores.parquet', '.classified.json']) {
        if (files.includes(id + ending)) await copyFile(join(from, id + ending), join(predicted, id + ending));
      }
    }
    const wanted = new Set(both.map(({ id }) => id));
    const truth = await writeBouts(
      work,
      streams.filter(({ recording }) => wanted.has(recording)),
      set,
    );
    const report = join(folder, `evaluation-${set}.html`);
    return [
      {
        operation: 'evaluate behavior',
        input: given({ ...settings, predicted, truth, annotator, stream: channel, subject, report }),
      },
    ];
  },
});
