import type { Initializer } from '../graph/initializer.js';
import type { Scope } from '../graph/scope.js';
import { constant, shapeText, sizeOf, type Value } from '../graph/value.js';
import { add } from '../ops/arithmetic.js';
import { gather } from '../ops/gather.js';
import { roll, split } from '../ops/rearrange.js';
import { pad, reshape, slice, transpose } from '../ops/shape.js';
import { attend, joinHeads, splitHeads } from './attention.js';
import { dropout } from './dropout.js';
import { linear } from './linear.js';

const narrow: Initializer = { kind: 'truncated', std: 0.02 };
const zeros: Initializer = { kind: 'fill', value: 0 };

/** Options of {@link windowAttention}. */
export interface WindowAttentionOptions {
  heads: number;
  /** Size of the window along each space axis (list of two or three). */
  window: readonly number[];
  /** Shift of the windows along each space axis (list); none by default. An axis that one window covers is not shifted. */
  shift?: readonly number[];
  /** Narrow the window to an axis that is shorter, as Video Swin does; else the axis is padded (the default, as Swin does). */
  narrowWindow?: boolean;
  /** Dropout of the attention weights in training, 0 by default. */
  dropoutRate?: number;
}

/** Returns every place of a grid as its coordinates (list), last axis fastest. */
function placesOf(size: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(size) }, (_, place) => {
    const at: number[] = [];
    let rest = place;
    for (let axis = size.length - 1; axis >= 0; axis--) {
      const length = size[axis] as number;
      at.unshift(rest % length);
      rest = Math.floor(rest / length);
    }
    return at;
  });
}

/**
 * Returns `[query * key]`: the row of the bias table for each pair of places of a window. Where windows are narrowed,
 * the first `count` places of the full window are taken, as in Video Swin, whose tables are for full windows.
 */
export function relativePositionIndex(window: readonly number[], count: number): Int32Array {
  const places = placesOf(window).slice(0, count);
  const index = new Int32Array(count * count);
  for (const [i, query] of places.entries()) {
    for (const [j, key] of places.entries()) {
      let row = 0;
      for (const [axis, size] of window.entries()) {
        row = row * (2 * size - 1) + (query[axis] as number) - (key[axis] as number) + size - 1;
      }
      index[i * count + j] = row;
    }
  }
  return index;
}

interface Grid {
  /** Padded size of each space axis (list). */
  readonly size: readonly number[];
  readonly window: readonly number[];
  readonly shift: readonly number[];
}

function gridOf(space: readonly number[], options: WindowAttentionOptions): Grid {
  const { window, shift = window.map(() => 0), narrowWindow = false } = options;
  const used = space.map((length, axis) => Math.min(window[axis] as number, narrowWindow ? length : Infinity));
  const size = space.map((length, axis) => Math.ceil(length / (used[axis] as number)) * (used[axis] as number));
  const moved = size.map((length, axis) => ((used[axis] as number) >= length ? 0 : (shift[axis] as number)));
  return { size, window: used, shift: moved };
}

/** Returns `[window, 1, query, key]`: -100 between places that only the shift brought into one window, else 0. */
function shiftMask({ size, window, shift }: Grid): Value {
  const region = (place: readonly number[]): string =>
    place
      .map((at, axis) => {
        const [length, width, by] = [size[axis] as number, window[axis] as number, shift[axis] as number];
        if (by === 0) return 0;
        return at < length - width ? 0 : at < length - by ? 1 : 2;
      })
      .join();
  const counts = size.map((length, axis) => length / (window[axis] as number));
  const inside = placesOf(window);
  const mask = new Float32Array(sizeOf(counts) * inside.length ** 2);
  for (const [w, corner] of placesOf(counts).entries()) {
    const regions = inside.map((place) =>
      region(place.map((at, axis) => (corner[axis] as number) * (window[axis] as number) + at)),
    );
    for (let i = 0; i < inside.length; i++) {
      for (let j = 0; j < inside.length; j++) {
        if (regions[i] !== regions[j]) mask[(w * inside.length + i) * inside.length + j] = -100;
      }
    }
  }
  return constant(mask, [sizeOf(counts), 1, inside.length, inside.length]);
}

