import { join } from 'node:path';
import { z } from 'zod';
import { defineRecipe } from '../recipe.js';
import { annotatorsField, chosenField, given } from './fields.js';
import { labelAnnotators, modelFolder } from './project-names.js';

/** Files of an evaluation in the folder of its model. */
export const poseEvaluationFiles = {
  page: 'evaluation.html',
  sheet: 'evaluation-worst.png',
  numbers: 'evaluation.json',
} as const;

/** Measures a model on the labeled images that its training held out. */
export const evaluatePoseRecipe = defineRecipe({
  name: 'evaluate pose',
  title: 'Evaluate a pose model',
  isHeavy: true,
  input: z.object({
    model: chosenField('pose models', 'model to measure'),
    annotator: annotatorsField().optional(),
    cutoff: z.number().min(0).max(1).default(0.6).describe('confidence for the figures with a cutoff'),
  }),
  jobTitle: ({ model }) => `Evaluate ${model}`,
  async plan(context, input) {
    const folder = await modelFolder(context, input.model, 'pose');
    const { page, sheet } = poseEvaluationFiles;
    const files = { report: join(folder, page), sheet: join(folder, sheet) };
    const annotator = labelAnnotators(context, input.annotator);
    return [{ operation: 'evaluate pose', input: given({ ...input, ...files, annotator, project: context.folder }) }];
  },
  async finish({ project }, { model }, [output]) {
    const text = `${JSON.stringify(output, null, 2)}\n`;
    await project.store.write(
      `${project.modelFolder(model)}/${poseEvaluationFiles.numbers}`,
      new TextEncoder().encode(text),
    );
  },
});
