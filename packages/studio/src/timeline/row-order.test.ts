import { expect, test } from 'vitest';
import type { StreamView, TraceView } from 'zoopraxis';
import {
  chooseTraces,
  keepHeight,
  moveId,
  noChoice,
  orderIds,
  orderStreams,
  parseChoice,
  streamRowId,
} from './row-order.js';
import { findTraces, traceWords } from './trace-groups.js';

const stream = (subject: string, annotator: string, isHuman: boolean, recording = 'r'): StreamView => ({
  set: 's',
  recording,
  subject,
  annotator,
  channel: 'default',
  isHuman,
  behaviors: [],
  boutCount: 0,
});

const trace = (id: string, group: string, title = id): TraceView => ({
  id,
  title,
  group,
  unit: '',
  definition: '',
  subject: null,
  fps: 30,
  frameCount: 10,
});

test('streams stand by animal, humans before models', () => {
  const streams = [
    stream('m2', 'net', false),
    stream('m1', 'net', false),
    stream('m2', 'bo', true),
    stream('m1', 'an', true),
  ];
  expect(orderStreams(streams).map(({ subject, annotator }) => `${subject} ${annotator}`)).toEqual([
    'm1 an',
    'm1 net',
    'm2 bo',
    'm2 net',
  ]);
});

test('a row has the same id in every recording', () => {
  expect(streamRowId(stream('m1', 'an', true, 'x'))).toBe(streamRowId(stream('m1', 'an', true, 'y')));
  expect(streamRowId(stream('m1', 'an', true))).not.toBe(streamRowId({ ...stream('m1', 'an', true), target: 'm2' }));
});

test('moved rows keep their order, new ones stay behind the one before them', () => {
  expect(orderIds(['a', 'b', 'c', 'd'], [])).toEqual(['a', 'b', 'c', 'd']);
  expect(orderIds(['a', 'b', 'c', 'd'], ['c', 'a'])).toEqual(['c', 'd', 'a', 'b']);
  expect(orderIds(['new', 'a', 'b'], ['b', 'gone', 'a'])).toEqual(['new', 'b', 'a']);
  expect(moveId(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
  expect(moveId(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
  expect(moveId(['a', 'b'], 'x', 1)).toEqual(['a', 'b']);
});

test('at first probabilities and a speed are shown', () => {
  const list = [
    trace('area', 'shape'),
    trace('speed m1', 'movement'),
    ...['a', 'b', 'c', 'd'].map((id) => trace(id, 'probability of model x')),
  ];
  expect(chooseTraces(list).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'speed m1']);
});

test('what an earlier visit chose is read again, and nonsense is left out', () => {
  const choice = { hidden: ['a'], traces: ['t'], order: ['b', 'a'], heights: { a: 40 }, fitted: ['t'] };
  expect(parseChoice(JSON.stringify(choice))).toEqual(choice);
  expect(parseChoice('{"hidden":[1,"a"],"traces":7,"order":null,"heights":{"a":1e9,"b":"x"}}')).toEqual({
    hidden: ['a'],
    traces: null,
    order: [],
    heights: { a: keepHeight(1e9) },
    fitted: [],
  });
  for (const text of [null, '', '{', 'null', '[]', '"x"']) expect(parseChoice(text)).toEqual(noChoice);
});

test('traces are found by all of their words, in any order', () => {
  const list = [
    trace('1', 'speed', 'nose speed'),
    trace('2', 'distance', 'nose to nose'),
    trace('3', 'speed', 'tail speed'),
  ];
  expect(findTraces(list, 'speed NOSE').map(({ name, traces }) => [name, traces.map(({ id }) => id)])).toEqual([
    ['speed', ['1']],
  ]);
  expect(findTraces(list, '').map(({ name }) => name)).toEqual(['speed', 'distance']);
});

test('whose a curve is stands beside its name', () => {
  expect(traceWords({ ...trace('1', 'speed', 'resident: speed(nose)'), subject: 'resident', unit: 'cm/s' })).toEqual({
    title: 'speed(nose)',
    detail: 'resident · cm/s',
  });
  expect(traceWords({ ...trace('2', 'angle', 'a → b: facing'), subject: 'a' })).toEqual({
    title: 'facing',
    detail: 'a → b',
  });
  expect(traceWords(trace('3', 'other', 'light'))).toEqual({ title: 'light', detail: 'other' });
});
