import { basename, dirname, join, resolve } from 'node:path';
import { formatMeasure } from '@zoopraxis/figures';
import { z } from 'zod';
import { withProject } from '../jobs/project-folder.js';
import { projectField } from './fields.js';
import { defineOperation } from './operation.js';
import { alignRows } from './text-table.js';

const distance = z.looseObject({ points: z.int(), median: z.number().nullable(), mean: z.number().nullable() });

/** Measures how well annotators of keypoints agree. */
export const evaluateAnnotatorsOperation = defineOperation({
  name: 'evaluate annotators',
  summary: 'Measure how well the people who labeled keypoints agree',
  details:
    'Takes the images of which two annotators or more labeled an animal: distance of each from the median of the others, shares of points within a radius for the closest, mean and furthest annotator, scatter of each keypoint, and left and right that someone may have exchanged. Nothing is changed. docs/annotators.md explains every number.',
  examples: [
    'zoopraxis evaluate annotators openfield --report annotators.html',
    'zoopraxis evaluate annotators openfield --unit body-lengths --out annotators.json',
  ],
  input: z.object({
    project: projectField(),
    unit: z.enum(['px', 'body-lengths']).default('px').describe('unit of distances'),
    reference: z
      .enum(['others', 'all'])
      .default('others')
      .describe('what each is measured against: the median of the others, or of all, which flatters'),
    bandBy: z
      .enum(['frame', 'point'])
      .default('frame')
      .describe('closest and furthest annotator of each frame, or of each point'),
    out: z.string().min(1).optional().meta({ description: 'write the numbers as JSON', placeholder: 'file.json' }),
    report: z.string().min(1).optional().meta({ description: 'write an HTML page', placeholder: 'file.html' }),
  }),
  output: z.looseObject({
    annotators: z.array(z.string()),
    sharedImages: z.int(),
    sharedAnimals: z.int(),
    agreement: z.looseObject({
      unit: z.string(),
      sharedPoints: z.int(),
      perAnnotator: z.record(
        z.string(),
        z.looseObject({ ...distance.shape, perKeypoint: z.record(z.string(), distance) }),
      ),
    }),
    leftAndRight: z.looseObject({ proposals: z.array(z.looseObject({ annotator: z.string() })), undecided: z.int() }),
    out: z.string().optional(),
    report: z.string().optional(),
  }),
  async run({ project: path, unit, reference, bandBy, out, report }) {
    const [{ FolderStore }, { measureKeypointAnnotators }] = await Promise.all([
      import('@zoopraxis/io/node'),
      import('../annotators/keypoint-annotators.js'),
    ]);
    return withProject(path, 'read', async (project, folder) => {
      const labels = await project.readLabels();
      const measured = measureKeypointAnnotators(labels, {
        unit: unit === 'px' ? 'px' : 'body lengths',
        reference,
        bandBy,
      });
      const result = JSON.parse(JSON.stringify({ ...measured, reference, bandBy }));
      const write = async (wanted: string, text: string) => {
        const file = resolve(wanted);
        await new FolderStore(dirname(file)).write(basename(file), new TextEncoder().encode(text));
        return file;
      };
      if (out !== undefined) result.out = await write(out, `${JSON.stringify(result, null, 2)}\n`);
      if (report !== undefined) {
        const { keypointAnnotatorsReport } = await import('../annotators/keypoint-annotators-report.js');
        const paths = labels.images.map((image) => join(folder, project.imageName(image)));
        const { name } = project.manifest;
        const page = await keypointAnnotatorsReport(measured, { labels, paths }, { project: name, reference, bandBy });
        result.report = await write(report, page);
      }
      return result;
    });
  },
  text({ annotators, sharedImages, sharedAnimals, agreement, leftAndRight, out, report }) {
    const keypoints = Object.keys(agreement.perAnnotator[annotators[0] ?? '']?.perKeypoint ?? {});
    const shown = (value: number | null | undefined) => formatMeasure(value ?? Number.NaN);
    return [
      `${sharedAnimals} animals in ${sharedImages} images that two annotators or more labeled`,
      `distance from the others, ${agreement.unit} (by keypoint the median):`,
      ...alignRows([
        ['annotator', 'points', 'median', 'mean', ...keypoints],
        ...annotators.map((name) => {
          const own = agreement.perAnnotator[name];
          return [
            name,
            String(own?.points ?? 0),
            shown(own?.median),
            shown(own?.mean),
            ...keypoints.map((keypoint) => shown(own?.perKeypoint[keypoint]?.median)),
          ];
        }),
      ]),
      `left and right may be exchanged in ${leftAndRight.proposals.length} pairs, ${leftAndRight.undecided} are undecided`,
      ...[out, report].flatMap((file) => (file === undefined ? [] : [`written: ${file}`])),
    ].join('\n');
  },
});
