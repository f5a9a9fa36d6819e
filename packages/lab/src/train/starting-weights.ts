import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type ByteStore, StorageError } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import { downloadWeights, PRETRAINED, readPytorch, readSafetensors, type WeightSet } from '@zoopraxis/nn';
import { modelFiles, type StartingWeights } from '@zoopraxis/pose';

/** Where published weights are kept and how they are fetched. */
export interface StartingWeightsOptions {
  readonly cache: ByteStore;
  /** What to call the cache in hints, such as its folder. */
  readonly cacheName?: string;
  /** Use only what is in the cache; false by default. */
  readonly offline?: boolean;
  readonly signal?: AbortSignal;
}

/** Published files hold the backbone alone; those of pose networks have it below `backbone.` already. */
function asBackbone(tensors: WeightSet): WeightSet {
  if ([...tensors.keys()].some((name) => name.startsWith('backbone.'))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [`backbone.${name}`, tensor]));
}

async function readTensors(bytes: Uint8Array, name: string): Promise<WeightSet> {
  return name.endsWith('.safetensors') ? readSafetensors(bytes, name).tensors : (await readPytorch(bytes)).tensors;
}

/**
 * Returns the weights that a training begins with: those that torchvision publishes for a network (`published`), those of a
 * model's folder, or those of a `.safetensors` or PyTorch file.
 * @throws StorageError where there is no such file; UnavailableError where published weights cannot be fetched, whose hint
 * says how to fetch them by hand; RangeError for a network without published weights.
 */
export async function startingWeights(
  source: string,
  network: string,
  options: StartingWeightsOptions,
): Promise<StartingWeights> {
  if (source === 'published') {
    const entry = PRETRAINED.find((candidate) => candidate.network === network);
    if (entry === undefined) {
      const known = [...new Set(PRETRAINED.map((candidate) => candidate.network))].join(', ');
      throw new RangeError(`published weights: network must be one of ${known}, got ${network}`);
    }
    const { cache, cacheName, offline, signal } = options;
    const { bytes, file, sha256 } = await downloadWeights(entry, {
      store: cache,
      ...(cacheName === undefined ? {} : { storeName: cacheName }),
      ...(offline === undefined ? {} : { offline }),
      ...(signal ? { signal } : {}),
    });
    return {
      source: `${entry.name} (${sha256})`,
      tensors: asBackbone(await readTensors(bytes, file)),
      isPublished: true,
    };
  }
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) {
    throw new StorageError(`there are no weights to begin with: ${source}`, {
      hint: 'Name a model folder, a .safetensors or .pth file, or say `published`.',
    });
  }
  if (found.isDirectory()) {
    const bytes = await new FolderStore(source).read(modelFiles.weights);
    if (bytes === undefined) {
      throw new StorageError(`the folder holds no ${modelFiles.weights}: ${source}`, { hint: 'Name a model folder.' });
    }
    return { source: basename(source), tensors: await readTensors(bytes, modelFiles.weights), isPublished: false };
  }
  const tensors = asBackbone(await readTensors(await readFile(source), source));
  return { source: `${basename(dirname(source))}/${basename(source)}`, tensors, isPublished: false };
}
