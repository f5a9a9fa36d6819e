import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const magic = 'ZPXCOL01';

const headerSchema = z.object({
  frameCount: z.int().min(0),
  columnCount: z.int().min(0),
});

/** Bytes before the first column: magic, length of the header, header as JSON. */
const headBytes = 4096;

/** Columns of numbers, one a frame, that are read one by one: what was computed of tracks. */
export interface ColumnFile {
  readonly frameCount: number;
  readonly columnCount: number;
  /** Returns a column, shape `[frame]`; NaN = not known. */
  column(index: number): Promise<Float32Array>;
}

/** A column file while it is written. */
export interface ColumnFileWriter {
  /** Where it lies while it is written: other threads write and read parts of it by {@link openColumnPart}. */
  readonly partPath: string;
  /** Writes numbers of consecutive frames, values of shape `[column, frame]`. */
  put(firstFrame: number, frameCount: number, values: Float32Array): Promise<void>;
  /** Makes the file appear under its name, whole. */
  close(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** Opens a file of columns for writing; it is there under its name only when it is closed. */
export async function createColumnFile(
  path: string,
  { frameCount, columnCount }: { readonly frameCount: number; readonly columnCount: number },
): Promise<ColumnFileWriter> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.part`;
  const handle = await open(temporary, 'w');
  const text = Buffer.from(JSON.stringify({ frameCount, columnCount }));
  const head = Buffer.alloc(headBytes);
  head.write(magic, 'latin1');
  head.writeUInt32LE(text.length, magic.length);
  text.copy(head, magic.length + 4);
  await handle.write(head, 0, headBytes, 0);
  await handle.truncate(headBytes + 4 * frameCount * columnCount);
  return {
    partPath: temporary,
    put: (firstFrame, count, values) => putColumns(handle, { frameCount, columnCount }, { firstFrame, count, values }),
    async close() {
      await handle.close();
      await rename(temporary, path);
    },
    async discard() {
      await handle.close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  };
}

interface Shape {
  readonly frameCount: number;
  readonly columnCount: number;
}

/** Writes values, shape `[column, frame]`, each column in one go. */
async function putColumns(
  handle: FileHandle,
  { frameCount, columnCount }: Shape,
  { firstFrame, count, values }: { readonly firstFrame: number; readonly count: number; readonly values: Float32Array },
): Promise<void> {
  for (let column = 0; column < columnCount; column++) {
    const part = values.subarray(column * count, (column + 1) * count);
    await writeAll(handle, part, headBytes + 4 * (column * frameCount + firstFrame));
  }
}

async function writeAll(handle: FileHandle, values: Float32Array, position: number): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

/** A column file that is being written, or was, by whoever knows its place. */
export interface ColumnPart {
  /** Writes numbers of consecutive frames, values of shape `[column, frame]`. */
  put(firstFrame: number, frameCount: number, values: Float32Array): Promise<void>;
  /** Reads the frames from `from` of a column into an array, shape `[frame]`. */
  read(column: number, from: number, into: Float32Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a column file of a known shape, whole or not, for writing and reading parts of it. */
export async function openColumnPart(path: string, shape: Shape): Promise<ColumnPart> {
  const handle = await open(path, 'r+');
  return {
    put: (firstFrame, count, values) => putColumns(handle, shape, { firstFrame, count, values }),
    read: (column, from, into) => readAll(handle, into, headBytes + 4 * (column * shape.frameCount + from)),
    close: () => handle.close(),
  };
}

async function readAll(handle: FileHandle, values: Float32Array, position: number): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new RangeError('column file: it became shorter');
    done += bytesRead;
  }
}

/** Returns a file of columns, undefined where there is none, or it is not whole: then it is made again. */
export async function openColumnFile(path: string): Promise<ColumnFile | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await handle.read(head, 0, headBytes, 0);
    if (bytesRead < headBytes || head.toString('latin1', 0, magic.length) !== magic) return undefined;
    const length = head.readUInt32LE(magic.length);
    if (length > headBytes - magic.length - 4) return undefined;
    const header = headerSchema.safeParse(
      parseJson(head.toString('utf8', magic.length + 4, magic.length + 4 + length)),
    );
    if (!header.success) return undefined;
    const { frameCount, columnCount } = header.data;
    if ((await handle.stat()).size !== headBytes + 4 * frameCount * columnCount) return undefined;
    // Files that are used stay longest.
    await utimes(path, new Date(), new Date()).catch(() => undefined);
    return {
      frameCount,
      columnCount,
      async column(index) {
        if (!(Number.isInteger(index) && index >= 0 && index < columnCount)) {
          throw new RangeError(`column file: column must be below ${columnCount}, got ${index}`);
        }
        const values = new Float32Array(frameCount);
        const file = await open(path, 'r');
        try {
          await readAll(file, values, headBytes + 4 * index * frameCount);
        } finally {
          await file.close();
        }
        return values;
      },
    };
  } finally {
    await handle.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Removes the files of a folder that were used longest ago until the others are together at most so large. */
export async function shrinkFolder(folder: string, mostBytes: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const stats = await stat(path).catch(() => undefined);
      return stats === undefined ? undefined : { path, bytes: stats.size, usedMs: stats.mtimeMs };
    }),
  );
  let left = mostBytes;
  for (const file of files.filter((item) => item !== undefined).sort((a, b) => b.usedMs - a.usedMs)) {
    left -= file.bytes;
    if (left < 0) await rm(file.path, { force: true });
  }
}
