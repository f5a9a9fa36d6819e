/** Lowers the learning rate when an observed value no longer improves, as PyTorch's ReduceLROnPlateau. */
export interface PlateauSettings {
  /** Whether smaller or larger values are better; `min` by default. */
  mode?: 'min' | 'max';
  /** What the learning rate is multiplied by; 0.1 by default. */
  factor?: number;
  /** Evaluations without improvement that are borne; 10 by default. */
  patience?: number;
  /** Smallest change that counts; 1e-4 by default. */
  threshold?: number;
  /** Whether `threshold` is a share of the best value or a difference; `relative` by default. */
  thresholdMode?: 'relative' | 'absolute';
  /** Evaluations after a reduction that are not counted; 0 by default. */
  cooldown?: number;
  /** Smallest factor; 0 by default. */
  minFactor?: number;
}

/** What a plateau schedule remembers; plain data for a checkpoint. */
export interface PlateauState {
  /** Current factor of the learning rate. */
  factor: number;
  best: number | null;
  badCount: number;
  cooldownLeft: number;
}

/** Returns the state before the first evaluation. */
export function initialPlateau(): PlateauState {
  return { factor: 1, best: null, badCount: 0, cooldownLeft: 0 };
}

/** Returns whether a value is better than the best so far (null: none) by more than a margin; NaN and infinity never are. */
export function isBetter(
  value: number,
  best: number | null,
  options: { mode?: 'min' | 'max'; threshold?: number; thresholdMode?: 'relative' | 'absolute' } = {},
): boolean {
  const { mode = 'min', threshold = 0, thresholdMode = 'absolute' } = options;
  if (!Number.isFinite(value)) return false;
  if (best === null) return true;
  const sign = mode === 'min' ? -1 : 1;
  const margin = thresholdMode === 'relative' ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === 'min' ? value < margin : value > margin;
}

/** Returns the state after an evaluation gave `value`. */
export function observePlateau(settings: PlateauSettings, state: PlateauState, value: number): PlateauState {
  const { factor = 0.1, patience = 10, cooldown = 0, minFactor = 0 } = settings;
  const { mode = 'min', threshold = 1e-4, thresholdMode = 'relative' } = settings;
  if (!(factor > 0 && factor < 1)) throw new RangeError(`plateau factor: must be in (0, 1), got ${factor}`);
  const next = { ...state };
  if (isBetter(value, state.best, { mode, threshold, thresholdMode })) {
    next.best = value;
    next.badCount = 0;
  } else {
    next.badCount++;
  }
  if (next.cooldownLeft > 0) {
    next.cooldownLeft--;
    next.badCount = 0;
  }
  if (next.badCount > patience) {
    next.factor = Math.max(state.factor * factor, minFactor);
    next.cooldownLeft = cooldown;
    next.badCount = 0;
  }
  return next;
}
