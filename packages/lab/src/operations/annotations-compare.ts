import { basename, dirname, resolve } from 'node:path';
import { formatMeasure, formatNumber } from '@zoopraxis/figures';
import { z } from 'zod';
import { boutReadingFields, boutReadingOf } from './annotation-fields.js';
import { failedSchema, failureLines, someNames } from './behavior-fields.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { alignRows } from './text-table.js';

const scoresSchema = z.looseObject({
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  f1: z.number().nullable(),
});
const timingSchema = z.looseObject({ count: z.int(), median: z.number().nullable() });
const pairSchema = z.looseObject({
  annotators: z.tuple([z.string(), z.string()]),
  recordings: z.int(),
  time: scoresSchema,
  bouts: scoresSchema,
  onset: timingSchema,
  offset: timingSchema,
});
const coefficientSchema = z.looseObject({
  value: z.number().nullable().optional(),
  notMeasured: z.string().optional(),
});

/** Measures how well people, or a person and a program, agree on bouts of behavior. */
export const annotationsCompare = defineOperation({
  name: 'annotations compare',
  summary: 'Measure how well people agree on bouts of behavior',
  details:
    'Each file or folder is the work of one person (or program), whom the file, --annotators or the name of folder or file tells; a table of several people may stand alone. Recordings are matched by name. Of each behavior: time and bouts, precision, recall and F1 by time and by bouts, against the majority of the others or --reference and between each two, and how far onsets and offsets lie apart; of all together kappa and alpha. --rescored takes what the same people scored a second time.',
  examples: [
    'zoopraxis annotations compare ann bob --fps 30 --channel S1 --report agreement.html',
    'zoopraxis annotations compare raters.csv --reference ann --json',
    'zoopraxis annotations compare ann bob --rescored again/ann,again/bob',
  ],
  input: z.object({
    files: positional(z.array(z.string().min(1)).min(1), 'files of bouts, or a folder of them for each person'),
    annotators: z.array(z.string().min(1)).optional().describe('who scored each file or folder, in their order'),
    rescored: z.array(z.string().min(1)).optional().describe('files or folders of second scorings by the same people'),
    reference: z
      .string()
      .min(1)
      .optional()
      .describe('person whom the others are measured against, beside the majority'),
    behaviors: z
      .array(z.string().min(1))
      .optional()
      .describe('behaviors to compare; by default all that two people scored'),
    scored: z
      .array(z.string().min(1))
      .optional()
      .describe('behaviors that all looked for, also those who have no bout of them'),
    channel: z.string().min(1).optional().describe('stream (channel) to compare, such as S1'),
    subject: z.string().min(1).optional().describe('animal whose behavior is compared; by default each by itself'),
    recording: z.string().min(1).optional().describe('the recording that all files are about'),
    minimumOverlap: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('overlap from which two bouts are the same: time in both divided by time in either'),
    ...boutReadingFields(),
    report: z.string().min(1).optional().meta({ description: 'write an HTML page', placeholder: 'file.html' }),
  }),
  output: z.looseObject({
    annotators: z.array(z.string()),
    recordings: z.array(z.looseObject({ recording: z.string(), annotators: z.array(z.string()), seconds: z.number() })),
    behaviors: z.array(
      z.looseObject({
        behavior: z.string(),
        annotators: z.array(
          z.looseObject({
            annotator: z.string(),
            total: z.number(),
            boutCount: z.int(),
            versusReference: pairSchema.omit({ annotators: true }).nullable(),
            versusMajority: pairSchema.omit({ annotators: true }).nullable(),
          }),
        ),
        pairs: z.array(pairSchema),
        outlying: z.array(z.looseObject({ annotator: z.string() })),
      }),
    ),
    chance: z.looseObject({
      categories: z.array(z.string()),
      frameCount: z.int(),
      cohen: z.array(z.looseObject({ annotators: z.tuple([z.string(), z.string()]), kappa: coefficientSchema })),
      fleiss: coefficientSchema,
      krippendorff: coefficientSchema,
    }),
    fps: z.number(),
    unshared: z.array(z.object({ behavior: z.string(), annotator: z.string() })),
    alone: z.array(z.string()),
    report: z.string().optional(),
    problems: z.array(problemSchema),
    failed: z.array(failedSchema),
  }),
  async run(input, { signal }) {
    const { problems, report } = collectProblems();
    const [{ recordingLengths }, { loadScorings }, { agreementsOf }] = await Promise.all([
      import('../annotations/recording-lengths.js'),
      import('../annotations/load-scorings.js'),
      import('../annotations/compare-scorings.js'),
    ]);
    const lengthOf = await recordingLengths({ ...input, report });
    const context = { fpsOf: async (stem: string) => (await lengthOf(stem)).fps, report, signal };
    const common = {
      recording: input.recording,
      choice: { channel: input.channel, subject: input.subject },
      reading: await boutReadingOf(input),
      scored: input.scored,
    };
    const first = await loadScorings(
      { ...common, sources: input.files, annotators: input.annotators, alike: true },
      context,
    );
    const second =
      input.rescored === undefined ? undefined : await loadScorings({ ...common, sources: input.rescored }, context);
    const stated = first.streams.map(({ annotations }) => annotations.frameBase?.fps).find((fps) => fps !== undefined);
    const fps = input.fps ?? stated ?? 30;
    const agreements = agreementsOf(first.streams, {
      fps,
      behaviors: input.behaviors,
      reference: input.reference,
      minimumOverlap: input.minimumOverlap,
      ...(second === undefined ? {} : { rescored: second.streams }),
    });
    const { recordings, ...measured } = agreements;
    const result = {
      ...JSON.parse(JSON.stringify(measured)),
      fps,
      recordings: recordings.map(({ recording, annotations, scored }) => ({
        recording,
        annotators: annotations.map(({ annotator }) => annotator),
        seconds: scored.endSec - scored.startSec,
      })),
      problems,
      failed: [...first.failed, ...(second?.failed ?? [])],
    };
    if (input.report !== undefined) {
      const [{ agreementReport }, { FolderStore }] = await Promise.all([
        import('../annotations/agreement-report.js'),
        import('@zoopraxis/io/node'),
      ]);
      const path = resolve(input.report);
      await new FolderStore(dirname(path)).write(basename(path), new TextEncoder().encode(agreementReport(agreements)));
      result.report = path;
    }
    return result;
  },
  text({ annotators, recordings, behaviors, chance, fps, unshared, alone, report, problems }) {
    const shown = (value: number | null | undefined) => formatMeasure(value ?? Number.NaN);
    const coefficient = (of: z.output<typeof coefficientSchema>) => of.notMeasured ?? shown(of.value);
    return [
      ...problemLines(problems),
      `${annotators.join(', ')}: ${recordings.length} ${recordings.length === 1 ? 'recording' : 'recordings'} that two or more scored`,
      ...alignRows([
        ['behavior', 'annotator', 'time, s', 'bouts', 'F1 by time', 'F1 of bouts'],
        ...behaviors.flatMap(({ behavior, annotators: own }) =>
          own.map((one) => [
            behavior,
            one.annotator,
            shown(one.total),
            formatNumber(one.boutCount),
            shown((one.versusReference ?? one.versusMajority)?.time.f1),
            shown((one.versusReference ?? one.versusMajority)?.bouts.f1),
          ]),
        ),
      ]),
      'each two (later is above 0, the second minus the first):',
      ...alignRows([
        ['behavior', 'pair', 'F1 by time', 'F1 of bouts', 'onset, median s', 'offset, median s'],
        ...behaviors.flatMap(({ behavior, pairs }) =>
          pairs.map((pair) => [
            behavior,
            pair.annotators.join(' and '),
            shown(pair.time.f1),
            shown(pair.bouts.f1),
            shown(pair.onset.median),
            shown(pair.offset.median),
          ]),
        ),
      ]),
      `beyond chance, on ${formatNumber(chance.frameCount)} moments (${formatNumber(fps)} a second):`,
      ...chance.cohen.map(
        ({ annotators: pair, kappa }) => `  ${pair.join(' and ')}: Cohen's kappa ${coefficient(kappa)}`,
      ),
      ...(annotators.length > 2
        ? [
            `  all: Fleiss' kappa ${coefficient(chance.fleiss)}, Krippendorff's alpha ${coefficient(chance.krippendorff)}`,
          ]
        : []),
      ...behaviors.flatMap(({ behavior, outlying }) =>
        outlying.map(({ annotator }) => `${annotator} stands out on ${behavior}: reasons with --json or --report`),
      ),
      ...unshared.map(({ behavior, annotator }) => `not compared: ${behavior}, which ${annotator} alone scored`),
      ...(alone.length === 0 ? [] : [`not compared: ${someNames(alone)}, which one person alone scored`]),
      ...(report === undefined ? [] : [`written: ${report}`]),
    ].join('\n');
  },
  failures: ({ failed }) => failureLines('not read', failed),
});
