import type { Frame, FrameSource } from '@zoopraxis/core';
import { sharpnessOf, shrinkToGray, thumbnailOf } from './gray-picture.js';

/** What frame selection keeps of a frame: some kilobytes, whatever its size. */
export interface FrameLook {
  readonly frame: number;
  readonly sharpness: number;
  /** Gray thumbnail, shape `[row, column]`. */
  readonly thumbnail: Float32Array;
}

/** Looks that were kept: frames that are looked at again need no decoding. */
export interface KeptLooks {
  /** Returns the look of a frame, null where the frame is corrupt, undefined where it is not known. */
  get(frame: number): FrameLook | null | undefined;
  put(frame: number, look: FrameLook | null): void;
}

/** Thumbnails are as wide as DeepLabCut's. */
const thumbnailWidthPx = 30;
/** Sharpness is judged at this width: in full size it would be that of the camera's noise. */
const sharpnessWidthPx = 320;
/**
 * Up to this step frames are read in order, for a jump decodes from the key frame before, with x264's defaults up to 250
 * frames away.
 */
const longestStep = 250;

function lookAt(frame: Frame): FrameLook | undefined {
  if (frame.corrupt) return undefined;
  const gray = shrinkToGray(frame, sharpnessWidthPx);
  return { frame: frame.index, sharpness: sharpnessOf(gray), thumbnail: thumbnailOf(gray, thumbnailWidthPx) };
}

/**
 * Returns the looks of frames, list in ascending order; corrupt frames are left out. Neighboring frames are read in one
 * go, others one by one; one picture is held at a time.
 */
export async function readLooks(
  source: FrameSource,
  frames: readonly number[],
  options: { signal?: AbortSignal | undefined; onFrame?: (done: number) => void; kept?: KeptLooks | undefined } = {},
): Promise<FrameLook[]> {
  const { signal, onFrame, kept } = options;
  const looks: FrameLook[] = [];
  let done = 0;
  for (const frame of frames) {
    const look = kept?.get(frame);
    if (look === undefined) continue;
    done++;
    if (look !== null) looks.push(look);
  }
  const missing = kept === undefined ? frames : frames.filter((frame) => kept.get(frame) === undefined);
  if (done > 0) onFrame?.(done);
  await readMissing(source, missing, { signal, take });
  return looks.sort((a, b) => a.frame - b.frame);

  function take(frame: Frame): void {
    const look = lookAt(frame);
    source.recycle?.(frame);
    kept?.put(frame.index, look ?? null);
    if (look !== undefined) looks.push(look);
    onFrame?.(++done);
  }
}

async function readMissing(
  source: FrameSource,
  frames: readonly number[],
  { signal, take }: { readonly signal: AbortSignal | undefined; readonly take: (frame: Frame) => void },
): Promise<void> {
  for (let i = 0; i < frames.length; ) {
    signal?.throwIfAborted();
    let last = i;
    while (last + 1 < frames.length && (frames[last + 1] as number) - (frames[last] as number) <= longestStep) last++;
    if (last === i) {
      take(await source.frame(frames[i] as number, signal));
    } else {
      const wanted = new Set(frames.slice(i, last + 1));
      for await (const frame of source.frames(frames[i], (frames[last] as number) + 1, signal)) {
        signal?.throwIfAborted();
        if (wanted.has(frame.index)) take(frame);
        else source.recycle?.(frame);
      }
    }
    i = last + 1;
  }
}
