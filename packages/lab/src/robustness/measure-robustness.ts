import type {
  CorruptionEvaluation,
  CorruptionKind,
  DistanceUnit,
  OcclusionEvaluation,
  PoseCalibration,
  PosePairs,
} from '@zoopraxis/pose';
import type { SweptCondition } from './sweep.js';

/** Robustness of a model: plain JSON data; null = not asked for. */
export interface RobustnessEvaluation {
  readonly occlusion: OcclusionEvaluation | null;
  readonly corruptions: CorruptionEvaluation | null;
  readonly calibration: PoseCalibration;
}

/** Returns what a sweep says: the occlusion score with its curve, the losses by corruptions, and calibration when clean. */
export async function measureRobustness(
  swept: readonly SweptCondition[],
  options: { readonly radius: number; readonly unit: Exclude<DistanceUnit, 'mm'>; readonly seed: number },
): Promise<RobustnessEvaluation> {
  const { evaluateOcclusion, evaluateCorruptions, calibrateKeypoints } = await import('@zoopraxis/pose');
  const clean = swept.find(({ condition }) => condition.kind === 'clean');
  if (clean === undefined) throw new RangeError('robustness: the sweep must hold the clean condition');
  const occluded = swept.filter(({ condition }) => condition.kind === 'occlusion');
  const corrupted = new Map<CorruptionKind, PosePairs[]>();
  for (const { condition, pairs } of swept) {
    if (condition.kind === 'clean' || condition.kind === 'occlusion') continue;
    corrupted.set(condition.kind, [...(corrupted.get(condition.kind) ?? []), pairs]);
  }
  const { radius, unit, seed } = options;
  return {
    occlusion:
      occluded.length === 0
        ? null
        : evaluateOcclusion(
            {
              bySeverity: [clean, ...occluded].map(({ pairs }) => pairs),
              hidden: [undefined, ...occluded.map(({ hidden }) => hidden)],
              coveredShare: [0, ...occluded.map(({ coveredShare }) => coveredShare)],
            },
            { radius, unit, seed },
          ),
    corruptions: corrupted.size === 0 ? null : evaluateCorruptions({ clean: clean.pairs, corrupted }, { radius, unit }),
    calibration: calibrateKeypoints(clean.pairs, { radius, unit }),
  };
}
