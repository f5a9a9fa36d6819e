import { crc32, joinBytes } from '@zoopraxis/core';
import { checkChunk, chunkArrays, type TracksChunk, type TracksHeader, valuesPerFrame } from './tracks-layout.js';

const magic = 0x5a435031;
const headBytes = 12;

/** Tells whether numbers lie in memory as files hold them. */
const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function bytesOf(array: Float32Array): Uint8Array {
  if (littleEndian) return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const view = new DataView(new ArrayBuffer(array.byteLength));
  for (let i = 0; i < array.length; i++) view.setFloat32(4 * i, array[i] as number, true);
  return new Uint8Array(view.buffer);
}

function floatsOf(bytes: Uint8Array): Float32Array {
  const copy = bytes.slice();
  if (littleEndian) return new Float32Array(copy.buffer);
  const view = new DataView(copy.buffer);
  return Float32Array.from({ length: copy.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** Returns the bytes of a chunk: mark, frame count and CRC-32 of the rest (little endian), then its arrays. */
export function encodeChunk(header: TracksHeader, chunk: TracksChunk): Uint8Array {
  checkChunk(header, chunk);
  const body = joinBytes(chunkArrays.flatMap((name) => (chunk[name] === undefined ? [] : [bytesOf(chunk[name])])));
  const head = new DataView(new ArrayBuffer(headBytes));
  head.setUint32(0, magic, true);
  head.setUint32(4, chunk.frameCount, true);
  head.setUint32(8, crc32(body), true);
  return joinBytes([new Uint8Array(head.buffer), body]);
}

/** Returns the chunk in bytes, or undefined where they are damaged or of other tracks. */
export function decodeChunk(header: TracksHeader, bytes: Uint8Array): TracksChunk | undefined {
  if (bytes.length < headBytes) return undefined;
  const head = new DataView(bytes.buffer, bytes.byteOffset, headBytes);
  const frameCount = head.getUint32(4, true);
  const perFrame = valuesPerFrame(header);
  const values = chunkArrays.reduce((total, name) => total + (perFrame[name] ?? 0), 0);
  const body = bytes.subarray(headBytes);
  if (head.getUint32(0, true) !== magic || body.length !== 4 * values * frameCount) return undefined;
  if (head.getUint32(8, true) !== crc32(body)) return undefined;
  let offset = 0;
  const next = (count: number): Float32Array => {
    offset += 4 * count;
    return floatsOf(body.subarray(offset - 4 * count, offset));
  };
  const position = next((perFrame.position ?? 0) * frameCount);
  const confidence = next((perFrame.confidence ?? 0) * frameCount);
  return {
    frameCount,
    position,
    confidence,
    ...(perFrame.boxes === undefined ? {} : { boxes: next(perFrame.boxes * frameCount) }),
    ...(perFrame.identity === undefined ? {} : { identity: next(perFrame.identity * frameCount) }),
  };
}
