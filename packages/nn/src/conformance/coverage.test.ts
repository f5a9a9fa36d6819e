import { expect, test } from 'vitest';
import '../index.js';
import { allOperations } from '../graph/operation.js';
import { conformanceFamilies, operationsOfZeroGradient, operationsWithoutGradient } from './cases.js';

const cases = Object.values(conformanceFamilies).flat();

test('each operation has a case that stands for it', () => {
  const covered = new Set(cases.flatMap((item) => item.operations));
  const missing = allOperations().filter(({ name }) => !covered.has(name));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('each operation without a gradient is listed', () => {
  const names = (gradient: 'zero' | undefined): string[] =>
    allOperations()
      .filter((operation) => operation.gradient === gradient)
      .map((operation) => operation.name);
  expect(names('zero')).toEqual([...operationsOfZeroGradient]);
  expect(names(undefined)).toEqual([...operationsWithoutGradient]);
});

test('each operation says in one sentence what it computes', () => {
  for (const { name, doc } of allOperations()) expect(doc, name).toMatch(/^\S.*\.$/);
});

test('names of cases are unique', () => {
  const names = cases.map((item) => item.name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
