import { baseWeightDecay, type OptimizerSettings, type ParameterMatch } from './settings.js';

/** A trained parameter as the optimizer sees it. */
export interface TrainedParameter {
  readonly name: string;
  /** List of axis sizes. */
  readonly shape: readonly number[];
}

/** What the rules of {@link OptimizerSettings} come to for one parameter. */
export interface ParameterHyper {
  readonly learningRateScale: number;
  readonly weightDecay: number;
}

function matches(match: ParameterMatch, pattern: RegExp | undefined, { name, shape }: TrainedParameter): boolean {
  return (
    (match.prefix === undefined || name.startsWith(match.prefix)) &&
    (pattern === undefined || pattern.test(name)) &&
    (match.names === undefined || match.names.includes(name)) &&
    (match.maxRank === undefined || shape.length <= match.maxRank)
  );
}

/**
 * Returns learning-rate factor and weight decay of each parameter, in order.
 * @throws RangeError where a rule matches no parameter, or names one that is not there: a misspelled name must not
 * pass in silence. A rule by `maxRank` alone may match nothing.
 */
export function parameterHypers(
  settings: OptimizerSettings,
  parameters: readonly TrainedParameter[],
): readonly ParameterHyper[] {
  const hypers = parameters.map(() => ({ learningRateScale: 1, weightDecay: baseWeightDecay(settings) }));
  for (const [index, rule] of (settings.groups ?? []).entries()) {
    const { match } = rule;
    const pattern = match.pattern === undefined ? undefined : compile(match.pattern, index);
    let matched = 0;
    for (const [at, parameter] of parameters.entries()) {
      const hyper = hypers[at];
      if (hyper === undefined || !matches(match, pattern, parameter)) continue;
      matched++;
      if (rule.learningRateScale !== undefined) hyper.learningRateScale = rule.learningRateScale;
      if (rule.weightDecay !== undefined) hyper.weightDecay = rule.weightDecay;
    }
    const named = match.prefix !== undefined || pattern !== undefined || match.names !== undefined;
    const known = new Set(parameters.map(({ name }) => name));
    const stranger = match.names?.find((name) => !known.has(name));
    if (stranger !== undefined || (named && matched === 0)) {
      const problem =
        stranger === undefined ? 'must match a trained parameter' : `${stranger} is not a trained parameter`;
      throw new RangeError(`optimizer groups[${index}].match: ${problem}, got ${JSON.stringify(match)}`);
    }
  }
  return hypers;
}

function compile(pattern: string, index: number): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    throw new RangeError(
      `optimizer groups[${index}].match.pattern: must be a regular expression, got ${JSON.stringify(pattern)}`,
      { cause },
    );
  }
}
