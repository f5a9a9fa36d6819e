import type { Frame } from '@zoopraxis/core';
import type { VideoSource } from '@zoopraxis/io';
import { scalePicture, writeJpeg, writePng } from '@zoopraxis/io/node';
import type { LocatedVideo } from './locate-video.js';
import type { OpenVideos } from './open-videos.js';

/** A frame as a picture file. */
export interface FramePicture {
  readonly bytes: Uint8Array;
  /** True where the decoder found damage. */
  readonly isCorrupt: boolean;
}

/** How a frame is wanted. */
export interface PictureWish {
  readonly frame: number;
  readonly format: 'jpeg' | 'png';
  /** Left out, or not below the width of the video: as it is. */
  readonly widthPx?: number;
}

/** Makes pictures of frames, ahead of who plays. */
export interface FramePictures {
  /** Returns a frame as a picture; an abort ends the work when nobody else waits for the same. */
  picture(video: LocatedVideo, wish: PictureWish, signal?: AbortSignal): Promise<FramePicture>;
}

/** Pictures that are made at a time: each holds a whole frame, and a film of 4K has 25 MB of it. */
const mostAtOnce = 16;

/** Returns what runs jobs in the order of their calls, so many at a time; a job whose signal fired meanwhile is left out. */
export function inTurns(most: number): <Result>(signal: AbortSignal, job: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (signal, job) => {
    if (running < most) running++;
    // Who is done hands its turn on.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      signal.throwIfAborted();
      return await job();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

interface Work {
  readonly result: Promise<FramePicture>;
  readonly stop: AbortController;
  readonly frame: number;
  /** Requests that wait; work ahead has none until it is caught up with. */
  waiters: number;
}

interface Reading {
  readonly running: Map<string, Work>;
  /** The frame asked for last, and the step to it from the one before. */
  last: number;
  step: number;
}

/** Frames made ahead of one who plays: hides decoding and encoding, and is little to throw away at a jump. */
const ahead = 8;
/** Longest step between frames that still counts as playing: at 8x pages show every eighth frame. */
const longestStep = 8;
/** Memory for pictures that may be asked for again. */
const keptBytes = 96 * 2 ** 20;

/**
 * Returns a maker of pictures. Frames that are asked for one after another, also in equal steps, are decoded ahead; after a
 * jump work ahead is dropped. The pictures made last are kept.
 */
export function createFramePictures(videos: OpenVideos): FramePictures {
  const kept = new Map<string, FramePicture>();
  const readings = new Map<string, Reading>();
  let keptSize = 0;
  const inTurn = inTurns(mostAtOnce);

  function keep(key: string, picture: FramePicture): void {
    if (kept.has(key)) return;
    kept.set(key, picture);
    keptSize += picture.bytes.length;
    for (const [oldest, { bytes }] of kept) {
      if (keptSize <= keptBytes) break;
      kept.delete(oldest);
      keptSize -= bytes.length;
    }
  }
  function start(video: LocatedVideo, reading: Reading, wish: PictureWish, key: string): Work {
    const stop = new AbortController();
    const result = inTurn(stop.signal, () => videos.use(video, (source) => make(source, wish, stop.signal)))
      .then((picture) => {
        keep(key, picture);
        return picture;
      })
      .finally(() => reading.running.delete(key));
    // Work ahead that is dropped, or fails, is nobody's.
    result.catch(() => undefined);
    const work = { result, stop, frame: wish.frame, waiters: 0 };
    reading.running.set(key, work);
    return work;
  }
  return {
    async picture(video, wish, signal) {
      signal?.throwIfAborted();
      const name = (frame: number) => `${video.entry.id}/${video.tag}/${frame}/${wish.format}/${wish.widthPx ?? ''}`;
      const place = `${video.entry.id}/${video.tag}`;
      const reading = readings.get(place) ?? { running: new Map(), last: Number.NaN, step: 0 };
      readings.set(place, reading);
      // Videos of long ago are forgotten, unless something still runs.
      if (readings.size > 64) for (const [old, { running }] of readings) if (running.size === 0) readings.delete(old);
      const step = wish.frame - reading.last;
      const isPlaying = step > 0 && step <= longestStep;
      const nextFrames = new Set<number>();
      if (isPlaying) for (let i = 1; i <= ahead; i++) nextFrames.add(wish.frame + i * step);
      if (step !== 0) {
        for (const { waiters, frame, stop } of reading.running.values()) {
          if (waiters === 0 && frame !== wish.frame && !nextFrames.has(frame)) stop.abort();
        }
      }
      reading.last = wish.frame;
      const key = name(wish.frame);
      const ready = kept.get(key);
      if (ready !== undefined) {
        kept.delete(key);
        kept.set(key, ready);
      }
      const before = reading.running.get(key);
      const work =
        ready !== undefined
          ? undefined
          : before?.stop.signal.aborted === false
            ? before
            : start(video, reading, wish, key);
      if (isPlaying) {
        for (const frame of nextFrames) {
          const own = name(frame);
          if (frame >= video.entry.frameCount || kept.has(own) || reading.running.has(own)) continue;
          start(video, reading, { ...wish, frame }, own);
        }
      }
      return ready ?? waitFor(work as Work, signal);
    },
  };
}

async function waitFor(work: Work, signal: AbortSignal | undefined): Promise<FramePicture> {
  work.waiters++;
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work.result, left]);
  } finally {
    signal?.removeEventListener('abort', leave);
    work.waiters--;
    if (work.waiters === 0 && signal?.aborted) work.stop.abort();
  }
}

async function make(
  source: VideoSource,
  { frame: index, format, widthPx = Number.POSITIVE_INFINITY }: PictureWish,
  signal: AbortSignal,
): Promise<FramePicture> {
  const frame: Frame = await source.frame(index, signal);
  try {
    signal.throwIfAborted();
    const isScaled = widthPx < frame.widthPx;
    const heightPx = Math.max(1, Math.round((frame.heightPx * widthPx) / frame.widthPx));
    const picture = isScaled ? await scalePicture(frame, widthPx, heightPx) : frame;
    return {
      bytes: await (format === 'png' ? writePng(picture) : writeJpeg(picture, { isFullColor: true })),
      isCorrupt: frame.corrupt,
    };
  } finally {
    source.recycle?.(frame);
  }
}
