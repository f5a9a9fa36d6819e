import { type ByteStore, FormatError, IntegrityError, StorageError } from '@zoopraxis/core';
import { channelCount, type InputScaling } from './input-scaling.js';
import { checkArchitecture, contextOf, type TemporalArchitecture, type TemporalOutput } from './temporal-network.js';

/** What a temporal network is and where it came from: plain data, `model.json`. */
export interface TemporalCard {
  readonly format: 'zoopraxis-temporal';
  readonly version: 1;
  readonly behaviors: readonly string[];
  readonly output: TemporalOutput;
  readonly architecture: TemporalArchitecture;
  /** The columns of features that it takes, in order: name, animals and unit. */
  readonly columns: readonly string[];
  readonly scaling: InputScaling;
  /** Frames of the ONNX file's input. */
  readonly chunkFrames: number;
  /** How it was trained; each list is as its own line says. */
  readonly training: {
    readonly seed: number;
    readonly steps: number;
    /** Step whose weights these are. */
    readonly chosenStep: number;
    readonly ended: string;
    /** Names of recordings, list. */
    readonly recordings: readonly string[];
    readonly validation: readonly string[];
    /** Frames of each class in training, list. */
    readonly frames: readonly number[];
    /** Factor of each class in the loss, list. */
    readonly classWeights: readonly number[];
    /** Best number of the evaluation, where there was one. */
    readonly macroF1?: number;
  };
  /** SHA-256 of `model.onnx` in hex. */
  readonly onnxHash: string;
}

/** A trained temporal network: its card and the bytes of its ONNX file. */
export interface TemporalModel {
  readonly card: TemporalCard;
  readonly onnx: Uint8Array;
}

/** Files of a temporal model's folder. */
export const temporalFiles = { card: 'model.json', onnx: 'model.onnx' } as const;

/** Returns the SHA-256 of bytes in hex. */
export async function hashOfBytes(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Writes a model into a store; the card comes last and names the other's hash: a folder with a card is whole. */
export async function writeTemporalModel(
  store: ByteStore,
  folder: string,
  { card, onnx }: TemporalModel,
): Promise<void> {
  await store.write(`${folder}/${temporalFiles.onnx}`, onnx);
  const text = `${JSON.stringify(card, null, 2)}\n`;
  await store.write(`${folder}/${temporalFiles.card}`, new TextEncoder().encode(text));
}

/**
 * Returns a model read from a store.
 * @throws StorageError where it is not there, FormatError for a card that is none, IntegrityError where the ONNX file is another.
 */
export async function readTemporalModel(store: ByteStore, folder: string): Promise<TemporalModel> {
  const bytes = await store.read(`${folder}/${temporalFiles.card}`);
  const onnx = await store.read(`${folder}/${temporalFiles.onnx}`);
  if (bytes === undefined || onnx === undefined) {
    throw new StorageError(`no whole temporal model: ${folder}`, {
      hint: 'Copy the whole folder, model.json and model.onnx, or train again.',
    });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError({
      format: 'temporal model',
      path: `${folder}/${temporalFiles.card}`,
      where: 'text',
      expected: 'JSON',
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
  const card = parseTemporalCard(parsed, `${folder}/${temporalFiles.card}`);
  if ((await hashOfBytes(onnx)) !== card.onnxHash) {
    throw new IntegrityError(
      `the network is not the one that the card was written for: ${folder}/${temporalFiles.onnx}`,
      {
        hint: 'Copy the whole folder again: model.json and model.onnx belong together.',
      },
    );
  }
  return { card, onnx };
}

/**
 * Returns a card after checking what prediction depends on.
 * @throws FormatError naming the place.
 */
export function parseTemporalCard(value: unknown, path?: string): TemporalCard {
  const refuse = (where: string, expected: string, found: unknown): never => {
    const text = JSON.stringify(found) ?? String(found);
    const place = path === undefined ? {} : { path };
    throw new FormatError({ format: 'temporal model', ...place, where, expected, found: text.slice(0, 60) });
  };
  if (typeof value !== 'object' || value === null) refuse('card', 'an object', value);
  const card = value as TemporalCard;
  if (card.format !== 'zoopraxis-temporal') refuse('format', 'zoopraxis-temporal', card.format);
  if (card.version !== 1) refuse('version', '1', card.version);
  const areTexts = (list: unknown): list is string[] =>
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((item) => typeof item === 'string') &&
    new Set(list).size === list.length;
  if (!areTexts(card.behaviors) || card.behaviors.length > 254)
    refuse('behaviors', '1..254 names, each once', card.behaviors);
  if (!areTexts(card.columns)) refuse('columns', 'names, each once', card.columns);
  if (card.output !== 'softmax' && card.output !== 'sigmoid') refuse('output', 'softmax or sigmoid', card.output);
  const { mean, deviation, missing } = card.scaling ?? {};
  const count = card.columns.length;
  const areNumbers = (list: unknown): list is number[] =>
    Array.isArray(list) &&
    list.length === count &&
    list.every((item) => typeof item === 'number' && Number.isFinite(item));
  if (!areNumbers(mean)) refuse('scaling.mean', `${count} numbers`, mean);
  if (!areNumbers(deviation) || !deviation.every((item) => item > 0))
    refuse('scaling.deviation', `${count} positive numbers`, deviation);
  if (!Array.isArray(missing) || !missing.every((item) => Number.isInteger(item) && item >= 0 && item < count)) {
    refuse('scaling.missing', 'indices of columns', missing);
  }
  try {
    checkArchitecture(card.architecture);
  } catch (error) {
    refuse('architecture', 'a network that can be', error instanceof Error ? error.message : error);
  }
  const { before, after } = contextOf(card.architecture);
  if (!(Number.isInteger(card.chunkFrames) && card.chunkFrames > before + after && card.chunkFrames <= 2 ** 20)) {
    refuse('chunkFrames', `a whole number above ${before + after}`, card.chunkFrames);
  }
  if (typeof card.onnxHash !== 'string') refuse('onnxHash', 'a SHA-256', card.onnxHash);
  return card;
}

/** Returns the number of input channels of a model. */
export function inputCountOf({ scaling }: Pick<TemporalCard, 'scaling'>): number {
  return channelCount(scaling);
}
