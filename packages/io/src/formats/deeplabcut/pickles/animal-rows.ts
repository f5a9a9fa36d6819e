import { asNumbers, type DeepLabCutPickleOptions, pickleProblem } from './vocabulary.js';

/** Animals in frames, one row each. */
export interface AnimalRows {
  readonly keypointCount: number;
  /** Ascending, shape `[row]`. */
  readonly frame: Int32Array;
  /** Shape `[row, keypoint, 2]`, px, center of the top-left pixel at (0, 0); NaN = missing. */
  readonly position: Float64Array;
  /** Shape `[row, keypoint]`; NaN where the point is missing. */
  readonly confidence: Float64Array;
  /** Class of the identity head for each point, shape `[row, keypoint]`; NaN = not known (-1 in the file). */
  readonly identity: Float64Array;
}

/** Most values of one file. */
const maximumRows = 2 ** 26;

/** Returns rows of animals from arrays of shape `[keypoint, 3 or 4]`: x, y, confidence and perhaps identity. */
export function animalRows(
  entries: readonly { readonly frame: number; readonly animal: unknown; readonly where: string }[],
  options: DeepLabCutPickleOptions,
): AnimalRows {
  const sorted = entries.toSorted((a, b) => a.frame - b.frame);
  const first = sorted[0] === undefined ? undefined : asNumbers(sorted[0].animal);
  const keypointCount = first?.shape[0] ?? 0;
  if (sorted.length * keypointCount > maximumRows) {
    throw pickleProblem(options, 'the animals', `at most ${maximumRows} points`, `${sorted.length * keypointCount}`);
  }
  const rows = sorted.length;
  const make = (values: number) => new Float64Array(rows * keypointCount * values).fill(Number.NaN);
  const made = { position: make(2), confidence: make(1), identity: make(1) };
  for (const [row, { animal, where }] of sorted.entries()) {
    const numbers = asNumbers(animal);
    const [points, width = 0] = numbers?.shape ?? [];
    if (numbers === undefined || points !== keypointCount || width < 3 || width > 4 || numbers.shape.length !== 2) {
      const found = numbers === undefined ? 'another value' : numbers.shape.join(' x ');
      throw pickleProblem(options, where, `an array of ${keypointCount} x 3 or 4`, found);
    }
    for (let point = 0; point < keypointCount; point++) {
      const at = row * keypointCount + point;
      const [x, y, confidence, identity = -1] = numbers.values.subarray(point * width, (point + 1) * width);
      made.position[2 * at] = x as number;
      made.position[2 * at + 1] = y as number;
      made.confidence[at] = confidence as number;
      if (identity >= 0) made.identity[at] = identity;
    }
  }
  return { keypointCount, frame: Int32Array.from(sorted, ({ frame }) => frame), ...made };
}
