import { FormatError } from '@zoopraxis/core';
import type { Calibration } from './calibration.js';
import type { BoutDurations } from './durations.js';
import type { MarkovChain } from './hidden-markov.js';
import type { SemiMarkovModel } from './semi-markov-model.js';
import { type Smoother, smootherKinds } from './smoother.js';
import type { TwoStateHmm } from './two-state-hmm.js';

type Fields = Readonly<Record<string, unknown>>;

/** Largest number of classes and of durations that a file may ask for: decoding costs their product. */
const MOST_CLASSES = 254;
const MOST_DURATIONS = 100_000;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function refuse(where: string, expected: string, found: unknown): never {
  throw new FormatError({ format: 'smoother', where, expected, found: shown(found) });
}

function fields(where: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where, 'an object', value);
  return value as Fields;
}

function number(where: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !(value >= low && value <= high))
    refuse(where, `a number in ${low}..${high}`, value);
  return value as number;
}

function whole(where: string, value: unknown, low: number, high: number): number {
  if (!Number.isInteger(number(where, value, low, high))) refuse(where, 'a whole number', value);
  return value as number;
}

function list(where: string, value: unknown, length?: number): readonly unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    refuse(where, length === undefined ? 'a list' : `a list of ${length}`, value);
  }
  return value as readonly unknown[];
}

function numbers(where: string, value: unknown, length: number | undefined, low: number, high: number): number[] {
  return list(where, value, length).map((item, i) => number(`${where}[${i}]`, item, low, high));
}

/** Reads probabilities whose sum is 1, or 0 where `mayBeNone`. */
function shares(where: string, value: unknown, length: number, mayBeNone = false): number[] {
  const read = numbers(where, value, length, 0, 1);
  const sum = read.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-6 && !(mayBeNone && sum === 0)) refuse(where, 'probabilities of sum 1', value);
  return read;
}

function matrix(where: string, value: unknown, size: number, mayBeNone = false): number[][] {
  return list(where, value, size).map((row, i) => shares(`${where}[${i}]`, row, size, mayBeNone));
}

function oneOf<T extends string>(where: string, value: unknown, names: readonly T[]): T {
  if (!names.includes(value as T)) refuse(where, `one of ${names.join(', ')}`, value);
  return value as T;
}

function chainFrom(where: string, value: unknown, size: number): MarkovChain {
  const { start, transition } = fields(where, value);
  return { start: shares(`${where}.start`, start, size), transition: matrix(`${where}.transition`, transition, size) };
}

function twoStatesFrom(where: string, value: unknown): TwoStateHmm {
  const { emission } = fields(where, value);
  return { ...chainFrom(where, value, 2), emission: matrix(`${where}.emission`, emission, 2) };
}

const LARGE = 1e6;

function calibrationFrom(where: string, value: unknown, size: number): Calibration {
  const all = fields(where, value);
  const kind = oneOf(`${where}.kind`, all.kind, ['none', 'platt', 'isotonic', 'temperature']);
  const real = (name: 'slope' | 'offset') => numbers(`${where}.${name}`, all[name], size, -LARGE, LARGE);
  if (kind === 'none') return { kind };
  if (kind === 'platt') return { kind, slope: real('slope'), offset: real('offset') };
  if (kind === 'temperature') {
    return { kind, slope: number(`${where}.slope`, all.slope, -LARGE, LARGE), offset: real('offset') };
  }
  const corners = list(`${where}.corners`, all.corners, size).map((item, i) => {
    const place = `${where}.corners[${i}]`;
    const { at, value: heights } = fields(place, item);
    const places = numbers(`${place}.at`, at, undefined, 0, 1);
    if (places.some((x, k) => k > 0 && x < (places[k - 1] as number))) refuse(`${place}.at`, 'rising numbers', at);
    return { at: places, value: numbers(`${place}.value`, heights, places.length, 0, 1) };
  });
  return { kind, corners };
}

function durationsFrom(where: string, value: unknown, size: number): BoutDurations {
  const all = fields(where, value);
  const edges = list(`${where}.edges`, all.edges).map((edge, i) =>
    whole(`${where}.edges[${i}]`, edge, 1, MOST_DURATIONS),
  );
  if (edges[0] !== 1 || edges.some((edge, i) => i > 0 && edge <= (edges[i - 1] as number))) {
    refuse(`${where}.edges`, 'rising durations from 1', edges);
  }
  const hazard = list(`${where}.hazard`, all.hazard, size).map((row, i) =>
    numbers(`${where}.hazard[${i}]`, row, edges.length, 1e-9, 1 - 1e-9),
  );
  return { edges, hazard };
}

function modelFrom(where: string, value: unknown, size: number): SemiMarkovModel {
  const all = fields(where, value);
  const transition = matrix(`${where}.transition`, all.transition, size, size === 1);
  if (transition.some((row, i) => row[i] !== 0)) refuse(`${where}.transition`, 'zeros on the diagonal', all.transition);
  return {
    start: shares(`${where}.start`, all.start, size),
    transition,
    durations: durationsFrom(`${where}.durations`, all.durations, size),
    prior: shares(`${where}.prior`, all.prior, size),
    evidence: number(`${where}.evidence`, all.evidence, 1e-6, 1e3),
    calibration: calibrationFrom(`${where}.calibration`, all.calibration, size),
    decode: oneOf(`${where}.decode`, all.decode, ['bouts', 'frames']),
  };
}

/**
 * Returns a smoother read from JSON, after checking all of it.
 * @throws FormatError naming the place, what is expected there and what was found.
 */
export function parseSmoother(value: unknown): Smoother {
  const all = fields('smoother', value);
  const kind = oneOf('kind', all.kind, smootherKinds);
  const classCount = whole('classCount', all.classCount, 1, MOST_CLASSES);
  const other = all.other === undefined ? {} : { other: whole('other', all.other, 0, classCount - 1) };
  const base = { classCount, ...other };
  switch (kind) {
    case 'none':
      return { kind, ...base };
    case 'mars':
      return {
        kind,
        ...base,
        mode: oneOf('mode', all.mode, ['mars', 'corrected']),
        blur: whole('blur', all.blur, 0, 10_000),
        shift: whole('shift', all.shift, 0, 10_000),
        classes: list('classes', all.classes, classCount).map((item, i) => twoStatesFrom(`classes[${i}]`, item)),
      };
    case 'hmm':
      return {
        kind,
        ...base,
        chain: chainFrom('chain', all.chain, classCount),
        prior: numbers('prior', all.prior, classCount, Number.MIN_VALUE, 1),
        calibration: calibrationFrom('calibration', all.calibration, classCount),
        evidence: number('evidence', all.evidence, 1e-6, 1e3),
      };
    case 'semi-markov':
      return { kind, ...base, model: modelFrom('model', all.model, classCount) };
    case 'min-bout': {
      const frames = (name: 'minFrames' | 'gapFrames') =>
        list(name, all[name], classCount).map((item, i) => whole(`${name}[${i}]`, item, 0, 2 ** 31));
      return { kind, ...base, minFrames: frames('minFrames'), gapFrames: frames('gapFrames') };
    }
  }
}
