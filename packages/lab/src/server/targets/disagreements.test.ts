import { createAnnotations } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { disagreementTargets } from './disagreements.js';

const stream = (
  annotator: string,
  bouts: readonly (readonly [number, number])[],
  behaviors = ['attack'],
  target?: string,
) => ({
  set: 's',
  isHuman: annotator !== 'net',
  recording: 'r',
  ids: bouts.map((_, i) => `${i}`),
  annotations: createAnnotations({
    subject: 'm',
    ...(target === undefined ? {} : { target }),
    annotator,
    channel: 'default',
    behaviors,
    startSec: Float64Array.from(bouts, ([start]) => start),
    endSec: Float64Array.from(bouts, ([, end]) => end),
    behavior: new Int32Array(bouts.length),
  }),
});
const base = { frameCount: 1000, fps: 10 };
const texts = (...streams: ReturnType<typeof stream>[]) =>
  disagreementTargets(streams, base, 'ann').map(({ frame, text }) => `${frame} ${text}`);

test('disagreements are the stretches that one says and another does not, the longest first', () => {
  const ann = stream('ann', [
    [1, 4],
    [10, 12],
    [20, 21],
  ]);
  const net = stream('net', [
    [2, 3],
    [10.05, 12],
    [30, 36],
  ]);
  expect(texts(ann, net)).toEqual([
    '300 attack: net says yes, ann no, for 6.0 s',
    '10 attack: ann says yes, net no, for 1.0 s',
    '30 attack: ann says yes, net no, for 1.0 s',
    '200 attack: ann says yes, net no, for 1.0 s',
  ]);
});

test('what one did not score, or not watch, is no disagreement', () => {
  expect(texts(stream('ann', [[1, 4]]), stream('net', [], ['mount']))).toEqual([]);
  const watched = { ...stream('bob', []), observedSec: [50, 60] as const };
  expect(disagreementTargets([stream('ann', [[1, 4]]), watched], base, 'ann')).toEqual([]);
  expect(texts(stream('ann', [[1, 4]]), stream('ann', []))).toEqual([]);
});

test('a stream that names no target is compared with those that do, all together', () => {
  const ann = stream('ann', [
    [1, 4],
    [10, 12],
    [20, 26],
  ]);
  const net = [stream('net', [[1, 4]], ['attack'], 'x'), stream('net', [[10, 12]], ['attack'], 'y')];
  expect(texts(ann, ...net)).toEqual(['200 attack: ann says yes, net no, for 6.0 s']);
  const named = [stream('ann', [[1, 4]], ['attack'], 'x'), stream('ann', [[10, 12]], ['attack'], 'y')];
  expect(texts(...named, stream('net', [[1, 4]]))).toEqual(['100 attack: ann says yes, net no, for 2.0 s']);
});
