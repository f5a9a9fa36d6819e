/**
 * A place for named bytes: a folder on disk, memory, browser storage.
 * Names are relative, with `/` between parts; `..`, absolute names and empty parts are refused with a RangeError.
 * Bytes handed in are copied or written before the promise resolves; bytes handed out belong to the caller.
 */
export interface ByteStore {
  /** Returns the whole content, or undefined where the name does not exist. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Replaces the content in one step: after a crash either the old or the new bytes are there, durable when this returns. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Adds bytes at the end, durable when this returns; a crash meanwhile can leave a part of them. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** Returns the names that begin with a prefix (any text, such as `runs/a`), sorted by UTF-16 code units. */
  list(prefix?: string): Promise<string[]>;
  /** Removes a name; one that does not exist is no error. */
  remove(name: string): Promise<void>;
}

/** Where a stream of result chunks goes; each chunk is durable when `put` returns. */
export interface ChunkSink<Chunk> {
  /** Number of chunks already durable: long work resumes at this index. */
  count(): Promise<number>;
  put(index: number, chunk: Chunk): Promise<void>;
  close(): Promise<void>;
}

/** Pixels of one image. */
export interface Picture {
  widthPx: number;
  heightPx: number;
  /** Interleaved red, green, blue, shape `[heightPx, widthPx, 3]`, 0..255. */
  rgb: Uint8Array;
}

/** One decoded picture of a recording. */
export interface Frame extends Picture {
  /** Index in the recording, from 0. */
  index: number;
  timeSec: number;
  /** True where the decoder reported damage; the picture may be partly wrong. */
  corrupt: boolean;
}

/** Where frames come from: a video, a folder of images, a synthetic recording. */
export interface FrameSource {
  readonly frameCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Frames per second; the mean where the rate varies. */
  readonly fps: number;
  /** Time of each frame in seconds, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
  /** Returns exactly the frame of this index. */
  frame(index: number, signal?: AbortSignal): Promise<Frame>;
  /** Yields frames in order from `start` (included) to `end` (excluded). */
  frames(start?: number, end?: number, signal?: AbortSignal): AsyncIterable<Frame>;
  /** Takes back a frame whose pixels nobody reads any more, so that its memory can be used again. */
  recycle?(frame: Frame): void;
  close(): Promise<void>;
}
