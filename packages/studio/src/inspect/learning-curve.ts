import type { LearningPoint } from '../state/jobs.js';

/** One training in a chart. */
export interface LearningRun {
  readonly name: string;
  readonly points: readonly LearningPoint[];
}

/** Curves on one axis of steps. */
export interface LearningTable {
  /** Ascending, shape `[row]`. */
  readonly steps: readonly number[];
  /** Loss of each run, shape `[run][row]`; null = not measured there. */
  readonly loss: readonly (readonly (number | null)[])[];
  /** Held-out error of each run in px, shape `[run][row]`; null = not measured there. */
  readonly error: readonly (readonly (number | null)[])[];
}

/** The step with the smallest held-out error. */
export interface BestStep {
  readonly step: number;
  readonly heldOutErrorPx: number;
}

const known = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** Returns the step at which a training was best on images that it did not see, or undefined where none was measured. */
export function bestStep(points: readonly LearningPoint[]): BestStep | undefined {
  let best: BestStep | undefined;
  for (const { step, heldOutErrorPx } of points) {
    if (!known(heldOutErrorPx)) continue;
    if (best === undefined || heldOutErrorPx < best.heldOutErrorPx) best = { step, heldOutErrorPx };
  }
  return best;
}

/** Returns the curves of several trainings as columns over the union of their steps. Of two values of a step the later counts. */
export function learningTable(runs: readonly LearningRun[]): LearningTable {
  const steps = [...new Set(runs.flatMap(({ points }) => points.map(({ step }) => step)))].sort((a, b) => a - b);
  const rowOf = new Map(steps.map((step, row) => [step, row]));
  const columns = (value: (point: LearningPoint) => number | undefined) =>
    runs.map(({ points }) => {
      const column: (number | null)[] = steps.map(() => null);
      for (const point of points) {
        const found = value(point);
        if (known(found)) column[rowOf.get(point.step) as number] = found;
      }
      return column;
    });
  return { steps, loss: columns(({ loss }) => loss), error: columns(({ heldOutErrorPx }) => heldOutErrorPx) };
}

/**
 * Returns a column smoothed by an exponential mean whose start is not drawn to zero (Kingma and Ba 2015, section 3); nulls
 * stay null. `keep` is the share of the past, 0..1.
 */
export function smoothColumn(column: readonly (number | null)[], keep: number): (number | null)[] {
  let [mean, weight] = [0, 0];
  return column.map((value) => {
    if (value === null) return null;
    mean = keep * mean + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return mean / weight;
  });
}

/** Returns the newest loss and held-out error of a training in a sentence; empty where nothing was measured. */
export function learningText(points: readonly LearningPoint[]): string {
  const last = (value: (point: LearningPoint) => number | undefined) => points.map(value).filter(known).at(-1);
  const [loss, error, best] = [
    last((point) => point.loss),
    last(({ heldOutErrorPx }) => heldOutErrorPx),
    bestStep(points),
  ];
  return [
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(3)}`]),
    ...(error === undefined ? [] : [`held-out error ${error.toPrecision(3)} px`]),
    ...(best === undefined ? [] : [`best ${best.heldOutErrorPx.toPrecision(3)} px at step ${best.step}`]),
  ].join(', ');
}
