import { open } from 'node:fs/promises';

/** Bytes that are read at once. */
const pieceBytes = 256 * 1024;

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
