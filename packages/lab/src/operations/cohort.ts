import { join, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import { programVersion } from '../jobs/program-version.js';
import { withProject } from '../jobs/project-folder.js';
import { readBlindingKey } from './blind.js';
import { projectField } from './fields.js';
import { defineOperation } from './operation.js';

const boutNames = ['time', 'share', 'count', 'rate', 'bout-duration', 'latency'] as const;
const trackNames = [
  'distance',
  'speed',
  'region-time',
  'region-share',
  'region-visits',
  'region-entries',
  'region-latency',
] as const;

const words = (description: string) => z.array(z.string().min(1)).min(1).optional().describe(description);
const seconds = (description: string) => z.number().min(0).optional().describe(description);

/** Compares groups of animals. */
export const cohort = defineOperation({
  name: 'cohort',
  summary: 'Compare groups of animals: behavior, movement, regions; tests, figures, tables',
  details:
    'Groups are the values of a condition of the recordings. Each animal (condition `animal`) counts once, as the mean of its recordings. Behaviors that were scored and never happened are 0; recordings that were not scored for one are left out and listed.',
  examples: [
    'zoopraxis cohort openfield --by genotype',
    'zoopraxis cohort openfield --by housing --paired --behaviors attack,mount --measures time,latency',
    'zoopraxis cohort openfield --by treatment --within day --measures distance,region-time --bin-sec 60',
  ],
  input: z.object({
    project: projectField(),
    by: z.string().min(1).describe('condition that makes the groups'),
    within: z.string().min(1).optional().describe('condition whose values are compared one by one, such as day'),
    groups: words('groups in their order, by default all'),
    measures: z
      .array(z.enum([...boutNames, ...trackNames]))
      .min(1)
      .default(['time', 'count', 'bout-duration', 'latency'])
      .describe('what to measure'),
    behaviors: words('behaviors, by default all that were scored'),
    paired: z.boolean().default(false).describe('the same animals are in all groups'),
    unit: z.enum(['animal', 'recording', 'bout']).default('animal').describe('what one value stands for'),
    animal: z.string().min(1).default('animal').describe('condition that names the animal'),
    annotators: words('whose bouts count, where several scored'),
    subjects: words('animals of a recording whose bouts count, such as resident'),
    channels: words('channels of annotations that count'),
    annotations: words('annotations of the project that count, by name'),
    fromSec: seconds('start of what is analyzed in each recording'),
    untilSec: seconds('end of what is analyzed in each recording'),
    mergeGapSec: seconds('bouts with no more than this between them become one'),
    minimumBoutSec: seconds('shorter bouts are left out'),
    binSec: z.number().positive().optional().describe('width of bins, for time courses'),
    transitions: z.boolean().default(false).describe('count which behavior follows which'),
    selfTransitions: z.boolean().default(true).describe('leave out that a behavior follows itself'),
    transitionGapSec: seconds('behaviors further apart do not follow one another'),
    bodyParts: z
      .string()
      .min(1)
      .optional()
      .describe('behavior to divide by the part of the other animal that the nose is at: face, body, genital'),
    bodyPartsBy: z.enum(['frame', 'bout']).default('frame').describe('divide frame by frame, or whole bouts'),
    tracks: words('tracks that count, where a recording has several'),
    keypoint: z.string().min(1).optional().describe('the point that stands for the animal'),
    cutoff: z.number().min(0).max(1).default(0.6).describe('points less sure than this are missing'),
    lengthUnit: z.enum(['cm', 'px']).optional().describe('unit of lengths, by default cm where videos are calibrated'),
    minimumStaySec: seconds('shorter stays in a region are jitter at its edge'),
    summary: z.enum(['mean-sem', 'mean-ci', 'median-iqr']).default('mean-sem').describe('what figures show of a group'),
    distribution: z
      .enum(['check', 'normal', 'not-normal'])
      .default('check')
      .describe('what is known of the distribution beforehand; check looks at the values'),
    correction: z
      .enum(['holm', 'bonferroni', 'benjamini-hochberg', 'none'])
      .default('holm')
      .describe('correction of the tests of one measure over behaviors and levels'),
    unblindWith: z.string().min(1).optional().meta({
      description: 'key of a blinded project; the project stays blinded',
      placeholder: 'file.json',
    }),
    formats: z
      .array(z.enum(['svg', 'pdf', 'png']))
      .min(1)
      .default(['svg'])
      .describe('files of figures'),
    out: z.string().min(1).optional().meta({
      description: 'folder to write to, by default figures/cohort-<by> in the project',
      placeholder: 'folder',
    }),
  }),
  output: z.object({
    out: z.string(),
    report: z.string(),
    files: z.array(z.string()),
    groups: z.array(z.string()),
    animals: z.int(),
    recordings: z.int(),
    /** One line for each measure, level and test. */
    results: z.array(
      z.object({
        measure: z.string(),
        about: z.string(),
        level: z.string(),
        groups: z.array(
          z.object({ name: z.string(), n: z.int(), mean: z.number().nullable(), sem: z.number().nullable() }),
        ),
        test: z.string().nullable(),
        p: z.number().nullable(),
        adjustedP: z.number().nullable(),
        notTested: z.string().nullable(),
      }),
    ),
    leftOut: z.array(z.object({ who: z.string(), what: z.string(), reason: z.string() })),
    notes: z.array(z.string()),
  }),
  async run({ project: path, unblindWith, out: wanted, ...input }, { signal, progress }) {
    const [{ openQueries }, { runCohort }, { compareCohort }, { writeCohort }, blinding] = await Promise.all([
      import('../query/queries.js'),
      import('../cohort/run-cohort.js'),
      import('../cohort/compare-cohort.js'),
      import('../cohort/write-cohort.js'),
      import('../cohort/blinding.js'),
    ]);
    const key = unblindWith === undefined ? undefined : await readBlindingKey(unblindWith);
    return withProject(path, 'read', async (project, folder) => {
      const hidden = blinding.blindingOf(project.manifest);
      const uses = [input.by, input.within, input.animal].filter((name) => name !== undefined);
      const needed = hidden?.conditions.find((name) => uses.includes(name));
      if (hidden !== undefined && key === undefined && needed !== undefined) {
        throw new StorageError(`${needed} is hidden: the project is blinded, and its values are codes: ${folder}`, {
          hint: 'Give the key with --unblind-with (the project stays blinded), or end the blinding with `zoopraxis unblind`.',
        });
      }
      const recordings =
        key === undefined
          ? project.recordings()
          : blinding.unblindRecordings(project.recordings(), project.manifest, key);
      const {
        measures,
        selfTransitions,
        transitionGapSec,
        bodyParts,
        bodyPartsBy,
        summary,
        distribution,
        correction,
        formats,
        ...rest
      } = input;
      const boutMeasures = boutNames.filter((name) => measures.includes(name));
      const movement = trackNames.filter((name) => measures.includes(name));
      const queries = await openQueries(folder);
      try {
        const options = {
          ...definedOf(rest),
          by: rest.by,
          paired: rest.paired,
          unit: rest.unit,
          cutoff: rest.cutoff,
          transitions: rest.transitions,
          measures: boutMeasures,
          movement,
          withSelf: selfTransitions,
          ...(transitionGapSec === undefined ? {} : { maximumGapSec: transitionGapSec }),
          ...(bodyParts === undefined ? {} : { bodyParts: { behavior: bodyParts, by: bodyPartsBy } }),
        };
        const made = await runCohort(project, recordings, options, { queries, signal, progress });
        const compared = compareCohort(made, {
          correction,
          distribution: distribution === 'not-normal' ? 'not normal' : distribution,
          version: programVersion,
        });
        return await writeCohort(compared, {
          out: resolve(wanted ?? join(folder, 'figures', `cohort-${fileName(input.by)}`)),
          project,
          settings: input,
          summary,
          formats,
          version: programVersion,
          warnings: queries.warnings,
          progress,
          signal,
        });
      } finally {
        await queries.close();
      }
    });
  },
  text: ({ groups, animals, recordings, results, leftOut, notes, report }) =>
    [
      `${recordings} recordings of ${animals} animals; groups ${groups.join(', ') || 'none'}`,
      ...results.map(resultLine),
      ...notes.map((note) => `note: ${note}`),
      ...(leftOut.length === 0 ? [] : [`left out: ${leftOut.length} (see left-out.csv)`]),
      ...leftOut.slice(0, 5).map(({ who, what, reason }) => `  ${who}${what === '' ? '' : ` (${what})`}: ${reason}`),
      `report: ${report}`,
    ].join('\n'),
});

/** Returns an object without the fields that are undefined. */
function definedOf<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]-?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

const fileName = (text: string) => text.replace(/[/\\:*?"<>|.\s]+/g, '-');

interface ResultLine {
  readonly measure: string;
  readonly about: string;
  readonly level: string;
  readonly groups: readonly {
    readonly name: string;
    readonly n: number;
    readonly mean: number | null;
    readonly sem: number | null;
  }[];
  readonly test: string | null;
  readonly p: number | null;
  readonly adjustedP: number | null;
  readonly notTested: string | null;
}

function resultLine({ measure, about, level, groups, test, p, adjustedP, notTested }: ResultLine): string {
  const number = (value: number | null) => (value === null ? '–' : Number(value.toPrecision(4)).toString());
  const what = [about, measure, level].filter((part) => part !== '').join(' ');
  const values = groups.map(({ name, n, mean, sem }) => `${name} ${number(mean)} ± ${number(sem)} (n ${n})`).join(', ');
  const words =
    notTested !== null
      ? `not tested: ${notTested}`
      : test === null
        ? ''
        : `${test}, p ${number(p)}${adjustedP === null ? '' : `, adjusted ${number(adjustedP)}`}`;
  return `${what}: ${values}${words === '' ? '' : `; ${words}`}`;
}
