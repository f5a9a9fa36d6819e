import { FormatError } from '@zoopraxis/core';
import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import type { FileProblem, ReadOptions } from '../file-problem.js';

/** A video of a DeepLabCut project. */
export interface DeepLabCutVideo {
  /** Path as the file has it, often of another machine. */
  readonly path: string;
  /** Left, right, top, bottom in px, list; undefined where the file has none. */
  readonly crop?: readonly [number, number, number, number];
}

/** What Zoopraxis knows of a DeepLabCut `config.yaml`. */
export interface DeepLabCutConfig {
  readonly task: string;
  readonly scorer: string;
  readonly date: string;
  readonly multiAnimal: boolean;
  /** True where individuals keep their identity by their looks. */
  readonly identity: boolean;
  readonly projectPath: string;
  readonly videos: readonly DeepLabCutVideo[];
  /** Body parts of the animals: `bodyparts`, or `multianimalbodyparts` in multi-animal projects. */
  readonly keypoints: readonly string[];
  /** Body parts that are no animal's (`uniquebodyparts`), multi-animal projects alone. */
  readonly uniqueKeypoints: readonly string[];
  /** Empty in single-animal projects. */
  readonly individuals: readonly string[];
  /** Pairs of names that are drawn connected. */
  readonly edges: readonly (readonly [string, string])[];
  /** Confidence below which points are not drawn and not counted. */
  readonly pcutoff: number | undefined;
  /** Frames to label in each video. */
  readonly framesToPick: number | undefined;
  /** Drawing: color of the skeleton, colormap of the points, their size in px and opacity. */
  readonly skeletonColor: string | undefined;
  readonly colormap: string | undefined;
  readonly dotSizePx: number | undefined;
  readonly alpha: number | undefined;
  /** Everything the file says, known or not, as plain data. */
  readonly all: Readonly<Record<string, unknown>>;
}

const format = 'DeepLabCut config.yaml';
const maxCharacters = 1 << 24;

function parse(bytes: Uint8Array | string, path: string | undefined): { document: Document; text: string } {
  const fail = (where: string, expected: string, found: string, hint: string, cause?: unknown): never => {
    throw new FormatError({ format, ...(path === undefined ? {} : { path }), where, expected, found, hint, cause });
  };
  if (bytes.length > maxCharacters) {
    fail('the file', `at most ${maxCharacters} bytes`, `${bytes.length}`, 'Is this the config.yaml of the project?');
  }
  let text: string;
  try {
    text = typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    return fail('the file', 'UTF-8 text', 'other bytes', 'Save the file again as UTF-8.', cause);
  }
  let document: Document;
  try {
    document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  } catch (cause) {
    return fail('the file', 'YAML', cause instanceof Error ? cause.message : 'other text', 'Correct the file.', cause);
  }
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const where = line === undefined ? 'the file' : `line ${line}`;
    fail(where, 'YAML', (error.message.split('\n')[0] ?? '').replace(/:$/, ''), 'Correct this line.', error);
  }
  if (!isMap(document.contents)) {
    fail(
      'line 1',
      'keys with values, such as `Task: openfield`',
      'other content',
      'Choose the config.yaml of the project.',
    );
  }
  return { document, text };
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const isName = (value: unknown): value is string | number =>
  (typeof value === 'string' && value.trim() !== '') || typeof value === 'number';

/**
 * Returns what a `config.yaml` says: of one animal or several, of DeepLabCut 1 to 3. Keys that are missing or hold
 * something else are reported and left undefined, or empty; a file without body parts is no error, for label files
 * name them as well.
 * @throws FormatError for text that is not YAML or not a list of keys.
 */
