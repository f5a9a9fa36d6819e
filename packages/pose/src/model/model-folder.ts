import { type ByteStore, IntegrityError, StorageError } from '@zoopraxis/core';
import {
  type BuiltNetwork,
  float32Tensor,
  loadWeights,
  readSafetensors,
  type WeightArrays,
  writeSafetensors,
} from '@zoopraxis/nn';
import { type ModelCard, parseModelCard } from './card.js';

/** Files of a model's folder. */
export const modelFiles = { card: 'model.json', weights: 'weights.safetensors', onnx: 'model.onnx' } as const;

/** Returns the SHA-256 of bytes in hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Returns the bytes of `weights.safetensors` for a network's parameters and buffers. */
export function weightFile(network: BuiltNetwork, weights: WeightArrays): Uint8Array {
  const tensors = [...network.parameters, ...network.buffers].map(([name, { shape }]) => {
    const values = weights.get(name);
    if (values === undefined) throw new TypeError(`weights: ${name} is missing`);
    return [name, float32Tensor(shape, values)] as const;
  });
  return writeSafetensors(new Map(tensors), { format: 'zoopraxis-pose-weights' });
}

/**
 * Writes a model into a store, with the bytes of its weights and ONNX file, and returns its card. The card comes last and names the others' hashes: a folder with a card is whole, and one that a
 * crash left without is no model.
 */
export async function writePoseModel(
  store: ByteStore,
  folder: string,
  model: { readonly card: ModelCard; readonly weights: Uint8Array; readonly onnx: Uint8Array },
): Promise<ModelCard> {
  const files: Record<string, string> = {};
  for (const [name, bytes] of [
    [modelFiles.onnx, model.onnx],
    [modelFiles.weights, model.weights],
  ] as const) {
    files[name] = await sha256Hex(bytes);
    await store.write(`${folder}/${name}`, bytes);
  }
  const card: ModelCard = { ...model.card, files };
  await store.write(`${folder}/${modelFiles.card}`, new TextEncoder().encode(`${JSON.stringify(card, null, 2)}\n`));
  return card;
}

/** A model as it was read: what `openPosePredictor` takes. */
export interface StoredPoseModel {
  readonly card: ModelCard;
  /** Row-major `[element]` by name. */
  readonly weights: WeightArrays;
  /** SHA-256 of the weights file in hex. */
  readonly weightsHash: string;
}

/**
 * Returns a model read from its folder.
 * @throws StorageError where a file is missing, FormatError where one cannot be read, IntegrityError where the weights are
 * not those that the card names.
 */
export async function readPoseModel(store: ByteStore, folder: string): Promise<StoredPoseModel> {
  const read = async (name: string): Promise<Uint8Array> => {
    const bytes = await store.read(`${folder}/${name}`);
    if (bytes !== undefined) return bytes;
    throw new StorageError(`model ${folder} has no ${name}`, {
      hint: 'Name a folder that holds a trained model; a training that was interrupted goes on when it is started again.',
    });
  };
  const path = `${folder}/${modelFiles.card}`;
  const card = parseModelCard(new TextDecoder().decode(await read(modelFiles.card)), path);
  const bytes = await read(modelFiles.weights);
  const weightsHash = await sha256Hex(bytes);
  const wanted = card.files?.[modelFiles.weights];
  if (wanted !== undefined && wanted !== weightsHash) {
    throw new IntegrityError(
      `the weights are not those of the card: their SHA-256 begins with ${weightsHash.slice(0, 12)}, must begin with ${wanted.slice(0, 12)}: ${folder}/${modelFiles.weights}`,
      { hint: 'Restore the folder from a copy, or train the model again.' },
    );
  }
  const { tensors } = readSafetensors(bytes, `${folder}/${modelFiles.weights}`);
  const { matched } = loadWeights(tensors, tensors);
  return { card, weights: new Map(matched), weightsHash };
}

/**
 * Throws where a model is used with a skeleton that it was not trained for.
 * @throws IntegrityError naming the keypoints that one side lacks.
 */
export function checkModelFits(card: ModelCard, keypoints: readonly string[]): void {
  const missing = keypoints.filter((name) => !card.skeleton.keypoints.includes(name));
  const extra = card.skeleton.keypoints.filter((name) => !keypoints.includes(name));
  const isSame = card.skeleton.keypoints.every((name, at) => keypoints[at] === name);
  if (isSame && missing.length === 0) return;
  const problem =
    missing.length + extra.length === 0
      ? `its keypoints are in another order (${card.skeleton.keypoints.join(', ')})`
      : [
          ...(missing.length > 0 ? [`it lacks ${missing.join(', ')}`] : []),
          ...(extra.length > 0 ? [`it has ${extra.join(', ')}, which the skeleton lacks`] : []),
        ].join('; ');
  throw new IntegrityError(`model ${card.name} does not fit the skeleton: ${problem}`, {
    hint: 'Choose a model that was trained for this skeleton, or train one.',
  });
}
