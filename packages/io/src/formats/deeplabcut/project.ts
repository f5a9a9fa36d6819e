import { type ByteStore, DomainError, FormatError } from '@zoopraxis/core';
import type { FileProblem, FileProblemCode, Report } from '../file-problem.js';
import { type PictureSize, readPictureSize } from '../picture-size.js';
import { uniqueIndividual } from './columns.js';
import { type DeepLabCutConfig, readDeepLabCutConfig } from './config.js';
import { type DeepLabCutLabels, joinLabelTables, type ReadTable, readLabelRows } from './label-table.js';
import { readLabelTable } from './read-label-table.js';

/** An image that the label files name. */
export interface DeepLabCutImage {
  /** Name in the store, or undefined where the image is missing. */
  readonly name: string | undefined;
  /** Size in px, where the file is there and could be read. */
  readonly size: PictureSize | undefined;
}

/** A DeepLabCut project folder. */
export interface DeepLabCutProject extends DeepLabCutLabels {
  /** Undefined where the folder has no `config.yaml`: then skeleton and individuals come from the label files. */
  readonly config: DeepLabCutConfig | undefined;
  /** One entry for each of `labels.images`, in their order. */
  readonly images: readonly DeepLabCutImage[];
  /** Names in the store of images in labeled-data that no label file names. */
  readonly unlabeledImages: readonly string[];
}

/** How a project is read. */
export interface ProjectOptions {
  readonly report: Report;
  /**
   * Which file counts where a folder has both and they differ; default `csv`: it is the one people see and edit, and a
   * stale HDF5 beside it is what a forgotten conversion leaves.
   */
  readonly prefer?: 'csv' | 'hdf5';
  /** Returns the size of an image of the store; default: reads the file and its header. */
  readonly measure?: (name: string) => Promise<PictureSize | undefined>;
  readonly signal?: AbortSignal;
}

const imageName = /\.(png|jpe?g|bmp|gif|tiff?|webp)$/i;
const labelName = /^labeled-data\/([^/]+)\/CollectedData_([^/]*)\.(csv|h5)$/;

/** Returns how many values of two readings of the same labels differ, and the first of them in words. */
function compareTables(a: ReadTable, b: ReadTable): { count: number; first: string } {
  const key = (table: ReadTable) => {
    const values = new Map<string, [number, number]>();
    for (const { image, individual, points } of table.rows) {
      const { group, file } = table.images[image] as { group: string; file: string };
      for (const [k, name] of table.columns.keypoints.entries()) {
        const [x, y] = [points[2 * k] as number, points[2 * k + 1] as number];
        if (!Number.isNaN(x)) values.set(`${group}/${file}, ${table.columns.individuals[individual]}, ${name}`, [x, y]);
      }
    }
    return values;
  };
  const [left, right] = [key(a), key(b)];
  const near = (x: number, y: number) => Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x));
  const words = (point: [number, number] | undefined) =>
    point === undefined ? 'no point' : `(${point.map((value) => Number(value.toFixed(3))).join(', ')})`;
  let [count, first] = [0, ''];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const [p, q] = [left.get(name), right.get(name)];
    if (p !== undefined && q !== undefined && near(p[0], q[0]) && near(p[1], q[1])) continue;
    if (count++ === 0) first = `${name}: ${words(p)} and ${words(q)}`;
  }
  return { count, first };
}

