import { type Frame, type FrameSource, StorageError } from '@zoopraxis/core';
import { listVideoFiles, pairByStem } from './match-files.js';

/**
 * Returns the videos of recordings, by stem; those without one are left out.
 * @throws StorageError where the folder holds no videos.
 */
export async function videosOfRecordings(
  folder: string,
  stems: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { pairs } = pairByStem(
    await listVideoFiles([folder]),
    stems.map((stem) => ({ stem, path: stem })),
  );
  return new Map(pairs.map(({ annotations, tracks }) => [annotations, tracks]));
}

/**
 * Returns the video of one recording.
 * @throws StorageError where there is none.
 */
export function videoOf(videos: ReadonlyMap<string, string>, stem: string, folder: string): string {
  const path = videos.get(stem);
  if (path !== undefined) return path;
  throw new StorageError(`no video belongs to ${stem}, and its pixels are read: ${folder}`, {
    hint: 'Give the video the name of its tracks, or leave --videos out.',
  });
}

/**
 * Returns a video that is open only while frames are read: a training may have hundreds of them, and each open one is a
 * thread and a decoder.
 * @throws StorageError, FormatError where it cannot be opened.
 */
export async function lazyVideo(
  path: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<FrameSource> {
  const { openVideo } = await import('@zoopraxis/io/node');
  const open = () => openVideo(path, signal === undefined ? {} : { signal });
  const first = await open();
  const { frameCount, widthPx, heightPx, fps, timesSec } = first;
  await first.close();
  let current: FrameSource | undefined;
  return {
    ...{ frameCount, widthPx, heightPx, fps, ...(timesSec === undefined ? {} : { timesSec }) },
    async frame(index, own) {
      const source = await open();
      try {
        return await source.frame(index, own);
      } finally {
        await source.close();
      }
    },
    async *frames(start, end, own): AsyncGenerator<Frame> {
      const source = await open();
      current = source;
      try {
        yield* source.frames(start, end, own);
      } finally {
        if (current === source) current = undefined;
        await source.close();
      }
    },
    recycle: (frame) => current?.recycle?.(frame),
    close: async () => undefined,
  };
}
