import { join } from 'node:path';
import { createAnnotations, StorageError } from '@zoopraxis/core';
import { type AnnotationsTable, createProvenance, type RecordedAnnotations, readBoutFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { z } from 'zod';
import { programVersions } from '../../../jobs/program-version.js';
import type { ServerContext } from '../../server-context.js';
import { defineRecipe } from '../recipe.js';
import { chosenField, chosenListField, given } from './fields.js';
import { chosenRecordings, modelFolder, tracksOfRecordings } from './project-names.js';
import { linkTracks, workFolder } from './work-folder.js';

/** Returns the folder in a project that holds the probabilities of a model: `<recording>.scores.parquet`, a row for each frame. */
export const scoresFolder = (model: string): string => `scores/${model}`;

/** Files that `classify` wrote of one recording, and what they are about. */
const outputSchema = z.looseObject({
  behaviors: z.array(z.string()),
  recordings: z.array(z.looseObject({ recording: z.string(), files: z.record(z.string(), z.string()) })),
});

/** Names the behavior in tracks of the project with one of its classifiers. */
export const classifyRecipe = defineRecipe({
  name: 'classify',
  title: 'Name the behavior',
  isHeavy: true,
  input: z.object({
    model: chosenField('behavior models', 'classifier to use'),
    recordings: chosenListField('recordings', 'by default all that have tracks').optional(),
    tracks: chosenListField('tracks', 'which tracks, where recordings have several').optional(),
    resident: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('name of the animal that comes first, by default that of training'),
    pxPerCm: z.number().positive().optional().describe('scale of the videos, by default that of training'),
  }),
  jobTitle: ({ model, recordings }) => {
    const what =
      recordings === undefined
        ? 'all recordings'
        : recordings.length === 1
          ? recordings[0]
          : `${recordings.length} recordings`;
    return `Classify ${what} with ${model}`;
  },
  async plan(context, input) {
    const { model, recordings: ids, tracks: wanted, ...settings } = input;
    const folder = await modelFolder(context, model, 'behavior');
    const chosen = await tracksOfRecordings(context, chosenRecordings(context, ids), wanted);
    if (chosen.length === 0) {
      throw new StorageError('no recording has tracks', { hint: 'Track the videos first.' });
    }
    const work = await workFolder(context, 'classify', input);
    const out = join(context.folder, scoresFolder(model));
    const tracks = await linkTracks(context, work, chosen);
    return [
      {
        operation: 'classify',
        input: given({ ...settings, project: context.folder, tracks: [tracks], model: folder, out }),
      },
    ];
  },
  async finish(context, { model }, [output]) {
    const { behaviors, recordings } = outputSchema.parse(output);
    const { project } = context;
    const store = new FolderStore(join(context.folder, scoresFolder(model)));
    const streams: RecordedAnnotations[] = [];
    const about = new Set<string>();
    for (const { recording: stem, files } of recordings) {
      const recording = recordingOf(context, stem);
      const bytes = await store.read(files.csv ?? `${stem}.csv`);
      if (recording === undefined || bytes === undefined) continue;
      about.add(recording);
      const read = await readBoutFile(bytes, { recording, annotator: model, report: () => {} });
      streams.push(...read.streams.map((stream) => withAllBehaviors({ ...stream, recording }, model, behaviors)));
    }
    const set = await setOf(context, model);
    const before = (await project.listAnnotations()).includes(set) ? (await project.readAnnotations(set)).streams : [];
    const table: AnnotationsTable = {
      streams: [...before.filter(({ recording }) => !about.has(recording)), ...streams],
      provenance: createProvenance({
        operation: 'classify',
        versions: programVersions(),
        inputs: [],
        parameters: { model },
      }),
    };
    await project.writeAnnotations(set, table);
    await project.updateRecordings((all) =>
      all.map((recording) =>
        about.has(recording.id) && !recording.scores.includes(model)
          ? { ...recording, scores: [...recording.scores, model] }
          : recording,
      ),
    );
  },
});

/** Returns the recording that results are about: named like it, or like it and one of its animals. */
function recordingOf({ project }: ServerContext, stem: string): string | undefined {
  const ids = project.manifest.recordings.map(({ id }) => id);
  if (ids.includes(stem)) return stem;
  return ids.filter((id) => stem.startsWith(`${id}.`)).sort((a, b) => b.length - a.length)[0];
}

/** Returns a stream that lists all that the model knows: what has no bout did not happen. */
function withAllBehaviors(stream: RecordedAnnotations, model: string, all: readonly string[]): RecordedAnnotations {
  const { annotations } = stream;
  const behaviors = [...new Set([...annotations.behaviors, ...all])];
  return { ...stream, annotations: createAnnotations({ ...annotations, annotator: model, behaviors }) };
}

/** Returns the name of the set of a model's bouts: never one in which people annotate. */
async function setOf({ project }: ServerContext, model: string): Promise<string> {
  if (!(await project.listAnnotations()).includes(model)) return model;
  const { provenance } = await project.readAnnotations(model, { recordings: [] });
  return provenance.operation === 'classify' ? model : `${model}-predicted`;
}
