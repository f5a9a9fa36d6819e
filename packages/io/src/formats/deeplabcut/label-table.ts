// Pixel centers: DeepLabCut's labeling windows (matplotlib, napari) put the center of the top-left pixel at (0, 0), as
// Zoopraxis does, so positions are taken over as they stand.
import {
  createLabeledFrames,
  createSkeleton,
  type LabeledFrames,
  type LabeledImage,
  visibilities,
} from '@zoopraxis/core';
import type { FileProblem, FileProblemCode, Report } from '../file-problem.js';
import { frameOfImage, readImageName } from '../image-name.js';
import type { DeepLabCutColumns } from './columns.js';

/** A `CollectedData` table as read from either kind of file. */
export interface LabelTable {
  readonly columns: DeepLabCutColumns;
  /** Row labels, parts of a path. */
  readonly rowNames: readonly (readonly string[])[];
  /** Shape `[row, column]`, NaN = missing. */
  readonly values: Float64Array;
  /** Returns where a row stands in the file, such as `line 12`. */
  readonly place: (row: number) => string;
}

/** Labels of one or several `CollectedData` tables. */
export interface DeepLabCutLabels {
  readonly labels: LabeledFrames;
  readonly multiAnimal: boolean;
  /** Keypoints that belong to the individual `single` alone. */
  readonly uniqueKeypoints: readonly string[];
}

/** What a table of labels is read into. */
export interface LabelOptions {
  readonly path?: string | undefined;
  readonly report: Report;
  /** Video folder the file lies in; default: the folder that each row names. */
  readonly group?: string | undefined;
}

interface Row {
  readonly image: number;
  readonly individual: number;
  readonly points: Float64Array;
}

/** One table's rows, in the terms of its own header. */
export interface ReadTable {
  readonly columns: DeepLabCutColumns;
  readonly images: readonly LabeledImage[];
  readonly rows: readonly Row[];
}

const sameNumbers = (a: Float64Array, b: Float64Array) => a.every((value, i) => Object.is(value, b[i]));

/**
 * Returns the images and labeled animals of a table. An image whose values are all missing keeps its place among the
 * images but has no row: DeepLabCut's files do not tell "no animal here" from "not labeled yet".
 */