export function readDeepLabCutConfig(bytes: Uint8Array | string, options: ReadOptions): DeepLabCutConfig {
  const { document } = parse(bytes, options.path);
  const tell = (severity: FileProblem['severity'], where: string, message: string, hint?: string) =>
    options.report({
      severity,
      code: 'config-value',
      file: options.path ?? 'config.yaml',
      where,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  let all: Record<string, unknown>;
  try {
    all = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>;
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : 'other values';
    const path = options.path === undefined ? {} : { path: options.path };
    throw new FormatError({ format, ...path, where: 'its aliases', expected: 'plain values', found, cause });
  }
  const text = (key: string): string | undefined => {
    const value = all[key];
    if (value === undefined || value === null) return undefined;
    if (isName(value)) return String(value);
    tell('warning', key, `${key} is no text and is ignored.`);
    return undefined;
  };
  const number = (key: string): number | undefined => {
    const value = all[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    tell('warning', key, `${key} is no number and is ignored.`);
    return undefined;
  };
  const names = (key: string): string[] => {
    const out: string[] = [];
    for (const [i, name] of list(all[key]).entries()) {
      if (!isName(name)) tell('error', `${key}, entry ${i + 1}`, 'The entry is no name and is left out.');
      else if (out.includes(String(name))) tell('error', `${key}, ${name}`, 'The name is listed twice; once is used.');
      else out.push(String(name));
    }
    return out;
  };
  const multiAnimal = all.multianimalproject === true || /^true$/i.test(String(all.multianimalproject));
  const keypoints = names(multiAnimal ? 'multianimalbodyparts' : 'bodyparts');
  const uniqueKeypoints = multiAnimal ? names('uniquebodyparts').filter((name) => !keypoints.includes(name)) : [];
  const known = new Set([...keypoints, ...uniqueKeypoints]);
  const edges: [string, string][] = [];
  for (const [i, pair] of list(all.skeleton).entries()) {
    const ends = list(pair);
    if (ends.length === 0) continue;
    // DeepLabCut draws a list of more than two names as a chain.
    for (let k = 0; k + 1 < Math.max(ends.length, 2); k++) {
      const [a, b] = [String(ends[k]), String(ends[k + 1])];
      if (known.has(a) && known.has(b) && a !== b) edges.push([a, b]);
      else if (keypoints.length > 0) {
        tell('warning', `skeleton, entry ${i + 1}`, `${a} - ${b} is no pair of body parts and is left out.`);
      }
    }
  }
  const videos = Object.entries((all.video_sets ?? {}) as Record<string, unknown>).map(
    ([path, value]): DeepLabCutVideo => {
      const crop = (value as { crop?: unknown } | null)?.crop;
      const sides =
        typeof crop === 'string' ? crop.split(',').map((side) => Number(side.trim())) : list(crop).map(Number);
      if (sides.length === 4 && sides.every((side) => Number.isFinite(side))) {
        return { path, crop: sides as [number, number, number, number] };
      }
      if (crop !== undefined && crop !== null) tell('warning', `video_sets, ${path}`, 'The crop is not four numbers.');
      return { path };
    },
  );
  return {
    task: text('Task') ?? '',
    scorer: text('scorer') ?? '',
    date: text('date') ?? '',
    multiAnimal,
    identity: all.identity === true,
    projectPath: text('project_path') ?? '',
    videos,
    keypoints,
    uniqueKeypoints,
    individuals: multiAnimal ? names('individuals') : [],
    edges,
    pcutoff: number('pcutoff'),
    framesToPick: number('numframes2pick'),
    skeletonColor: text('skeleton_color'),
    colormap: text('colormap'),
    dotSizePx: number('dotsize'),
    alpha: number('alphavalue') ?? number('alphaValue'),
    all,
  };
}

/** What may be set when a `config.yaml` is written. */
export type ConfigChanges = Partial<Omit<DeepLabCutConfig, 'all'>>;

/** Values of a new project: DeepLabCut needs these keys, whatever they hold. */
const defaults: readonly (readonly [string, unknown])[] = [
  ['Task', ''],
  ['scorer', ''],
  ['date', ''],
  ['multianimalproject', false],
  ['identity', false],
  ['project_path', ''],
  ['engine', 'pytorch'],
  ['video_sets', {}],
  ['bodyparts', []],
  ['start', 0],
  ['stop', 1],
  ['numframes2pick', 20],
  ['skeleton', []],
  ['skeleton_color', 'black'],
  ['pcutoff', 0.6],
  ['dotsize', 12],
  ['alphavalue', 0.7],
  ['colormap', 'rainbow'],
  ['TrainingFraction', [0.95]],
  ['iteration', 0],
  ['default_net_type', 'resnet_50'],
  ['default_augmenter', 'default'],
  ['snapshotindex', -1],
  ['detector_snapshotindex', -1],
  ['batch_size', 8],
  ['detector_batch_size', 1],
  ['cropping', false],
  ['x1', 0],
  ['x2', 640],
  ['y1', 277],
  ['y2', 624],
  ['corner2move2', [50, 50]],
  ['move2corner', true],
];

/** Returns the values of the file's own keys for what is to be changed. */
function changedKeys(changes: ConfigChanges, multiAnimal: boolean): [string, unknown][] {
  const keys: [string, unknown][] = [];
  const set = (key: string, value: unknown) => {
    if (value !== undefined) keys.push([key, value]);
  };
  set('Task', changes.task);
  set('scorer', changes.scorer);
  set('date', changes.date);
  set('multianimalproject', changes.multiAnimal);
  set('identity', changes.identity);
  set('project_path', changes.projectPath);
  if (changes.videos !== undefined) {
    const sets = changes.videos.map(({ path, crop }) => [path, { crop: (crop ?? []).join(', ') }] as const);
    set('video_sets', Object.fromEntries(sets));
  }
  if (multiAnimal) {
    set('individuals', changes.individuals);
    set('uniquebodyparts', changes.uniqueKeypoints);
    set('multianimalbodyparts', changes.keypoints);
    if (changes.keypoints !== undefined) set('bodyparts', 'MULTI!');
  } else set('bodyparts', changes.keypoints);
  set('skeleton', changes.edges);
  set('numframes2pick', changes.framesToPick);
  set('skeleton_color', changes.skeletonColor);
  set('pcutoff', changes.pcutoff);
  set('dotsize', changes.dotSizePx);
  set('alphavalue', changes.alpha);
  set('colormap', changes.colormap);
  return keys;
}

/**
 * Returns the text of a `config.yaml` with the changes in it. Given the file before (bytes or text), every other key,
 * known or not, keeps its place, value and comments; without it, a new file with DeepLabCut's defaults is made.
 * @throws FormatError where the text before is no such file.
 */
export function writeDeepLabCutConfig(changes: ConfigChanges, previous?: Uint8Array | string): string {
  const { document } = parse(previous ?? 'Task:\n', undefined);
  const before = document.get('multianimalproject');
  const multiAnimal = changes.multiAnimal ?? (before === true || /^true$/i.test(String(before)));
  if (previous === undefined) {
    for (const [key, value] of defaults) document.set(key, document.createNode(value));
  }
  for (const [key, value] of changedKeys(changes, multiAnimal)) {
    const old = document.get(key, true);
    if (isScalar(old) && (value === null || typeof value !== 'object')) old.value = value;
    else document.set(key, document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}
