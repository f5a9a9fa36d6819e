import { z } from 'zod';

const oddFrames = z
  .int()
  .min(1)
  .refine((value) => value % 2 === 1, 'must be an odd number of frames');
const positive = z.number().positive();

const likelihoodStep = z.strictObject({
  kind: z.literal('likelihood'),
  /** Points below are removed. */
  minimum: z.number().min(0).max(1).default(0.6),
});

const jumpStep = z.strictObject({
  kind: z.literal('jump'),
  /** Farthest way in one mean frame, in the unit of the tracks. */
  maximumPerFrame: positive,
  /** Pieces between jumps of at most so many points are removed. */
  longestFrames: z.int().min(1).default(5),
});

const medianStep = z.strictObject({ kind: z.literal('median'), windowFrames: oddFrames.default(5) });

const savitzkyGolayStep = z
  .strictObject({
    kind: z.literal('savitzky-golay'),
    windowFrames: oddFrames.default(7),
    /** Degree of the polynomial. */
    order: z.int().min(0).default(2),
  })
  .refine((step) => step.order < step.windowFrames, { path: ['order'], message: 'must be below windowFrames' });

const kalmanStep = z.strictObject({
  kind: z.literal('kalman'),
  model: z.enum(['velocity', 'acceleration']).default('velocity'),
  /** Standard deviation of a point of confidence 1, unit of the tracks; `auto`: by likelihood, for each keypoint. */
  measurementStd: z.union([z.literal('auto'), positive]).default('auto'),
  /** Spectral density of acceleration (unit^2 / s^3) or jerk (unit^2 / s^5); `auto`: by likelihood. */
  processDensity: z.union([z.literal('auto'), positive]).default('auto'),
  /** Points farther than so many deviations from the prediction are removed; null: none. */
  gateSigma: positive.nullable().default(6),
  restartFrames: z.int().min(1).default(5),
  /** Gaps of at most so many frames are filled by the smoother. */
  fillFrames: z.int().min(0).default(0),
  /** Across longer gaps nothing is smoothed. */
  bridgeFrames: z.int().min(0).default(30),
});

const fillStep = z.strictObject({
  kind: z.literal('fill'),
  method: z.enum(['linear', 'pchip']).default('pchip'),
  /** Longer gaps stay. */
  maximumFrames: z.int().min(1).default(5),
});

/** Schema of one filter step, told by its `kind`. */
export const filterStepSchema = z.discriminatedUnion('kind', [
  likelihoodStep,
  jumpStep,
  medianStep,
  savitzkyGolayStep,
  kalmanStep,
  fillStep,
]);

/** Schema of the steps of a filter, in the order in which they run. */
export const filterSpecSchema = z.array(filterStepSchema).min(1);

/** One step with all of its settings. */
export type FilterStep = z.infer<typeof filterStepSchema>;

/** One step as a user writes it: settings that have a default may be left out. */
export type FilterStepInput = z.input<typeof filterStepSchema>;

/** Settings that the short text names by their place: `savitzky-golay=7:2` is windowFrames 7, order 2. */
const placed: Readonly<Record<FilterStep['kind'], readonly string[]>> = {
  likelihood: ['minimum'],
  jump: ['maximumPerFrame', 'longestFrames'],
  median: ['windowFrames'],
  'savitzky-golay': ['windowFrames', 'order'],
  kalman: ['model', 'fillFrames'],
  fill: ['maximumFrames', 'method'],
};

function parseValue(text: string): unknown {
  if (text === 'null' || text === 'none') return null;
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}

/**
 * Returns the steps that a text such as `likelihood=0.6,median=5,kalman=velocity:10,fill=20:linear` names; settings can
 * be named (`kalman=gateSigma:none` is written `kalman=gateSigma=none`). JSON text of steps is read too.
 * @throws RangeError naming the step and the setting that do not fit, and what is known.
 */
export function parseFilterSteps(text: string): FilterStep[] {
  let data: unknown;
  if (/^\s*\[/.test(text)) {
    try {
      data = JSON.parse(text);
    } catch (cause) {
      throw new RangeError(`filter: must be JSON or steps such as median=5, got ${text}`, { cause });
    }
  } else {
    data = text.split(',').map((part) => {
      const [kind = '', ...rest] = part.trim().split(/=(.*)/s);
      const names = (placed as Record<string, readonly string[]>)[kind];
      if (names === undefined) {
        throw new RangeError(`filter: steps are ${Object.keys(placed).join(', ')}, got ${JSON.stringify(part.trim())}`);
      }
      const step: Record<string, unknown> = { kind };
      for (const [i, value] of (rest[0] ?? '').split(':').entries()) {
        if (value === '') continue;
        const [name, named] = value.includes('=') ? value.split(/=(.*)/s) : [names[i], value];
        if (name === undefined) throw new RangeError(`filter: ${kind} takes ${names.join(', ')}, got ${part.trim()}`);
        step[name] = parseValue(named ?? '');
      }
      return step;
    });
  }
  return checkFilterSteps(data);
}

/**
 * Returns steps with their defaults filled in.
 * @throws RangeError naming the first step and setting that do not fit.
 */
export function checkFilterSteps(steps: unknown): FilterStep[] {
  const parsed = filterSpecSchema.safeParse(steps);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [index, ...path] = issue?.path ?? [];
  const at = typeof index === 'number' && Array.isArray(steps) ? steps[index] : undefined;
  const kind = (at as { kind?: unknown } | undefined)?.kind;
  const place = [...(index === undefined ? [] : [`step ${Number(index) + 1}`]), ...(kind ? [kind] : []), ...path];
  throw new RangeError(`filter: ${place.join(' ') || 'steps'}: ${issue?.message ?? 'not a filter'}`);
}