/** Returns `[batch * window, place, feature]` from `[batch, ...size, feature]`. */
export function partitionWindows(x: Value, window: readonly number[]): Value {
  const [batch = 1, ...rest] = x.shape;
  const features = rest.pop() as number;
  const apart = rest.flatMap((length, axis) => [length / (window[axis] as number), window[axis] as number]);
  const outer = rest.map((_, axis) => 1 + 2 * axis);
  const inner = rest.map((_, axis) => 2 + 2 * axis);
  const order = [0, ...outer, ...inner, 1 + apart.length];
  return reshape(transpose(reshape(x, [batch, ...apart, features]), order), [-1, sizeOf(window), features]);
}

/** Returns `[batch, ...size, feature]` from `[batch * window, place, feature]`: the reverse of {@link partitionWindows}. */
export function joinWindows(x: Value, window: readonly number[], size: readonly number[]): Value {
  const features = x.shape.at(-1) as number;
  const counts = size.map((length, axis) => length / (window[axis] as number));
  const apart = reshape(x, [-1, ...counts, ...window, features]);
  const order = [0, ...size.flatMap((_, axis) => [1 + axis, 1 + size.length + axis]), 1 + 2 * size.length];
  return reshape(transpose(apart, order), [-1, ...size, features]);
}

/**
 * Returns `[batch, ...space, feature]`: attention within windows, shifted on request, with a learned bias per relative
 * position (Liu et al. 2021; over three space axes Liu et al. 2022), from `x` of that shape with two or three space
 * axes. Parameters: `relative_position_bias_table` `[(2 w - 1) per axis, head]`, `qkv` and `proj` (linear layers).
 */
export function windowAttention(scope: Scope, x: Value, options: WindowAttentionOptions): Value {
  const { heads, window, dropoutRate = 0 } = options;
  const space = x.shape.slice(1, -1);
  const features = x.shape.at(-1) as number;
  if (space.length < 1 || space.length !== window.length || (options.shift ?? window).length !== window.length) {
    throw new RangeError(
      `windowAttention: window and shift must have one size per space axis of ${shapeText(x.shape)}, got ${shapeText(window)} and ${shapeText(options.shift ?? [])}`,
    );
  }
  if (features % heads !== 0)
    throw new RangeError(`windowAttention: heads must divide ${features} features, got ${heads}`);
  const grid = gridOf(space, options);
  const none = x.shape.map(() => 0);
  const padded = pad(x, none, [0, ...grid.size.map((length, axis) => length - (space[axis] as number)), 0]);
  const shifted = grid.shift.reduce((value, by, axis) => roll(value, -by, axis + 1), padded);
  const windows = partitionWindows(shifted, grid.window);
  const [, count = 1] = windows.shape;

  const qkv = linear(scope.child('qkv'), windows, 3 * features, { initializer: narrow, biasInitializer: zeros });
  const [q, k, v] = split(qkv, 3, 2).map((part) => splitHeads(part, heads)) as [Value, Value, Value];
  const rows = window.reduce((product, size) => product * (2 * size - 1), 1);
  const table = scope.parameter('relative_position_bias_table', [rows, heads], narrow);
  const index = constant(relativePositionIndex(window, count), [count * count], 'int32');
  const bias = transpose(reshape(gather(table, index), [count, count, heads]), [2, 0, 1]);
  const isShifted = grid.shift.some((by) => by > 0);
  const weigh = (weights: Value): Value => dropout(scope, weights, dropoutRate);
  const mixed = isShifted
    ? attendMasked(q, k, v, add(shiftMask(grid), bias), weigh)
    : attend(q, k, v, { mask: bias, weigh });

  const out = linear(scope.child('proj'), joinHeads(mixed), features, {
    initializer: narrow,
    biasInitializer: zeros,
  });
  const joined = joinWindows(out, grid.window, grid.size);
  const back = grid.shift.reduce((value, by, axis) => roll(value, by, axis + 1), joined);
  return slice(
    back,
    space.map((length, axis) => ({ axis: axis + 1, end: length })),
  );
}

/** Attention of `[batch * window, head, place, feature]` with a mask `[window, head, query, key]`. */
function attendMasked(q: Value, k: Value, v: Value, mask: Value, weigh: (weights: Value) => Value): Value {
  const windows = mask.shape[0] as number;
  const grouped = (value: Value): Value => reshape(value, [-1, windows, ...value.shape.slice(1)]);
  return reshape(attend(grouped(q), grouped(k), grouped(v), { mask, weigh }), q.shape);
}
