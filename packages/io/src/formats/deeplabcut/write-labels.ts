// Pixel centers: as in label-table.ts, nothing is shifted.
import { joinBytes, type LabeledFrames, visibilities } from '@zoopraxis/core';
import { csvField, csvNumber, firstRowNumbers } from '../csv/csv-text.js';
import type { Report } from '../file-problem.js';
import { hdf5Pieces } from '../hdf5/hdf5-writer.js';
import { type PandasLayout, pandasFile, type WrittenFrame } from '../pandas/write-frame.js';
import { writtenColumns } from './columns.js';

/** Which labels go into a `CollectedData` file, and how. */
export interface LabelWriteOptions {
  /** Folder of labeled-data whose images are written. */
  readonly group: string;
  /** Whose labels; must be given where there are several annotators. */
  readonly annotator?: string;
  /** Name in the header and in the file's name; default: the annotator. */
  readonly scorer?: string;
  /** True for a header with individuals; default: where there are several. */
  readonly multiAnimal?: boolean;
  /** Keypoints that only the individual `single` has. */
  readonly uniqueKeypoints?: readonly string[];
  /** Rows named by labeled-data, folder and file in three columns (default, as DeepLabCut since 2.2) or by one path. */
  readonly rowNames?: 'parts' | 'path';
  /** Takes what the format cannot hold: that a labeled point is occluded. */
  readonly report: Report;
}

interface LabelFrame extends WrittenFrame {
  readonly index: { kind: 'text'; values: string[][] };
}

function labelFrame(labels: LabeledFrames, options: LabelWriteOptions): LabelFrame {
  const { group, report } = options;
  const { skeleton, individuals, annotators, images, position, visibility } = labels;
  const annotator = options.annotator ?? (annotators.length === 1 ? annotators[0] : undefined);
  const annotatorIndex = annotator === undefined ? -1 : annotators.indexOf(annotator);
  if (annotator === undefined || annotatorIndex < 0) {
    throw new RangeError(
      `DeepLabCut labels: annotator must be one of ${annotators.join(', ')}, got ${options.annotator ?? 'none'}`,
    );
  }
  const written = writtenColumns({
    scorer: options.scorer ?? annotator,
    individuals,
    keypoints: skeleton.keypoints,
    multiAnimal: options.multiAnimal ?? individuals.length > 1,
    uniqueKeypoints: options.uniqueKeypoints ?? [],
    coordinates: ['x', 'y'],
  });
  const rowOfImage = new Map<number, number>();
  const names: string[][] = [];
  for (const [i, image] of images.entries()) {
    if (image.group === group) rowOfImage.set(i, names.push(['labeled-data', group, image.file]) - 1);
  }
  const columnOf = new Map(written.points.map(([i, k], at) => [i * skeleton.keypoints.length + k, 2 * at]));
  const values = new Float64Array(names.length * written.columns.length).fill(Number.NaN);
  let [occluded, lost] = [0, 0];
  for (let r = 0; r < labels.image.length; r++) {
    const row = rowOfImage.get(labels.image[r] as number);
    if (row === undefined || labels.annotator[r] !== annotatorIndex) continue;
    for (let k = 0; k < skeleton.keypoints.length; k++) {
      const at = r * skeleton.keypoints.length + k;
      if (visibility[at] === visibilities.absent) continue;
      const column = columnOf.get((labels.individual[r] as number) * skeleton.keypoints.length + k);
      if (column === undefined) {
        lost++;
        continue;
      }
      if (visibility[at] === visibilities.occluded) occluded++;
      const to = row * written.columns.length + column;
      values[to] = position[2 * at] as number;
      values[to + 1] = position[2 * at + 1] as number;
    }
  }
  const tell = (message: string) =>
    report({ severity: 'note', code: 'not-stored', file: '', where: `labels of ${group}`, message });
  if (occluded > 0)
    tell(`${occluded} points are occluded; DeepLabCut's files do not tell, they are written as visible.`);
  if (lost > 0) tell(`${lost} points have no column: unique body parts of an animal, or an animal's of "single".`);
  return {
    key: 'df_with_missing',
    rowCount: names.length,
    levelNames: written.levelNames,
    columns: written.columns,
    index: { kind: 'text', values: options.rowNames === 'path' ? names.map((name) => [name.join('/')]) : names },
    rows: (start, end) => values.slice(start * written.columns.length, end * written.columns.length),
  };
}

/** Returns the bytes of `CollectedData_<scorer>.csv` for one folder of labeled-data; blank where a point is absent. */
export function writeDeepLabCutLabelsCsv(labels: LabeledFrames, options: LabelWriteOptions): Uint8Array {
  const frame = labelFrame(labels, options);
  const { columns, levelNames, rowCount } = frame;
  const blank = options.rowNames === 'path' ? '' : ',,';
  const lines = levelNames.map(
    (name, level) => `${name}${blank},${columns.map((column) => csvField(column[level] as string)).join(',')}`,
  );
  const values = frame.rows(0, rowCount);
  for (const [row, name] of frame.index.values.entries()) {
    const ofRow = values.subarray(row * columns.length, (row + 1) * columns.length);
    const numbers = row === 0 ? firstRowNumbers(ofRow) : Array.from(ofRow, csvNumber);
    lines.push([...name.map(csvField), ...numbers].join(','));
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

/**
 * Returns the bytes of `CollectedData_<scorer>.h5` for one folder of labeled-data, as `pandas.read_hdf` and DeepLabCut
 * open it (key `df_with_missing`, layout `fixed`; the layout `table` names rows by one path).
 */
export function writeDeepLabCutLabelsHdf5(
  labels: LabeledFrames,
  options: LabelWriteOptions & { readonly layout?: PandasLayout },
): Uint8Array {
  return joinBytes([...hdf5Pieces(pandasFile(labelFrame(labels, options), options.layout ?? 'fixed'))]);
}
