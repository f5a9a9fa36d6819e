import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FrameLook, KeptLooks } from '@zoopraxis/pose';

const magic = 'ZPXLOOK1';

/** Frames whose looks are kept of one film; each takes about 3 kB. */
const mostLooks = 20_000;

/** Looks at the frames of a film that outlive the program. */
export interface LooksFile extends KeptLooks {
  /** Writes what was added; where the disk has no room nothing is kept. */
  save(): Promise<void>;
}

/** Returns the looks in a file; none where it is not there or not whole. */
export async function openLooks(path: string): Promise<LooksFile> {
  const looks = parse(await readFile(path).catch(() => undefined));
  const before = looks.size;
  return {
    get: (frame) => looks.get(frame),
    put: (frame, look) => {
      if (looks.size < mostLooks) looks.set(frame, look);
    },
    async save() {
      if (looks.size === before) return;
      const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.part`;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(temporary, format(looks));
        await rename(temporary, path);
      } catch {
        await rm(temporary, { force: true });
      }
    },
  };
}

// Magic, number of looks and px of a thumbnail (Uint32), then sharpness (Float64, NaN = corrupt), frames (Uint32), thumbnails
// (Float32); all little-endian.
const headBytes = 16;

function format(looks: ReadonlyMap<number, FrameLook | null>): Uint8Array {
  const size = [...looks.values()].find((look) => look !== null)?.thumbnail.length ?? 0;
  const list = [...looks].filter(([, look]) => look === null || look.thumbnail.length === size);
  const bytes = Buffer.alloc(headBytes + list.length * (12 + 4 * size));
  bytes.write(magic, 'latin1');
  bytes.writeUInt32LE(list.length, 8);
  bytes.writeUInt32LE(size, 12);
  for (const [i, [frame, look]] of list.entries()) {
    bytes.writeDoubleLE(look?.sharpness ?? Number.NaN, headBytes + 8 * i);
    bytes.writeUInt32LE(frame, headBytes + 8 * list.length + 4 * i);
    if (look === null) continue;
    const { buffer, byteOffset, byteLength } = look.thumbnail;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), headBytes + 12 * list.length + 4 * size * i);
  }
  return bytes;
}

function parse(bytes: Buffer | undefined): Map<number, FrameLook | null> {
  const looks = new Map<number, FrameLook | null>();
  if (bytes === undefined || bytes.length < headBytes || bytes.toString('latin1', 0, 8) !== magic) return looks;
  const [count, size] = [bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
  if (count > mostLooks || bytes.length !== headBytes + count * (12 + 4 * size)) return looks;
  for (let i = 0; i < count; i++) {
    const sharpness = bytes.readDoubleLE(headBytes + 8 * i);
    const frame = bytes.readUInt32LE(headBytes + 8 * count + 4 * i);
    const at = headBytes + 12 * count + 4 * size * i;
    const thumbnail = new Float32Array(new Uint8Array(bytes.subarray(at, at + 4 * size)).buffer);
    looks.set(frame, Number.isNaN(sharpness) ? null : { frame, sharpness, thumbnail });
  }
  return looks;
}
