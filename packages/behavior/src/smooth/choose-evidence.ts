import { boutMacroF1, classCountOf, frameMacroF1, type SmoothingData, scoredRuns } from './smoothing-data.js';

/** How the weight of one frame's evidence is chosen. */
export interface EvidenceOptions {
  /** Weights to choose from, list; the best by `criterion` wins, the smallest of nearly equal ones. */
  readonly evidence?: readonly number[];
  /** Mean F1 of the classes by frames, by bouts that overlap by half, or the mean of both; `both` by default. */
  readonly criterion?: 'frames' | 'bouts' | 'both';
}

const EVIDENCE = [0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1];

/** F1 that is given away for a smaller weight: bouts are then fewer. */
const NEARLY = 0.001;

/**
 * Returns the best of the candidates that `make` gives for each weight (and each way in `ways`), by how well the labels that
 * `label` gives for it, shape `[frame]`, meet the truth.
 */
export function chooseEvidence<Candidate, Way>(
  data: SmoothingData,
  { evidence = EVIDENCE, criterion = 'both' }: EvidenceOptions,
  make: (weight: number, way: Way) => Candidate,
  label: (candidate: Candidate) => Uint8Array,
  ways: readonly Way[],
): Candidate {
  if (evidence.length === 0 || !evidence.every((weight) => weight > 0 && Number.isFinite(weight))) {
    throw new RangeError(`evidence: must be positive numbers, got ${evidence.join(', ')}`);
  }
  const classCount = classCountOf(data);
  const runs = scoredRuns(data);
  const scoreOf = (labels: Uint8Array): number => {
    const frames = criterion === 'bouts' ? 0 : frameMacroF1(data.truth, labels, classCount);
    const bouts = criterion === 'frames' ? 0 : boutMacroF1(data.truth, labels, { runs, classCount });
    return criterion === 'both' ? (frames + bouts) / 2 : frames + bouts;
  };
  const weights = [...evidence].sort((a, b) => a - b);
  const candidates = ways.flatMap((way) => weights.map((weight) => make(weight, way)));
  if (candidates.length === 1) return candidates[0] as Candidate;
  const scores = candidates.map((candidate) => scoreOf(label(candidate)));
  const best = Math.max(...scores);
  return candidates[scores.findIndex((score) => score >= best - NEARLY)] as Candidate;
}