async function readGroupTables(
  store: ByteStore,
  group: string,
  files: readonly { name: string; kind: 'csv' | 'h5' }[],
  options: ProjectOptions,
): Promise<{ path: string; table: ReadTable } | undefined> {
  const preferred = options.prefer === 'hdf5' ? 'h5' : 'csv';
  const ordered = [...files].sort((a, b) => Number(b.kind === preferred) - Number(a.kind === preferred));
  const read: { path: string; table: ReadTable }[] = [];
  for (const { name } of ordered) {
    options.signal?.throwIfAborted();
    const bytes = (await store.read(name)) ?? new Uint8Array();
    // What the second file has to say about its rows would repeat the first: only the comparison is told.
    const report = read.length === 0 ? options.report : () => undefined;
    try {
      const table = await readLabelTable(bytes, { path: name, report });
      read.push({ path: name, table: readLabelRows(table, { path: name, report, group }) });
    } catch (cause) {
      if (!(cause instanceof DomainError)) throw cause;
      options.report({
        severity: 'error',
        code: 'unreadable-file',
        file: name,
        where: cause instanceof FormatError ? cause.where : 'the file',
        message: cause.message,
        ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      });
    }
  }
  const [first, second] = read;
  if (first !== undefined && second !== undefined) {
    const { count, first: example } = compareTables(first.table, second.table);
    if (count > 0) {
      options.report({
        severity: 'warning',
        code: 'different-copies',
        file: first.path,
        where: example,
        message: `${count} points differ from ${second.path}; ${first.path} is used.`,
        hint: 'Make them agree (DeepLabCut: convertcsv2h5), or choose the other file on import.',
      });
    }
  }
  return first;
}

/**
 * Returns a DeepLabCut project folder: its `config.yaml` (may be missing), the labels of every folder of
 * `labeled-data` over one skeleton, and the images they name. One `CollectedData` file a folder is used: of the scorer
 * that `config.yaml` names, else the first. What is missing, doubled, unknown or outside of an image goes to `report`;
 * points outside are kept as they stand.
 * @throws FormatError where the store holds no readable label file, or a `config.yaml` that is no YAML.
 */
export async function readDeepLabCutProject(store: ByteStore, options: ProjectOptions): Promise<DeepLabCutProject> {
  const { report, signal } = options;
  const tell = (
    severity: FileProblem['severity'],
    code: FileProblemCode,
    file: string,
    where: string,
    message: string,
    hint?: string,
  ) => report({ severity, code, file, where, message, ...(hint === undefined ? {} : { hint }) });
  const configBytes = await store.read('config.yaml');
  const config =
    configBytes === undefined ? undefined : readDeepLabCutConfig(configBytes, { path: 'config.yaml', report });
  if (config === undefined) {
    const message = 'There is no config.yaml; body parts come from the label files.';
    tell('note', 'missing-config', 'config.yaml', 'the folder', message);
  }
  const names = await store.list('labeled-data/');
  const groups = new Map<string, { name: string; scorer: string; kind: 'csv' | 'h5' }[]>();
  for (const name of names) {
    const match = labelName.exec(name);
    if (match === null) continue;
    const [group, scorer, kind] = match.slice(1) as [string, string, 'csv' | 'h5'];
    groups.set(group, [...(groups.get(group) ?? []), { name, scorer, kind }]);
  }
  const tables: { path: string; table: ReadTable }[] = [];
  for (const [group, files] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const scorers = [...new Set(files.map((file) => file.scorer))];
    const scorer = scorers.includes(config?.scorer ?? '') ? config?.scorer : scorers[0];
    for (const file of files.filter((entry) => entry.scorer !== scorer)) {
      const message = `The folder has labels of several scorers; those of ${scorer} are used.`;
      tell('warning', 'several-scorers', file.name, 'the file', message, 'Set scorer in config.yaml to the other one.');
    }
    const table = await readGroupTables(
      store,
      group,
      files.filter((file) => file.scorer === scorer),
      options,
    );
    if (table !== undefined) tables.push(table);
  }
  if (tables.length === 0) {
    throw new FormatError({
      format: 'DeepLabCut project',
      where: 'labeled-data',
      expected: 'a readable CollectedData_<scorer>.csv or .h5 in a folder of it',
      found: groups.size > 0 ? 'only unreadable ones' : names.length > 0 ? 'other files alone' : 'no such folder',
      hint: 'Choose the folder that holds config.yaml and labeled-data.',
    });
  }
  const useConfig = config !== undefined && config.keypoints.length > 0;
  const several = tables.some(({ table }) => table.columns.multiAnimal);
  const joined = joinLabelTables(tables, {
    report,
    ...(useConfig
      ? {
          keypoints: [...config.keypoints, ...config.uniqueKeypoints],
          uniqueKeypoints: config.uniqueKeypoints,
          edges: config.edges,
          skeletonName: config.task || 'animal',
        }
      : {}),
    ...(several && config !== undefined && config.individuals.length > 0
      ? { individuals: [...config.individuals, ...(config.uniqueKeypoints.length > 0 ? [uniqueIndividual] : [])] }
      : {}),
  });
  const present = new Set(names);
  const measure =
    options.measure ??
    (async (name: string) => {
      const bytes = await store.read(name);
      return bytes === undefined ? undefined : readPictureSize(bytes);
    });
  const pathOfGroup = new Map(
    tables.flatMap(({ path, table }) => table.images.map((image) => [image.group, path] as const)),
  );
  const images: DeepLabCutImage[] = [];
  for (const { group, file } of joined.labels.images) {
    signal?.throwIfAborted();
    const name = `labeled-data/${group}/${file}`;
    if (present.has(name)) {
      images.push({ name, size: await measure(name) });
      continue;
    }
    images.push({ name: undefined, size: undefined });
    const path = pathOfGroup.get(group) ?? name;
    const message = `The image ${name} is missing; its labels are kept but cannot be trained on.`;
    tell('error', 'missing-image', path, file, message, 'Copy the image back into the folder, or remove its row.');
  }
  checkPlaces(joined, images, pathOfGroup, report);
  const used = new Set(images.map((image) => image.name));
  const unlabeledImages = names.filter((name) => imageName.test(name) && !used.has(name));
  for (const name of unlabeledImages.filter((entry) => groups.has(entry.split('/')[1] ?? ''))) {
    tell('note', 'unlabeled-image', name, 'the image', 'No label file names this image.');
  }
  return { ...joined, config, images, unlabeledImages };
}

