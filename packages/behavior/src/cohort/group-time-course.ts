/** Time course of one animal in one recording, in one group. */
export interface AnimalCourse {
  readonly group: string;
  readonly animal: string;
  /** What is shown, such as seconds of a behavior in each bin, shape `[bin]`. */
  readonly amount: ArrayLike<number>;
  /** What it is divided by, such as the analyzed seconds of each bin, shape `[bin]`; 0 = nothing known. */
  readonly observed: ArrayLike<number>;
}

/** Mean over the animals of a group, bin by bin. */
export interface GroupCourse {
  readonly name: string;
  /** Animals with anything known, shape `[bin]`. */
  readonly animalCount: readonly number[];
  /** Shape `[bin]`; NaN = no animal known. */
  readonly mean: readonly number[];
  /** Mean minus the standard error over animals, shape `[bin]`; the mean itself for one animal; NaN = no animal known. */
  readonly low: readonly number[];
  /** Mean plus the standard error, shape `[bin]`; as `low`. */
  readonly high: readonly number[];
}

/**
 * Returns the mean course of each group with its standard error, the animal as the unit: recordings of one animal are
 * summed first, then amounts are divided by what was observed. Courses may be of different lengths.
 */
export function groupTimeCourses(
  courses: readonly AnimalCourse[],
  { groups, scale = 1 }: { readonly groups: readonly string[]; readonly scale?: number },
): GroupCourse[] {
  const bins = courses.reduce((most, { amount }) => Math.max(most, amount.length), 0);
  return groups.map((name) => {
    const sums = new Map<string, { amount: Float64Array; observed: Float64Array }>();
    for (const course of courses) {
      if (course.group !== name) continue;
      const sum = sums.get(course.animal) ?? { amount: new Float64Array(bins), observed: new Float64Array(bins) };
      sums.set(course.animal, sum);
      for (let bin = 0; bin < course.amount.length; bin++) {
        sum.amount[bin] = (sum.amount[bin] as number) + (course.amount[bin] as number);
        sum.observed[bin] = (sum.observed[bin] as number) + (course.observed[bin] as number);
      }
    }
    const perBin = Array.from({ length: bins }, (_, bin) => {
      const values = [...sums.values()].flatMap(({ amount, observed }) =>
        (observed[bin] as number) > 0 ? [(scale * (amount[bin] as number)) / (observed[bin] as number)] : [],
      );
      const count = values.length;
      const mean = count === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / count;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const error = count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count);
      return { count, mean, error };
    });
    return {
      name,
      animalCount: perBin.map(({ count }) => count),
      mean: perBin.map(({ mean }) => mean),
      low: perBin.map(({ mean, error }) => mean - error),
      high: perBin.map(({ mean, error }) => mean + error),
    };
  });
}
