import { joinBytes } from '@zoopraxis/core';
import { crc32Hex } from './crc32-hex.js';

const prefix = '{"crc":"';
const middle = '","entry":';
const headBytes = prefix.length + 8 + middle.length;
const newline = 10;

/** Returns the bytes of one line of JSON that holds an entry and the CRC-32 of the entry's own text. */
export function encodeLine(entry: unknown): Uint8Array {
  const encoder = new TextEncoder();
  const body = encoder.encode(JSON.stringify(entry));
  return joinBytes([encoder.encode(`${prefix}${crc32Hex(body)}${middle}`), body, encoder.encode('}\n')]);
}

/** Returns the entry in the bytes of a line (without its newline), or undefined where a byte of it is not what was written. */
export function decodeLine(line: Uint8Array): unknown {
  if (line.length <= headBytes || line[line.length - 1] !== 125) return undefined;
  const head = new TextDecoder().decode(line.subarray(0, headBytes));
  const body = line.subarray(headBytes, -1);
  if (head !== `${prefix}${crc32Hex(body)}${middle}`) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Returns the lines of bytes; the last has no newline where a write was torn. */
export function splitLines(bytes: Uint8Array): { readonly line: Uint8Array; readonly ended: boolean }[] {
  const lines: { line: Uint8Array; ended: boolean }[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(newline, start);
    lines.push({ line: bytes.subarray(start, end < 0 ? bytes.length : end), ended: end >= 0 });
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}
