import { type ByteStore, DomainError, IntegrityError } from '@zoopraxis/core';
import {
  type Backend,
  type BuiltNetwork,
  exportModel,
  type QuantizationReport,
  quantizeModel,
  type TensorMap,
  type WeightArrays,
} from '@zoopraxis/nn';
import { type PeakShape, withPeaks } from '../decode/peak-graph.js';
import type { ModelCard } from '../model/card.js';
import { type PoseImageSize, poseInferenceNetwork } from '../network/pose-network.js';

/** A trained pose model in memory: its card and its weights by name. */
export interface PoseModel {
  readonly card: ModelCard;
  readonly weights: WeightArrays;
  /** SHA-256 in hex of the weights file; networks are kept in a cache only where it is given. */
  readonly weightsHash?: string;
}

/** Returns the network of a card at an input size: outputs `scoremap` and, where offsets are decoded, `locref`. */
export type PoseNetworkBuilder = (card: ModelCard, size: PoseImageSize) => BuiltNetwork;

/** What int8 needs to know. */
export interface Int8Options {
  /** Text that changes with the calibration pictures; part of the cache's key. */
  readonly calibrationKey: string;
  /** Bits of the weights, 8 by default; 7 for processors without VNNI. */
  readonly weightBits?: 7 | 8;
}

/** Options of {@link makePoseGraph}. */
export interface PoseGraphOptions {
  readonly size: PoseImageSize;
  readonly backend: Backend;
  readonly network?: PoseNetworkBuilder | undefined;
  /** Where finished networks are kept between runs. */
  readonly cache?: ByteStore | undefined;
  /** Compute in int8, with ranges seen on feeds of the network's input size; float32 by default. */
  readonly int8?: (Int8Options & { readonly feeds: () => AsyncIterable<TensorMap> }) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A pose network ready to run. */
export interface PoseGraph {
  /** The bytes of an ONNX file that gives peaks. */
  readonly model: Uint8Array;
  readonly shape: PeakShape;
  /** What int8 did; absent for float32 and where the network came from the cache. */
  readonly quantization?: QuantizationReport;
}

/** Part of every key: changes when the same card and weights lead to another file. */
const GRAPH_VERSION = 1;

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function cacheName(model: PoseModel, { size, int8 }: PoseGraphOptions): Promise<string> {
  const { skeleton, network, preprocessing, decoding } = model.card;
  const { calibrationKey, weightBits = 8 } = int8 ?? {};
  const precision = int8 ? ['int8', calibrationKey, weightBits] : ['fp32'];
  const key = [GRAPH_VERSION, model.weightsHash, skeleton.keypoints.length, network, preprocessing, decoding, size];
  return `pose-networks/${await hashOf(JSON.stringify([...key, precision]))}.onnx`;
}

/**
 * Returns the network of a model for one input size, with its weights inside and peaks as outputs, from the cache where
 * one is given and has it.
 * @throws IntegrityError where the weights are not those of the network in the card.
 */
export async function makePoseGraph(model: PoseModel, options: PoseGraphOptions): Promise<PoseGraph> {
  const { size, backend, network = poseInferenceNetwork, cache, int8, signal } = options;
  const name = cache && model.weightsHash !== undefined ? await cacheName(model, options) : undefined;
  const kept = name === undefined ? undefined : await cache?.read(name);
  if (kept) return withPeaks(kept);
  let bytes: Uint8Array;
  try {
    bytes = await exportModel(network(model.card, size), model.weights, { backend, name: model.card.name });
  } catch (cause) {
    if (cause instanceof DomainError || !(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw new IntegrityError(`the weights and the card of model ${model.card.name} do not fit: ${cause.message}`, {
      cause,
      hint: 'restore model.json and weights.safetensors of the model from the same training, or train it again',
    });
  }
  let quantization: QuantizationReport | undefined;
  if (int8) {
    const { feeds, weightBits = 8 } = int8;
    const done = await quantizeModel(bytes, {
      backend,
      calibration: feeds(),
      weightBits,
      ...(signal ? { signal } : {}),
    });
    bytes = done.model;
    quantization = done.report;
  }
  if (name !== undefined) await cache?.write(name, bytes);
  return { ...withPeaks(bytes), ...(quantization ? { quantization } : {}) };
}
