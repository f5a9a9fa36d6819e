import type { BehaviorFacts, PoseFacts } from './model-card.js';

/** One line of a comparison. */
export interface ComparisonLine {
  readonly name: string;
  /** Of each model, null = not known. */
  readonly values: readonly (number | null)[];
  readonly isSmallerBetter: boolean;
  readonly isShare: boolean;
}

/** Returns the index of the best value of a line, or -1 where fewer than two are known or all are alike. */
export function bestOf({ values, isSmallerBetter }: ComparisonLine): number {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2 || known.every((value) => value === known[0])) return -1;
  return values.indexOf(isSmallerBetter ? Math.min(...known) : Math.max(...known));
}

/** Returns what pose models are compared by: errors, shares within radii, the median of each point that any has. */
export function posesCompared(models: readonly PoseFacts[]): ComparisonLine[] {
  const px = (name: string, value: (facts: PoseFacts) => number | null): ComparisonLine => ({
    name,
    values: models.map(value),
    isSmallerBetter: true,
    isShare: false,
  });
  const radii = [...new Set(models.flatMap(({ within }) => within.map(({ radiusPx }) => radiusPx)))].sort(
    (a, b) => a - b,
  );
  const keypoints = [...new Set(models.flatMap((facts) => facts.keypoints.map(({ keypoint }) => keypoint)))];
  return [
    px('mean error, px', ({ meanErrorPx }) => meanErrorPx),
    px('median error, px', ({ medianErrorPx }) => medianErrorPx),
    ...radii.map((radius) => ({
      name: `within ${radius} px`,
      values: models.map(({ within }) => within.find(({ radiusPx }) => radiusPx === radius)?.share ?? null),
      isSmallerBetter: false,
      isShare: true,
    })),
    ...keypoints.map((keypoint) =>
      px(
        `${keypoint}: median, px`,
        (facts) => facts.keypoints.find((row) => row.keypoint === keypoint)?.medianErrorPx ?? null,
      ),
    ),
  ];
}

/** Returns what classifiers are compared by: F1 of all and of each behavior that any has. */
export function behaviorsCompared(models: readonly (BehaviorFacts | null)[]): ComparisonLine[] {
  const line = (name: string, isShare: boolean, value: (facts: BehaviorFacts) => number | null): ComparisonLine => ({
    name,
    values: models.map((facts) => (facts === null ? null : value(facts))),
    isSmallerBetter: false,
    isShare,
  });
  const behaviors = [...new Set(models.flatMap((facts) => facts?.rows.map(({ behavior }) => behavior) ?? []))];
  const rowOf = (facts: BehaviorFacts, behavior: string) => facts.rows.find((row) => row.behavior === behavior);
  return [
    line('macro F1', false, ({ macroF1 }) => macroF1),
    line('frames right', true, ({ accuracy }) => accuracy),
    ...behaviors.flatMap((behavior) => [
      line(`${behavior}: F1`, false, (facts) => rowOf(facts, behavior)?.f1 ?? null),
      line(`${behavior}: bout F1`, false, (facts) => rowOf(facts, behavior)?.boutF1 ?? null),
    ]),
  ];
}

/** Returns a warning where models were measured on different images, so that their errors do not compare; else null. */
export function unlikeMeasures(models: readonly PoseFacts[], heldOut: readonly string[]): string | null {
  const isAlike = new Set(models.map(({ frames }) => frames)).size < 2 && new Set(heldOut).size < 2;
  return isAlike ? null : 'They were measured on different images: differences may come from the images.';
}

/** Fewer images than this are too few to tell models apart by small differences. */
const fewImages = 20;

/** Returns what pose models that were measured on the same images were measured on, as a sentence; null where that is not known. */
export function measuredOnText(models: readonly PoseFacts[]): string | null {
  const count = models[0]?.frames;
  if (count == null || models.some(({ frames }) => frames !== count)) return null;
  const images = count === 1 ? 'the same image' : `the same ${count} images`;
  return `Measured on ${images}, which none of them learned from.${
    count < fewImages ? ' So few images do not tell small differences from chance.' : ''
  }`;
}

/** Returns what classifiers were measured on, as a text that is the same for the same recordings alone; from their records. */
export function recordingsOfTraining(training: unknown): string {
  const inputs = (training as { inputs?: unknown } | null)?.inputs;
  const hashes = (Array.isArray(inputs) ? inputs : []).map((input: unknown) => {
    const { annotationsHash, tracksHash } = input as { annotationsHash?: unknown; tracksHash?: unknown };
    return `${annotationsHash} ${tracksHash}`;
  });
  return hashes.sort().join('\n');
}