export function readLabelRows(table: LabelTable, options: LabelOptions): ReadTable {
  const { columns, values } = table;
  const { individuals, keypoints, places, columnCount } = columns;
  const tell = (
    severity: FileProblem['severity'],
    code: FileProblemCode,
    where: string,
    message: string,
    hint?: string,
  ) =>
    options.report({
      severity,
      code,
      file: options.path ?? '',
      where,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  const images: LabeledImage[] = [];
  const rows: Row[] = [];
  const rowOfImage = new Map<string, number>();
  const otherFolders = new Set<string>();
  for (const [row, parts] of table.rowNames.entries()) {
    const place = table.place(row);
    const name = readImageName(parts);
    if (name === undefined) {
      tell('error', 'left-out', place, `The row names no image (${JSON.stringify(parts.join('/'))}) and is left out.`);
      continue;
    }
    const group = options.group ?? name.folder;
    if (options.group !== undefined && name.folder !== '' && name.folder !== options.group)
      otherFolders.add(name.folder);
    const image = `${group}/${name.file}`;
    const before = rowOfImage.get(image);
    if (before !== undefined) {
      const [a, b] = [before, row].map((r) => values.subarray(r * columnCount, (r + 1) * columnCount)) as [
        Float64Array,
        Float64Array,
      ];
      const how = sameNumbers(a, b) ? 'with the same values' : 'with other values';
      tell(
        'error',
        'duplicate-row',
        place,
        `${image} has a second row ${how}; the first, ${table.place(before)}, is used.`,
        'Remove one of the two rows.',
      );
      continue;
    }
    rowOfImage.set(image, row);
    const frame = frameOfImage(name.file);
    const index = images.push({ group, file: name.file, ...(frame === undefined ? {} : { frame }) }) - 1;
    let labeled = false;
    for (let i = 0; i < individuals.length; i++) {
      const points = new Float64Array(keypoints.length * 2).fill(Number.NaN);
      let present = false;
      for (let k = 0; k < keypoints.length; k++) {
        const at = (i * keypoints.length + k) * 4;
        const [xColumn, yColumn] = [places[at] as number, places[at + 1] as number];
        if (xColumn < 0) continue;
        const x = values[row * columnCount + xColumn] as number;
        const y = values[row * columnCount + yColumn] as number;
        if (Number.isFinite(x) && Number.isFinite(y)) {
          points[2 * k] = x;
          points[2 * k + 1] = y;
          present = true;
        } else if (!(Number.isNaN(x) && Number.isNaN(y))) {
          tell(
            'error',
            'half-point',
            `${place}, ${image}, ${keypoints[k]}`,
            `The point (${x}, ${y}) is no position and is read as missing.`,
          );
        }
      }
      if (present) rows.push({ image: index, individual: i, points });
      labeled ||= present;
    }
    if (!labeled) {
      tell('note', 'empty-row', place, `${image} has no label at all and counts as not labeled.`);
    }
  }
  for (const folder of otherFolders) {
    tell(
      'warning',
      'other-folder',
      'row labels',
      `Rows name the folder ${folder}, but the file lies in ${options.group}; images are looked for there.`,
    );
  }
  return { columns, images, rows };
}

/** What several tables are joined into. */
export interface JoinOptions {
  /** Keypoints in order; default: those of the tables. */
  readonly keypoints?: readonly string[];
  readonly individuals?: readonly string[];
  readonly uniqueKeypoints?: readonly string[];
  readonly edges?: readonly (readonly [string, string])[];
  readonly skeletonName?: string;
  readonly report: Report;
}

const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];

/** Returns the labels of all tables over one skeleton; each table's file name is for messages. */
export function joinLabelTables(
  tables: readonly { readonly path: string; readonly table: ReadTable }[],
  options: JoinOptions,
): DeepLabCutLabels {
  const headers = tables.map(({ table }) => table.columns);
  const uniqueKeypoints = options.uniqueKeypoints ?? union(headers.map((header) => header.uniqueKeypoints));
  const ofAnimals = headers.map((header) => header.keypoints.filter((name) => !header.uniqueKeypoints.includes(name)));
  const keypoints = [...(options.keypoints ?? union([...ofAnimals, uniqueKeypoints]))];
  const individuals = [...(options.individuals ?? union(headers.map((header) => header.individuals)))];
  const annotators = union(headers.map((header) => [header.scorer]));
  const images: LabeledImage[] = [];
  const [image, individual, annotator]: [number[], number[], number[]] = [[], [], []];
  const positions: Float64Array[] = [];
  for (const { path, table } of tables) {
    const { columns } = table;
    const tell = (code: FileProblemCode, where: string, message: string, hint: string) =>
      options.report({ severity: 'error', code, file: path, where, message, hint });
    const keypointAt = columns.keypoints.map((name) => keypoints.indexOf(name));
    for (const [k, name] of columns.keypoints.entries()) {
      if (keypointAt[k] === -1) {
        const message = `The body part ${name} is not in config.yaml; its labels are left out.`;
        tell('unknown-keypoint', `header, ${name}`, message, 'Add it to bodyparts in config.yaml, or rename it.');
      }
    }
    for (const name of keypoints) {
      if (!columns.keypoints.includes(name)) {
        options.report({
          severity: 'note',
          code: 'missing-keypoint',
          file: path,
          where: 'header',
          message: `The body part ${name} has no column in this file; it counts as not labeled.`,
        });
      }
    }
    const individualAt = columns.individuals.map((name) => {
      const known = individuals.indexOf(name);
      if (known >= 0) return known;
      const message = `The individual ${name} is not in config.yaml; it is added.`;
      tell('unknown-individual', `header, ${name}`, message, 'Add it to individuals in config.yaml, or rename it.');
      return individuals.push(name) - 1;
    });
    const firstImage = images.length;
    for (const entry of table.images) images.push(entry);
    for (const row of table.rows) {
      const points = new Float64Array(keypoints.length * 2).fill(Number.NaN);
      for (const [k, target] of keypointAt.entries()) {
        if (target >= 0) points.set(row.points.subarray(2 * k, 2 * k + 2), 2 * target);
      }
      if (points.every(Number.isNaN)) continue;
      image.push(firstImage + row.image);
      individual.push(individualAt[row.individual] as number);
      annotator.push(annotators.indexOf(columns.scorer));
      positions.push(points);
    }
  }
  const position = new Float64Array(positions.length * keypoints.length * 2);
  for (const [row, points] of positions.entries()) position.set(points, row * points.length);
  const visibility = Uint8Array.from({ length: position.length / 2 }, (_, i) =>
    Number.isNaN(position[2 * i]) ? visibilities.absent : visibilities.visible,
  );
  const edges = (options.edges ?? []).map(([a, b]) => [keypoints.indexOf(a), keypoints.indexOf(b)] as const);
  const labels = createLabeledFrames({
    skeleton: createSkeleton({ name: options.skeletonName ?? 'animal', keypoints, edges }),
    individuals,
    annotators,
    images,
    image: Int32Array.from(image),
    individual: Int32Array.from(individual),
    annotator: Int32Array.from(annotator),
    position,
    visibility,
  });
  return { labels, multiAnimal: headers.some((header) => header.multiAnimal), uniqueKeypoints };
}
