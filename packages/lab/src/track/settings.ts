import type { Region } from '@zoopraxis/pose';

/** How videos are tracked. */
export interface TrackSettings {
  /** Where the network runs, `auto` by default. */
  readonly device?: 'cpu' | 'webgpu' | 'cuda' | 'auto';
  /** `fp32` by default. */
  readonly precision?: 'fp32' | 'int8';
  /** Part of every frame that is looked at, whole px of the video; the whole frame by default. */
  readonly region?: Region;
  /** Look only at a box that follows the animal: `auto` measures its size, a number is its side in px; not by default. */
  readonly follow?: 'auto' | number;
  /** Frames that go through the network together; chosen by the size of its input by default. */
  readonly batchSize?: number;
  /** Threads of the network, by default all cores; a run that goes on keeps those it began with. */
  readonly threads?: number;
  /** Frames that are kept together while the work goes on, 250 by default. */
  readonly chunkFrames?: number;
}

/** Px of the network's input that a batch should have at least: below, starting a run costs more than running it. */
const BATCH_PX = 300_000;

/** Returns how many pictures of a size go through the network together. */
export function chooseBatchSize(
  device: 'cpu' | 'webgpu' | 'cuda',
  size: { readonly widthPx: number; readonly heightPx: number },
  scale: number,
): number {
  const inputPx = size.widthPx * size.heightPx * scale * scale;
  const fitting = Math.min(Math.max(Math.floor(BATCH_PX / inputPx), 1), 8);
  return device === 'cpu' ? fitting : 8;
}
