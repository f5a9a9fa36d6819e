import type { FrameSource, Picture } from '@zoopraxis/core';

/** Width of backgrounds: more would only make the page heavy. */
const widestPx = 640;
const frameCount = 15;

/**
 * Returns the scene without the animal: the median of frames spread over a recording, px by px. An animal that sits in
 * one place for half of them stays visible there.
 */
export async function medianBackground(source: FrameSource, signal?: AbortSignal): Promise<Picture> {
  const step = Math.max(1, Math.ceil(source.widthPx / widestPx));
  const [widthPx, heightPx] = [Math.floor(source.widthPx / step), Math.floor(source.heightPx / step)];
  const count = Math.min(frameCount, source.frameCount);
  const small: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const frame = await source.frame(Math.floor(((i + 0.5) * source.frameCount) / count), signal);
    small.push(shrink(frame, step, widthPx, heightPx));
    source.recycle?.(frame);
  }
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  const values = new Uint8Array(small.length);
  for (let at = 0; at < rgb.length; at++) {
    for (let i = 0; i < small.length; i++) values[i] = small[i]?.[at] as number;
    values.sort();
    rgb[at] = values[values.length >> 1] as number;
  }
  return { widthPx, heightPx, rgb };
}

/** Returns every `step`-th pixel of a picture averaged with its neighbors. */
function shrink({ rgb, widthPx: stride }: Picture, step: number, widthPx: number, heightPx: number): Uint8Array {
  const out = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let total = 0;
        for (let dy = 0; dy < step; dy++) {
          for (let dx = 0; dx < step; dx++)
            total += rgb[((y * step + dy) * stride + x * step + dx) * 3 + channel] as number;
        }
        out[(y * widthPx + x) * 3 + channel] = total / (step * step);
      }
    }
  }
  return out;
}
