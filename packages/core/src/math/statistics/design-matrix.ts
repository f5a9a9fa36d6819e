/** What may explain a response: a factor (texts) or a number, one value for each row. */
export interface FixedEffect {
  readonly name: string;
  /** List, one for each row: texts make a factor, numbers a covariate. */
  readonly values: readonly string[] | ArrayLike<number>;
  /** Levels of a factor in their order, the first being the reference; default those that occur, by code units. */
  readonly levels?: readonly string[];
}

/** A named part of a model: an effect, or the interaction of two. */
export interface DesignTerm {
  /** Such as `group` or `group:day`. */
  readonly name: string;
  /** Its columns in the design matrix, list. */
  readonly columns: readonly number[];
  /** Contrasts that the test of the term sets to zero, one a list: shape `[contrast, column]`. */
  readonly contrasts: readonly (readonly number[])[];
}

/** Columns of numbers made from effects. */
export interface DesignMatrix {
  readonly rowCount: number;
  /** Names such as `(Intercept)`, `group mutant`, `group mutant:day 2`. */
  readonly columnNames: readonly string[];
  /** Shape `[row, column]`. */
  readonly values: Float64Array;
  readonly terms: readonly DesignTerm[];
  /** Levels of each factor in the order used, by name of the factor. */
  readonly levels: Readonly<Record<string, readonly string[]>>;
}

interface Coded {
  readonly name: string;
  readonly isFactor: boolean;
  readonly levels: readonly string[];
  readonly columnNames: readonly string[];
  /** Value of one of its columns in a row. */
  readonly at: (row: number, column: number) => number;
}

function codeEffect(what: string, effect: FixedEffect): Coded {
  const { name, values } = effect;
  const first = values[0];
  if (typeof first !== 'string') {
    const numbers = values as ArrayLike<number>;
    return { name, isFactor: false, levels: [], columnNames: [name], at: (row) => numbers[row] as number };
  }
  const texts = values as readonly string[];
  const present = new Set(texts);
  const levels = effect.levels ?? [...present].sort((a, b) => (a < b ? -1 : 1));
  const unknown = [...present].find((level) => !levels.includes(level));
  if (unknown !== undefined) throw new RangeError(`${what}: levels of ${name} must hold every value, got ${unknown}`);
  const absent = levels.find((level) => !present.has(level));
  if (absent !== undefined)
    throw new RangeError(`${what}: level ${absent} of ${name} has no row; leave it out of levels`);
  if (levels.length < 2)
    throw new RangeError(`${what}: ${name} needs two levels or more, got ${levels.join(', ')} alone`);
  const index = new Map(levels.map((level, i) => [level, i]));
  const codes = Int32Array.from(texts, (text) => index.get(text) as number);
  return {
    name,
    isFactor: true,
    levels,
    columnNames: levels.slice(1).map((level) => `${name} ${level}`),
    at: (row, column) => Number(codes[row] === column + 1),
  };
}

/**
 * Returns the design matrix of an intercept, effects and interactions of two effects. Factors are coded against their first
 * level (treatment coding), so coefficients are differences from it. The test of a term that is part of an interaction
 * averages the factor it meets over its levels with equal weights, which is the usual test of type III; where it meets a
 * covariate it is the test at the covariate's zero, so center covariates that interact.
 * @throws RangeError for columns of unequal length, unknown effects, or a factor of one level.
 */
export function createDesignMatrix(
  what: string,
  rowCount: number,
  effects: readonly FixedEffect[],
  interactions: readonly (readonly [string, string])[] = [],
): DesignMatrix {
  const names = effects.map((effect) => effect.name);
  if (new Set(names).size !== names.length) throw new RangeError(`${what}: effects must have different names`);
  for (const { name, values } of effects) {
    if (values.length !== rowCount) {
      throw new RangeError(`${what}: ${name} must have ${rowCount} rows like the response, got ${values.length}`);
    }
  }
  const coded = effects.map((effect) => codeEffect(what, effect));
  const columns: { name: string; at: (row: number) => number }[] = [{ name: '(Intercept)', at: () => 1 }];
  const places = new Map<string, number[]>();
  const add = (term: string, name: string, at: (row: number) => number) => {
    places.set(term, [...(places.get(term) ?? []), columns.length]);
    columns.push({ name, at });
  };
  for (const effect of coded) {
    for (const [column, name] of effect.columnNames.entries()) add(effect.name, name, (row) => effect.at(row, column));
  }
  const pairs = interactions.map(([first, second]) => {
    const [a, b] = [first, second].map((name) => coded.find((effect) => effect.name === name));
    if (a === undefined || b === undefined || a === b) {
      throw new RangeError(`${what}: an interaction needs two of ${names.join(', ')}, got ${first} and ${second}`);
    }
    const term = `${a.name}:${b.name}`;
    for (const [j, right] of b.columnNames.entries()) {
      for (const [i, left] of a.columnNames.entries()) {
        add(term, `${left}:${right}`, (row) => a.at(row, i) * b.at(row, j));
      }
    }
    return { term, a, b };
  });
  const size = columns.length;
  const values = new Float64Array(rowCount * size);
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < size; column++) {
      values[row * size + column] = columns[column]?.at(row) as number;
    }
  }
  const contrastsOf = (effect: Coded): number[][] =>
    (places.get(effect.name) as number[]).map((place, i) => {
      const contrast = new Array<number>(size).fill(0);
      contrast[place] = 1;
      for (const { term, a, b } of pairs) {
        const other = a === effect ? b : b === effect ? a : undefined;
        if (other?.isFactor !== true) continue;
        const wide = a.columnNames.length;
        for (let j = 0; j < other.columnNames.length; j++) {
          const at = a === effect ? j * wide + i : i * wide + j;
          contrast[places.get(term)?.[at] as number] = 1 / other.levels.length;
        }
      }
      return contrast;
    });
  const unit = (place: number) => Array.from({ length: size }, (_, i) => Number(i === place));
  return {
    rowCount,
    columnNames: columns.map((column) => column.name),
    values,
    terms: [
      ...coded.map((effect) => ({
        name: effect.name,
        columns: places.get(effect.name) as number[],
        contrasts: contrastsOf(effect),
      })),
      ...pairs.map(({ term }) => {
        const own = places.get(term) as number[];
        return { name: term, columns: own, contrasts: own.map(unit) };
      }),
    ],
    levels: Object.fromEntries(coded.filter((effect) => effect.isFactor).map((effect) => [effect.name, effect.levels])),
  };
}
