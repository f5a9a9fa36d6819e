import { open } from 'node:fs/promises';
import { StorageError } from '@zoopraxis/core';

/** Bytes that are read at once. */
const pieceBytes = 256 * 1024;

/** Parts up to this size, bytes, are read at once. */
const smallBytes = 2 ** 20;

/** Returns the bytes of a part of a file: small ones at once, large ones as a stream. */
export async function filePart(
  path: string,
  range: { readonly start: number; readonly end: number },
): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>> {
  const length = range.end + 1 - range.start;
  if (length > smallBytes) return (await fileStream(path, range)) as ReadableStream<Uint8Array<ArrayBuffer>>;
  const handle = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, range.start + done);
      if (bytesRead === 0) throw new StorageError(`the file became shorter while it was read: ${path}`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Returns the bytes of a part of a file, read as they are taken; the file is closed at its end, and when the reader goes away. */
export async function fileStream(
  path: string,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<ReadableStream<Uint8Array>> {
  const handle = await open(path, 'r');
  let at = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const wanted = Math.min(pieceBytes, end + 1 - at);
          const { bytesRead, buffer } = await handle.read(new Uint8Array(wanted), 0, wanted, at);
          at += bytesRead;
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
          if (at <= end && bytesRead > 0) return;
          await handle.close();
          // A file that became shorter meanwhile: an end that is too early breaks the connection, as it should.
          controller.close();
        } catch (error) {
          await handle.close().catch(() => undefined);
          controller.error(error);
        }
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
}
