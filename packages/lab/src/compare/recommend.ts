import { normalizeComparison } from '@zoopraxis/figures';
import { type ComparedMetric, type ModelTable, paretoFront } from './comparison.js';
import type { PairedComparison } from './paired-errors.js';

/** Which model to use for what, with the reason in words. */
export interface Recommendation {
  readonly purpose: 'accuracy' | 'speed' | 'trade-off' | 'camera speed';
  /** Name of the model; undefined where none serves the purpose. */
  readonly model?: string;
  readonly reason: string;
}

/** Settings of {@link recommendModels}. */
export interface RecommendOptions {
  /** Key of the metric that stands for accuracy. */
  readonly accuracy: string;
  /** Key of the metric that stands for speed. */
  readonly speed: string;
  /** Tests between models on the metric of accuracy; left out where nobody can make them. */
  readonly tests?: readonly PairedComparison[];
  /** Default 0.05. */
  readonly significance?: number;
  /** Frames per second of the camera, to be kept up with. */
  readonly framesPerSec?: number;
}

/** Recommendations and what to know about them. */
export interface Recommendations {
  readonly recommendations: readonly Recommendation[];
  /** Models that the tests cannot tell from the most accurate one, it among them. Names. */
  readonly alike: readonly string[];
  /** Sentences. */
  readonly cautions: readonly string[];
}

/** Recordings below which p cannot fall under 0.05, whatever the models do: 2 / 2^5 is 0.0625. */
const LEAST_RECORDINGS = 6;

const show = (value: number) => Number(value.toPrecision(4)).toString();

/**
 * Returns which model to use for accuracy, for speed and for both, and says where differences are noise. For the trade-off:
 * of the models that none beats in both, the one with the largest mean of accuracy and speed, each from 0 (worst) to 1 (best).
 * @throws RangeError for a key that is no metric.
 */
