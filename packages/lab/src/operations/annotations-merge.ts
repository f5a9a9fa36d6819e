import { StorageError } from '@zoopraxis/core';
import { formatMeasure, formatNumber } from '@zoopraxis/figures';
import { z } from 'zod';
import { boutReadingFields, boutReadingOf } from './annotation-fields.js';
import { writtenLines, writtenSchema } from './annotations-convert.js';
import { failedSchema, failureLines } from './behavior-fields.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { alignRows } from './text-table.js';

/** Conflicts that are listed one by one. */
const shownConflicts = 6;

/** Makes one scoring out of those of several annotators, or of several channels. */
export const annotationsMerge = defineOperation({
  name: 'annotations merge',
  summary: 'Make one scoring out of those of several people, or of several channels',
  details:
    'Each file or folder is the work of one person, whom the file, --annotators or the name of folder or file tells. A behavior goes on in the result where anyone saw it (union), half or more of those who scored it (majority), or all of them (intersection); keep puts all scorings into one file as they are. A behavior that someone has in any recording counts as scored by this person in all. Behaviors that overlap in the result are listed.',
  examples: [
    'zoopraxis annotations merge ann bob cleo --rule majority --out consensus',
    'zoopraxis annotations merge ann.csv bob.csv --rule keep --out both.csv',
    'zoopraxis annotations merge session01.txt --rule union --fps 30 --to caltech --out one-channel',
  ],
  input: z.object({
    files: positional(z.array(z.string().min(1)).min(1), 'files of bouts, or a folder of them for each person'),
    out: z.string().min(1).meta({ description: 'folder, or file for all recordings together', placeholder: 'path' }),
    to: z
      .enum(['csv', 'caltech', 'bento', 'boris', 'boris-project', 'simba'])
      .default('csv')
      .describe('format to write'),
    rule: z
      .enum(['union', 'majority', 'intersection', 'keep'])
      .default('union')
      .describe('who must have seen a behavior: anyone, half or more, all; or keep the scorings apart'),
    as: z.string().min(1).optional().describe('name of who scored the result, by default the rule'),
    annotators: z.array(z.string().min(1)).optional().describe('who scored each file or folder, in their order'),
    channel: z.string().min(1).optional().describe('stream (channel) to take, such as S1; by default all'),
    subject: z.string().min(1).optional().describe('animal whose behavior is taken; by default all'),
    recording: z.string().min(1).optional().describe('the recording that all files are about'),
    tolerance: z.number().min(0).default(0.5).describe('seconds between events without duration that are the same'),
    frames: z.int().positive().optional().describe('frames of each video, where nothing else says it'),
    split: z.boolean().default(false).describe('put behaviors that overlap into several streams of a Caltech file'),
    ...boutReadingFields(),
    force: z.boolean().default(false).describe('replace files that are there'),
  }),
  output: z.object({
    rule: z.string(),
    written: z.array(writtenSchema),
    annotators: z.array(z.string()),
    behaviors: z.array(
      z.object({
        behavior: z.string(),
        scorings: z.int(),
        bouts: z.int(),
        timeSec: z.number(),
        anySec: z.number(),
        allSec: z.number(),
      }),
    ),
    conflicts: z.array(
      z.object({
        recording: z.string(),
        subject: z.string(),
        behaviors: z.tuple([z.string(), z.string()]),
        startSec: z.number(),
        endSec: z.number(),
      }),
    ),
    problems: z.array(problemSchema),
    failed: z.array(failedSchema),
  }),
  async run(input, { signal }) {
    const { problems, report } = collectProblems();
    const [{ recordingLengths }, { loadScorings }, { recordingStem, writeBoutFiles }, { mergeStreams }, { failureOf }] =
      await Promise.all([
        import('../annotations/recording-lengths.js'),
        import('../annotations/load-scorings.js'),
        import('../annotations/write-bout-files.js'),
        import('../annotations/merge-streams.js'),
        import('../behavior/evaluate-folders.js'),
      ]);
    const lengthOf = await recordingLengths({ ...input, report });
    const { streams, failed } = await loadScorings(
      {
        sources: input.files,
        annotators: input.annotators,
        recording: input.recording,
        choice: { channel: input.channel, subject: input.subject },
        reading: await boutReadingOf(input),
      },
      { fpsOf: async (stem) => (await lengthOf(stem)).fps, report, signal },
    );
    const { rule } = input;
    const channels = new Set(streams.map(({ annotations }) => annotations.channel));
    const merged =
      rule === 'keep'
        ? { streams: keepApart(streams), behaviors: [], conflicts: [], plainBouts: 0 }
        : mergeStreams(streams, {
            rule,
            annotator: input.as ?? rule,
            channel: channels.size === 1 ? ([...channels][0] as string) : 'merged',
            toleranceSec: input.tolerance,
          });
    if (rule !== 'keep' && merged.streams.length === streams.length && streams.length > 1) {
      throw new StorageError('no recording is scored twice, so that there is nothing to merge', {
        hint: `Recordings are ${[...new Set(streams.map(({ recording }) => recording))].slice(0, 4).join(', ')}. Give files of one recording the same name, or name it with --recording.`,
      });
    }
    if (merged.plainBouts > 0) {
      report({
        severity: 'note',
        code: 'not-stored',
        file: input.out,
        where: 'the result',
        message: `${merged.plainBouts} bouts have modifiers or a probability, which merged bouts do not have.`,
      });
    }
    const result = await writeBoutFiles(merged.streams, {
      ...input,
      format: input.to,
      lengthOf: (recording) => lengthOf(recordingStem(recording)),
      report,
      signal,
    });
    if (result.written.length === 0 && result.failed[0] !== undefined && result.failed.length === 1) {
      throw result.failed[0].error;
    }
    return {
      rule,
      written: result.written.map((file) => ({
        ...file,
        recordings: [...file.recordings],
        channels: [...file.channels],
      })),
      annotators: [...new Set(streams.map(({ annotations }) => annotations.annotator))].sort(),
      behaviors: merged.behaviors.map((of) => ({ ...of })),
      conflicts: merged.conflicts.map((of) => ({ ...of, behaviors: [...of.behaviors] as [string, string] })),
      problems,
      failed: [...failed, ...result.failed.map(({ path, error }) => failureOf(path, error))],
    };
  },
  text: ({ rule, written, annotators, behaviors, conflicts, problems }) =>
    [
      ...problemLines(problems),
      `${rule === 'keep' ? 'kept apart' : ruleText[rule]}: ${annotators.join(', ')}`,
      ...(behaviors.length === 0
        ? []
        : alignRows([
            ['behavior', 'scorings', 'bouts', 'time, s', 'any saw, s', 'all saw, s'],
            ...behaviors.map((of) => [
              of.behavior,
              String(of.scorings),
              formatNumber(of.bouts),
              ...[of.timeSec, of.anySec, of.allSec].map((sec) => formatMeasure(sec)),
            ]),
          ])),
      ...(conflicts.length === 0 ? [] : [`behaviors overlap in ${formatNumber(conflicts.length)} places:`]),
      ...conflicts
        .slice(0, shownConflicts)
        .map(
          ({ recording, behaviors: [a, b], startSec, endSec }) =>
            `  ${recording}: ${a} and ${b}, ${startSec.toFixed(2)} to ${endSec.toFixed(2)} s`,
        ),
      ...(conflicts.length > shownConflicts ? [`  … and ${conflicts.length - shownConflicts} more, with --json`] : []),
      ...writtenLines(written),
    ].join('\n'),
  failures: ({ failed }) => failureLines('not merged', failed),
});

const ruleText: Readonly<Record<string, string>> = {
  union: 'what anyone saw of',
  majority: 'what half or more saw of',
  intersection: 'what all saw of',
};

/** Returns streams after checking that nobody is there twice. */
function keepApart<
  Stream extends {
    recording: string;
    annotations: { subject: string; target?: string; annotator: string; channel: string };
  },
>(streams: readonly Stream[]): readonly Stream[] {
  const seen = new Set<string>();
  for (const { recording, annotations } of streams) {
    const { subject, target, annotator, channel } = annotations;
    const key = JSON.stringify([recording, subject, target, annotator, channel]);
    if (seen.has(key)) {
      throw new StorageError(`${recording} is scored twice by ${annotator}, channel ${channel}`, {
        hint: 'Name who scored each file with --annotators, or merge the scorings with --rule union.',
      });
    }
    seen.add(key);
  }
  return streams;
}
