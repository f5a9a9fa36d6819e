import { expect, test } from 'vitest';
import { givesFocusBack } from './release-focus.js';

/** An element that matches some selectors, inside of others. */
const element = (is: readonly string[], inside: readonly string[] = []) => ({
  matches: (selectors: string) => selectors.split(', ').some((selector) => is.includes(selector)),
  closest: (selectors: string) => selectors.split(', ').find((selector) => inside.includes(selector)) ?? null,
});

test.each([
  ['a button', element(['button']), true],
  ['a tab', element(['[role="tab"]']), true],
  ['a list of speeds', element(['select']), true],
  ['a text field', element(['input[type="text"]']), false],
  ['a button of a dialog', element(['button'], ['[role="dialog"]']), false],
  ['a handle', element(['button'], ['[role="slider"]']), false],
])('%s', (_, which, gives) => {
  expect(givesFocusBack(which)).toBe(gives);
});