export function recommendModels(table: ModelTable, options: RecommendOptions): Recommendations {
  const { tests, significance = 0.05, framesPerSec } = options;
  const metric = (key: string): { metric: ComparedMetric; at: number } => {
    const at = table.metrics.findIndex((one) => one.key === key);
    const found = table.metrics[at];
    if (found === undefined) {
      throw new RangeError(
        `recommendation: must be one of ${table.metrics.map((one) => one.key).join(', ')}, got ${key}`,
      );
    }
    return { metric: found, at };
  };
  const [accuracy, speed] = [metric(options.accuracy), metric(options.speed)];
  const normalized = normalizeComparison(table);
  const name = (model: number) => table.models[model] as string;
  const value = (which: ComparedMetric, model: number) =>
    `${show(which.values[model] as number)}${which.unit === undefined ? '' : which.unit === '%' ? ' %' : ` ${which.unit}`}`;
  const order = ({ values, better }: ComparedMetric, a: number, b: number) =>
    (better === 'higher' ? -1 : 1) * ((values[a] ?? Number.NaN) - (values[b] ?? Number.NaN)) || 0;
  /** Models with a number, the best first; among equal ones that which is better by the other metric. */
  const rank = (by: ComparedMetric, among: readonly number[]): number[] => {
    const other = by === accuracy.metric ? speed.metric : accuracy.metric;
    const known = among.filter((model) => by.values[model] !== null);
    return known.sort((a, b) => order(by, a, b) || order(other, a, b) || a - b);
  };
  const all = [...table.models.keys()];
  const cautions: string[] = [];
  const recommendations: Recommendation[] = [];

  const byAccuracy = rank(accuracy.metric, all);
  const [best] = byAccuracy;
  let alike: number[] = best === undefined ? [] : [best];
  if (best === undefined) {
    recommendations.push({ purpose: 'accuracy', reason: `No model has a number for ${accuracy.metric.name}.` });
  } else if (tests === undefined) {
    recommendations.push({
      purpose: 'accuracy',
      model: name(best),
      reason: `${name(best)} has the best ${accuracy.metric.name}, ${value(accuracy.metric, best)}.`,
    });
    cautions.push(
      'There are no errors of single frames to test with: which of these differences are noise is not known.',
    );
  } else {
    const between = (other: number) => tests.find(({ models }) => models.includes(best) && models.includes(other));
    const recordings = Math.min(...tests.map((test) => test.recordings));
    const byRecording = recordings >= LEAST_RECORDINGS;
    const isApart = (other: number) => {
      const test = between(other);
      const p = byRecording ? test?.adjustedP : test?.adjustedFramesP;
      return p !== undefined && p !== null && p < significance;
    };
    alike = byAccuracy.filter((model) => model === best || !isApart(model));
    const rest = alike.filter((model) => model !== best);
    const chosen = rest.length === 0 ? best : (rank(speed.metric, alike)[0] ?? best);
    const lead = `${name(best)} has the best ${accuracy.metric.name}, ${value(accuracy.metric, best)}`;
    recommendations.push({
      purpose: 'accuracy',
      model: name(chosen),
      reason:
        rest.length === 0
          ? `${lead}, and is better than every other model (p < ${significance} after Holm's correction).`
          : `${lead}, but its lead over ${rest.map(name).join(', ')} may be noise (p ≥ ${significance} after Holm's correction)${
              chosen === best ? '.' : `: ${name(chosen)} is the fastest of them.`
            }`,
    });
    if (table.models.length > 1 && !byRecording) {
      cautions.push(
        `The images come from ${recordings === 1 ? 'one recording' : `${recordings} recordings`}, and ${LEAST_RECORDINGS} are needed to test between recordings: the tests take each frame for itself, so they speak of ${recordings === 1 ? 'this recording' : 'these recordings'} and not of new ones.`,
      );
    }
  }

  const [fastest] = rank(speed.metric, all);
  const asFast = all.filter((model) => fastest !== undefined && order(speed.metric, model, fastest) === 0);
  recommendations.push(
    fastest === undefined
      ? { purpose: 'speed', reason: `No model has a number for ${speed.metric.name}.` }
      : {
          purpose: 'speed',
          model: name(fastest),
          reason:
            asFast.length > 1
              ? `${asFast.length === all.length ? 'All models' : asFast.map(name).join(', ')} are equally fast, ${value(speed.metric, fastest)}; ${name(fastest)} is the most accurate of them.`
              : `${name(fastest)} is the fastest, ${value(speed.metric, fastest)}${
                  accuracy.metric.values[fastest] === null
                    ? ''
                    : `; its ${accuracy.metric.name} is ${value(accuracy.metric, fastest)}${best === undefined || best === fastest ? '' : `, that of ${name(best)} ${value(accuracy.metric, best)}`}`
                }.`,
        },
  );

  const front = paretoFront(accuracy.metric, speed.metric);
  const goodness = (model: number) =>
    ((normalized[accuracy.at]?.[model] ?? 1) + (normalized[speed.at]?.[model] ?? 1)) / 2;
  const [balanced] = [...front].sort((a, b) => goodness(b) - goodness(a) || a - b);
  recommendations.push(
    balanced === undefined
      ? { purpose: 'trade-off', reason: `No model has both ${accuracy.metric.name} and ${speed.metric.name}.` }
      : {
          purpose: 'trade-off',
          model: name(balanced),
          reason:
            front.length === 1
              ? asFast.length > 1
                ? `${name(balanced)} is the most accurate, and none is faster.`
                : `${name(balanced)} is both the most accurate and the fastest.`
              : `${name(balanced)} has the best mean of ${accuracy.metric.name} and ${speed.metric.name} on the scale from 0 (worst here) to 1 (best here): ${show(goodness(balanced))}, with ${value(accuracy.metric, balanced)} at ${value(speed.metric, balanced)}. ${front.length} models are beaten by none in both: ${front.map(name).join(', ')}.`,
        },
  );

  if (framesPerSec !== undefined) {
    const quick = all.filter((model) => (speed.metric.values[model] ?? 0) >= framesPerSec);
    const [found] = rank(accuracy.metric, quick);
    recommendations.push(
      found === undefined
        ? { purpose: 'camera speed', reason: `No model keeps up with ${framesPerSec} frames per second.` }
        : {
            purpose: 'camera speed',
            model: name(found),
            reason: `${name(found)} is the most accurate of the ${quick.length} that keep up with ${framesPerSec} frames per second (${value(speed.metric, found)}).`,
          },
    );
  }
  return { recommendations, alike: alike.map(name), cautions };
}
