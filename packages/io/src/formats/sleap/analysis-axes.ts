/** The axes of the arrays in an analysis file. */
export type AnalysisAxis = 'frame' | 'track' | 'node' | 'xy';

/** Order of SLEAP's own export (for MATLAB, which reads axes backward). */
export const classicAxes: readonly AnalysisAxis[] = ['track', 'xy', 'node', 'frame'];

/** Returns the axes that a `dims` attribute names, or undefined where it names others or some twice. */
export function readAxes(attribute: unknown): AnalysisAxis[] | undefined {
  if (typeof attribute !== 'string') return undefined;
  let names: unknown;
  try {
    names = JSON.parse(attribute);
  } catch {
    return undefined;
  }
  const known: readonly unknown[] = classicAxes;
  if (!Array.isArray(names) || names.some((name) => !known.includes(name))) return undefined;
  return new Set(names).size === names.length ? (names as AnalysisAxis[]) : undefined;
}

/** Returns the distance of neighbors along each axis of an array that is flat in this order. */
export function axisSteps(axes: readonly AnalysisAxis[], shape: readonly number[]): Record<AnalysisAxis, number> {
  const steps: Record<AnalysisAxis, number> = { frame: 0, track: 0, node: 0, xy: 0 };
  let step = 1;
  for (let i = axes.length - 1; i >= 0; i--) {
    steps[axes[i] as AnalysisAxis] = step;
    step *= shape[i] as number;
  }
  return steps;
}
