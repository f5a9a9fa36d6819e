import { FormatError, IntegrityError, joinBytes } from '@zoopraxis/core';
import type { FrameTruth } from '../evaluate/frame-truth-type.js';
import { hashOf } from './fingerprint.js';

/** What one fold gave. */
export interface FoldResult {
  readonly seed: number;
  readonly fold: number;
  readonly behaviors: readonly string[];
  /** Sorted lists; they share nothing. */
  readonly trainGroups: readonly string[];
  readonly testGroups: readonly string[];
  /** What the model says of its training, plain JSON data. */
  readonly card: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
  /** One entry for each recording, list. */
  readonly tests: readonly {
    readonly id: string;
    readonly group: string;
    readonly predicted: FrameTruth;
    /** Shape `[frame, behavior]`. */
    readonly probability: Float32Array;
  }[];
}

const format = 'Zoopraxis fold';
const headBytes = 4 + 64;

/** Returns a fold as the bytes of one file: length and SHA-256 of what follows, a description in JSON, then labels and probabilities. */
export function encodeFold({ tests, ...rest }: FoldResult): Uint8Array {
  const described = tests.map(({ id, group, predicted }) => ({ id, group, frameCount: predicted.label.length }));
  const json = new TextEncoder().encode(JSON.stringify({ ...rest, tests: described }));
  const body = joinBytes([
    json,
    ...tests.flatMap(({ predicted, probability }) => [predicted.label, littleEndianBytes(probability)]),
  ]);
  const head = new Uint8Array(headBytes);
  new DataView(head.buffer).setUint32(0, json.length, true);
  head.set(new TextEncoder().encode(hashOf(body)), 4);
  return joinBytes([head, body]);
}

/** Returns the bytes of numbers, lowest byte first, on any machine. */
export function littleEndianBytes(values: Float32Array): Uint8Array {
  const out = new Uint8Array(values.length * 4);
  const view = new DataView(out.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i] as number, true);
  return out;
}

/**
 * Returns a fold from its file.
 * @throws IntegrityError where the bytes are not those that were written; FormatError where they are of something else.
 */
export function decodeFold(bytes: Uint8Array, path: string): FoldResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const jsonLength = bytes.length < headBytes ? Number.POSITIVE_INFINITY : view.getUint32(0, true);
  if (headBytes + jsonLength > bytes.length) {
    const found = `${bytes.length} bytes`;
    throw new FormatError({ format, path, where: 'header', expected: 'a length that fits', found });
  }
  const body = bytes.subarray(headBytes);
  if (new TextDecoder().decode(bytes.subarray(4, headBytes)) !== hashOf(body)) {
    throw new IntegrityError(`the file of a finished fold is damaged: ${path}`, {
      hint: 'Delete the file; the fold is then computed again.',
    });
  }
  const { tests, ...rest } = JSON.parse(new TextDecoder().decode(body.subarray(0, jsonLength))) as Omit<
    FoldResult,
    'tests'
  > & {
    tests: { id: string; group: string; frameCount: number }[];
  };
  let at = headBytes + jsonLength;
  return {
    ...rest,
    tests: tests.map(({ id, group, frameCount }) => {
      const label = bytes.slice(at, at + frameCount);
      at += frameCount;
      const probability = new Float32Array(frameCount * rest.behaviors.length);
      for (let i = 0; i < probability.length; i++, at += 4) probability[i] = view.getFloat32(at, true);
      return { id, group, predicted: { behaviors: rest.behaviors, label }, probability };
    }),
  };
}
