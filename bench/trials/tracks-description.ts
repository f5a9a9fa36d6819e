import type { PoseTracks } from '@zoopraxis/core';

/** What can be said of tracks without labels. */
export interface TracksDescription {
  readonly frames: number;
  readonly keypoints: Readonly<
    Record<
      string,
      {
        readonly medianConfidence: number;
        /** Share of frames with a confidence below 0.6. */
        readonly belowCutoff: number;
        readonly medianJumpPx: number;
        readonly p99JumpPx: number;
        /** Jumps above 30 px. */
        readonly largeJumps: number;
      }
    >
  >;
}

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

/** Returns confidence and frame-to-frame jumps of the first individual's keypoints. */
export function describeTracks({
  skeleton,
  individuals,
  timeBase,
  position,
  confidence,
}: PoseTracks): TracksDescription {
  const points = skeleton.keypoints.length;
  const stride = individuals.length * points;
  const describe = (keypoint: number) => {
    const places = Array.from({ length: timeBase.frameCount }, (_, frame) => frame * stride + keypoint);
    const sure = places.map((at) => confidence[at] as number);
    const jumps: number[] = [];
    for (let frame = 1; frame < places.length; frame++) {
      const [at, before] = [2 * (places[frame] as number), 2 * (places[frame - 1] as number)];
      const jump = Math.hypot(
        (position[at] as number) - (position[before] as number),
        (position[at + 1] as number) - (position[before + 1] as number),
      );
      if (!Number.isNaN(jump)) jumps.push(jump);
    }
    return {
      medianConfidence: quantile(sure, 0.5),
      belowCutoff: sure.filter((value) => value < 0.6).length / sure.length,
      medianJumpPx: quantile(jumps, 0.5),
      p99JumpPx: quantile(jumps, 0.99),
      largeJumps: jumps.filter((jump) => jump > 30).length,
    };
  };
  return {
    frames: timeBase.frameCount,
    keypoints: Object.fromEntries(skeleton.keypoints.map((name, keypoint) => [name, describe(keypoint)])),
  };
}