/** Reports points that lie outside of their image, and folders whose images differ in size. */
function checkPlaces(
  { labels }: DeepLabCutLabels,
  images: readonly DeepLabCutImage[],
  pathOfGroup: ReadonlyMap<string, string>,
  report: Report,
): void {
  const { skeleton, individuals, position } = labels;
  const points = skeleton.keypoints.length;
  for (let row = 0; row < labels.image.length; row++) {
    const image = labels.images[labels.image[row] as number] as { group: string; file: string };
    const size = images[labels.image[row] as number]?.size;
    if (size === undefined) continue;
    for (let k = 0; k < points; k++) {
      const [x, y] = [position[2 * (row * points + k)] as number, position[2 * (row * points + k) + 1] as number];
      if (!(x < -0.5 || y < -0.5 || x > size.widthPx - 0.5 || y > size.heightPx - 0.5)) continue;
      report({
        severity: 'error',
        code: 'outside-image',
        file: pathOfGroup.get(image.group) ?? image.group,
        where: `${image.file}, ${individuals[labels.individual[row] as number]}, ${skeleton.keypoints[k]}`,
        message: `The point (${x}, ${y}) lies outside of the image, which is ${size.widthPx} x ${size.heightPx} px.`,
        hint: 'Move or remove the point in the labeling window.',
      });
    }
  }
  const sizes = new Map<string, Map<string, string>>();
  for (const [i, { group, file }] of labels.images.entries()) {
    const size = images[i]?.size;
    if (size === undefined) continue;
    const ofGroup = sizes.get(group) ?? new Map<string, string>();
    sizes.set(group, ofGroup);
    const text = `${size.widthPx} x ${size.heightPx} px`;
    if (!ofGroup.has(text)) ofGroup.set(text, file);
  }
  for (const [group, ofGroup] of sizes) {
    if (ofGroup.size < 2) continue;
    const words = [...ofGroup].slice(0, 4).map(([size, file]) => `${size} (${file})`);
    report({
      severity: 'warning',
      code: 'image-size',
      file: `labeled-data/${group}`,
      where: 'the images',
      message: `The images of this folder differ in size: ${words.join(', ')}.`,
    });
  }
}
