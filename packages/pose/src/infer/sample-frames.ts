import type { Frame, FrameSource } from '@zoopraxis/core';

/** Returns indices of frames (list) spread evenly over a recording: the middles of equal stretches; all where it has fewer. */
export function spreadFrames(frameCount: number, count: number): number[] {
  const wanted = Math.min(count, frameCount);
  return Array.from({ length: wanted }, (_, at) => Math.floor(((at + 0.5) * frameCount) / wanted));
}

/** Yields frames spread evenly over a recording, damaged ones left out. */
export async function* sampleFrames(source: FrameSource, count: number, signal?: AbortSignal): AsyncGenerator<Frame> {
  for (const index of spreadFrames(source.frameCount, count)) {
    signal?.throwIfAborted();
    const frame = await source.frame(index, signal);
    if (!frame.corrupt) yield frame;
  }
}
