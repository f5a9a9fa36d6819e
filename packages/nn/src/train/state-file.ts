import { hashText, IntegrityError } from '@zoopraxis/core';
import { readSafetensors, type Safetensors, writeSafetensors } from '../weights/safetensors.js';
import { tensorBytes, type WeightSet } from '../weights/weight-set.js';

const CHECKSUM = 'checksum';

/** Returns a 32-bit hash of names, shapes and bits: not against forgery, but any single changed word changes it. */
function checksum(tensors: WeightSet): string {
  let hash = 0x811c9dc5;
  for (const name of [...tensors.keys()].sort()) {
    const tensor = tensors.get(name);
    if (tensor === undefined) continue;
    hash = hashText(`${name} ${tensor.type} ${tensor.shape.join('x')}`, hash);
    const bytes = tensorBytes(tensor);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Returns the bytes of a safetensors file of float32 tensors that also holds a checksum of them. */
export function encodeState(tensors: WeightSet, metadata: Readonly<Record<string, string>>): Uint8Array {
  return writeSafetensors(tensors, { ...metadata, [CHECKSUM]: checksum(tensors) });
}

/**
 * Returns what {@link encodeState} wrote; tensors are views of `bytes`.
 * @throws FormatError where it is no safetensors file, IntegrityError where the checksum is missing or differs.
 */
export function decodeState(bytes: Uint8Array, path?: string): Safetensors {
  const file = readSafetensors(bytes, path);
  const place = path === undefined ? '' : `: ${path}`;
  const wanted = file.metadata[CHECKSUM];
  if (wanted === undefined) throw new IntegrityError(`checkpoint: it holds no checksum${place}`);
  for (const [name, { type }] of file.tensors) {
    if (type !== 'float32') throw new IntegrityError(`checkpoint: ${name} must be float32, is ${type}${place}`);
  }
  const found = checksum(file.tensors);
  if (found !== wanted) throw new IntegrityError(`checkpoint: its checksum is ${found}, must be ${wanted}${place}`);
  return file;
}
