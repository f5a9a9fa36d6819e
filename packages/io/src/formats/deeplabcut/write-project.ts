import type { ByteStore, LabeledFrames } from '@zoopraxis/core';
import type { Report } from '../file-problem.js';
import { uniqueIndividual } from './columns.js';
import { type DeepLabCutVideo, writeDeepLabCutConfig } from './config.js';
import { writeDeepLabCutLabelsCsv, writeDeepLabCutLabelsHdf5 } from './write-labels.js';

/** What a project folder says beside the labels. */
export interface ProjectWriteOptions {
  readonly report: Report;
  /** Whose labels; must be given where there are several annotators. */
  readonly annotator?: string;
  /** Name in the files; default: the annotator. */
  readonly scorer?: string;
  /** Project name, such as `openfield`; kept where `config.yaml` exists and this is not given. */
  readonly task?: string;
  /** Such as `Nov21`. */
  readonly date?: string;
  /** True for several animals; default: where there are several individuals. */
  readonly multiAnimal?: boolean;
  /** Keypoints that only the individual `single` has. */
  readonly uniqueKeypoints?: readonly string[];
  readonly videos?: readonly DeepLabCutVideo[];
  /** Where the folder will lie, which DeepLabCut asks for. */
  readonly projectPath?: string;
}

/**
 * Writes labels as a DeepLabCut project: `config.yaml` (other keys and comments of an existing one are kept) and, for
 * each folder of labeled-data, `CollectedData_<scorer>` as CSV and as HDF5. Images are the caller's to copy.
 */
export async function writeDeepLabCutProject(
  store: ByteStore,
  labels: LabeledFrames,
  options: ProjectWriteOptions,
): Promise<void> {
  const { skeleton, individuals, annotators, images } = labels;
  const annotator = options.annotator ?? (annotators.length === 1 ? annotators[0] : undefined);
  if (annotator === undefined) {
    throw new RangeError(`DeepLabCut project: annotator must be one of ${annotators.join(', ')}, got none`);
  }
  const scorer = options.scorer ?? annotator;
  if (!/^[^\\/\0]+$/.test(scorer)) {
    throw new RangeError(`DeepLabCut project: scorer must be usable in a file name, got ${JSON.stringify(scorer)}`);
  }
  const multiAnimal = options.multiAnimal ?? individuals.length > 1;
  const uniqueKeypoints = multiAnimal ? (options.uniqueKeypoints ?? []) : [];
  const text = writeDeepLabCutConfig(
    {
      ...(options.task === undefined ? {} : { task: options.task }),
      ...(options.date === undefined ? {} : { date: options.date }),
      ...(options.videos === undefined ? {} : { videos: options.videos }),
      ...(options.projectPath === undefined ? {} : { projectPath: options.projectPath }),
      scorer,
      multiAnimal,
      keypoints: skeleton.keypoints.filter((name) => !uniqueKeypoints.includes(name)),
      uniqueKeypoints,
      individuals: uniqueKeypoints.length > 0 ? individuals.filter((name) => name !== uniqueIndividual) : individuals,
      edges: skeleton.edges.map(([a, b]) => [skeleton.keypoints[a] as string, skeleton.keypoints[b] as string]),
    },
    await store.read('config.yaml'),
  );
  await store.write('config.yaml', new TextEncoder().encode(text));
  for (const group of [...new Set(images.map((image) => image.group))].sort()) {
    const given = { group, annotator, scorer, multiAnimal, uniqueKeypoints };
    const name = `labeled-data/${group}/CollectedData_${scorer}`;
    await store.write(`${name}.csv`, writeDeepLabCutLabelsCsv(labels, { ...given, report: options.report }));
    // The CSV's report has told everything already.
    await store.write(`${name}.h5`, writeDeepLabCutLabelsHdf5(labels, { ...given, report: () => undefined }));
  }
}
