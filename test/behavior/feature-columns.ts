import type { ExactFeatureSource, FeatureSource } from '@zoopraxis/behavior';

/** Returns the values of each column by name, shape `[frame]`. */
export async function collectFeatureColumns(source: FeatureSource): Promise<Map<string, Float32Array>> {
  const lines = source.columns.map(() => new Float32Array(source.timeBase.frameCount));
  for await (const { firstFrame, frameCount, values } of source.blocks()) {
    for (const [at, line] of lines.entries()) {
      line.set(values.subarray(at * frameCount, (at + 1) * frameCount), firstFrame);
    }
  }
  return new Map(source.columns.map(({ name }, at) => [name, lines[at] as Float32Array]));
}

/** Returns the values of each column by name before they are rounded, shape `[frame]`. */
export async function collectExactColumns(source: ExactFeatureSource): Promise<Map<string, Float64Array>> {
  const lines = source.columns.map(() => new Float64Array(source.timeBase.frameCount));
  for await (const { firstFrame, frameCount, values } of source.exactBlocks()) {
    for (const [at, line] of lines.entries()) {
      line.set(values.subarray(at * frameCount, (at + 1) * frameCount), firstFrame);
    }
  }
  return new Map(source.columns.map(({ name }, at) => [name, lines[at] as Float64Array]));
}
