import { expect, test } from 'vitest';
import { createEthogram, lineage } from './ethogram.js';

test('exclusions hold both ways, kinds have a default, and fine behaviors fold into coarse ones', () => {
  const ethogram = createEthogram([
    { name: 'social' },
    { name: 'investigation', partOf: 'social', exclusiveWith: ['attack'] },
    { name: 'sniff face', partOf: 'investigation', key: 'f', color: '#00ff7F' },
    { name: 'attack', key: 'F' },
    { name: 'bite', kind: 'point' },
  ]);
  expect(ethogram.behaviors[3]).toEqual({ name: 'attack', kind: 'state', key: 'F', exclusiveWith: ['investigation'] });
  expect(ethogram.behaviors[4]?.kind).toBe('point');
  expect(lineage(ethogram, 'sniff face')).toEqual(['sniff face', 'investigation', 'social']);
  expect(() => lineage(ethogram, 'run')).toThrow(/has no behavior run/);
});

test('catalogues that contradict themselves are refused', () => {
  expect(() => createEthogram([{ name: '' }])).toThrow(/must not be empty/);
  expect(() => createEthogram([{ name: 'a' }, { name: 'a' }])).toThrow(/a is listed twice/);
  expect(() =>
    createEthogram([
      { name: 'a', key: 'x' },
      { name: 'b', key: 'x' },
    ]),
  ).toThrow(/key x is that of a and of b/);
  expect(() => createEthogram([{ name: 'a', color: 'red' }])).toThrow(/#rrggbb, got red/);
  expect(() => createEthogram([{ name: 'a', exclusiveWith: ['b'] }])).toThrow(/exclusiveWith of a .* got b/);
  expect(() => createEthogram([{ name: 'a', exclusiveWith: ['a'] }])).toThrow(/excludes itself/);
  expect(() => createEthogram([{ name: 'a', partOf: 'b' }])).toThrow(/partOf of a/);
  expect(() =>
    createEthogram([
      { name: 'a', partOf: 'b' },
      { name: 'b', partOf: 'a' },
    ]),
  ).toThrow(/a is part of b is part of a/);
  expect(() =>
    createEthogram([
      { name: 'a', partOf: 'b' },
      { name: 'b', exclusiveWith: ['a'] },
    ]),
  ).toThrow(/part of b and excludes it/);
});
