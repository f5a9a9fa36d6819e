import { createAnnotations } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { readBoutFile } from '../bout-files.js';
import { frameTableKind, readFrameBouts } from './read-frame-bouts.js';
import { writeSimbaTargets } from './write-targets.js';

const bytesOf = (...lines: string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`);
const report = () => {};
const given = { recording: 'm1', subject: 'm1', annotator: 'ann', report };
const boutsOf = (annotations: {
  behaviors: readonly string[];
  behavior: Int32Array;
  startSec: Float64Array;
  endSec: Float64Array;
}) =>
  [...annotations.behavior].map((which, i) => [
    annotations.behaviors[which],
    annotations.startSec[i],
    annotations.endSec[i],
  ]);

test('columns of 0 and 1 at the end of a SimBA table are behaviors, features before them are not', async () => {
  const told: string[] = [];
  const table = bytesOf(
    ',nose_x,in_zone,speed,Probability_attack,attack,rear',
    '0,1.5,1,0.25,0.9,1,0',
    '1,1.5,0,0.5,0.8,1,0.0',
    '2,1.5,1,1,0.1,0,1',
    '3,1.5,1,0,0.7,1,1.0',
  );
  expect(frameTableKind(table)).toBe('simba');
  const { streams, format, scoredIsKnown, frameBase } = await readBoutFile(table, {
    ...given,
    fps: 2,
    report: ({ message }) => void told.push(message),
  });
  expect([format, scoredIsKnown, frameBase]).toEqual(['simba', true, { fps: 2, firstFrame: 0, endIncluded: true }]);
  expect(streams[0]?.observedSec).toEqual([0, 2]);
  expect(boutsOf((streams[0] as (typeof streams)[0]).annotations)).toEqual([
    ['attack', 0, 1],
    ['rear', 1, 2],
    ['attack', 1.5, 2],
  ]);
  expect(told).toEqual([expect.stringContaining('attack, rear')]);
});

test('a column of labels gives bouts, by frame rate or by the times of frames', async () => {
  const table = bytesOf('frame,time,behavior', '1,0,', '2,0.5,attack', '3,1.1,attack', '4,1.5,rear', '5,2,none');
  const read = (options: object) => readFrameBouts(table, { ...given, firstFrame: 1, background: 'none', ...options });
  const [byRate, byTime] = [await read({ fps: 10 }), await read({})];
  expect(boutsOf((byRate.streams[0] as (typeof byRate.streams)[0]).annotations)).toEqual([
    ['attack', 0.1, 0.3],
    ['rear', 0.3, 0.4],
  ]);
  expect(boutsOf((byTime.streams[0] as (typeof byTime.streams)[0]).annotations)).toEqual([
    ['attack', 0.5, 1.5],
    ['rear', 1.5, 2],
  ]);
  expect(byTime.streams[0]?.observedSec).toEqual([0, 2.5]);
});

test('a frame that is missing, a torn row and an unknown rate are told with their place', async () => {
  const read = (lines: string[], options = {}) => readFrameBouts(bytesOf(...lines), { ...given, fps: 10, ...options });
  await expect(read([',attack', '0,1', '2,1'])).rejects.toMatchObject({
    where: 'line 3, column 1',
    expected: 'frame 1',
  });
  await expect(read([',a,attack', '0,3,1', '1,2'])).rejects.toMatchObject({ where: 'line 3', found: '2' });
  await expect(read([',attack', '0,1'], { fps: undefined })).rejects.toThrow('how many a second');
  await expect(read([',attack', '0,1', '1,'])).rejects.toMatchObject({ where: 'the last columns' });
  await expect(read([',attack', '0,1', '1,'], { behaviors: ['attack'] })).rejects.toMatchObject({
    where: 'line 3, column attack',
  });
});

test('bouts go into a SimBA table and come back, behaviors that overlap too', async () => {
  const annotations = createAnnotations({
    ...{ subject: 'm1', annotator: 'ann', channel: 'default', behaviors: ['attack', 'never', 'rear'] },
    startSec: Float64Array.of(0, 0.2, 0.8),
    endSec: Float64Array.of(0.5, 0.4, 1),
    behavior: Int32Array.of(0, 2, 0),
  });
  const written = writeSimbaTargets([{ recording: 'm1', annotations }], { fps: 10, frameCount: 10, report });
  const { streams } = await readFrameBouts(written, { ...given, fps: 10 });
  expect(streams[0]?.annotations).toEqual({ ...annotations, frameBase: { fps: 10, firstFrame: 0, endIncluded: true } });
  expect(() => writeSimbaTargets([], { fps: 10, frameCount: 10, report })).toThrow('one scoring');
});
