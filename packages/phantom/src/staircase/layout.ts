/** Where things are in the side view of a staircase box; cm in the image plane, x to the right, y down. */
export const layout = {
  widthCm: 8,
  heightCm: 6.4,
  /** Surface and front end of the platform on which the animal lies. */
  platformY: 3.35,
  platformX: 4.1,
  platformThick: 0.35,
  stepCount: 5,
  /** Middle and surface of the first step, and how the next ones follow. */
  stepX: 4.65,
  stepY: 4.1,
  stepDx: 0.5,
  stepDy: 0.36,
  /** How far the front wall of a step rises over its surface: it hides what lies in the well. */
  lip: 0.11,
  pelletRadius: 0.13,
} as const;

/** A point of the image plane, cm. */
export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

/** Returns where a pellet lies on a step. */
export function pelletRest(step: number): PlanePoint {
  return {
    x: layout.stepX + step * layout.stepDx,
    y: layout.stepY + step * layout.stepDy - layout.pelletRadius,
  };
}

/** Returns the step whose well is over or under a place, clamped to the ends. */
export function stepAt(x: number): number {
  const step = Math.round((x - layout.stepX) / layout.stepDx);
  return Math.min(layout.stepCount - 1, Math.max(0, step));
}

/** Returns whether the front walls of the steps hide a place. */
export function isBehindSteps(x: number, y: number): boolean {
  const step = Math.round((x - layout.stepX) / layout.stepDx);
  if (x < layout.stepX - layout.stepDx / 2) return false;
  if (step >= layout.stepCount) return false;
  return y > layout.stepY + step * layout.stepDy - layout.lip;
}
