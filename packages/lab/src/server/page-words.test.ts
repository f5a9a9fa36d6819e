import { expect, test } from 'vitest';
import { pageProblem, pageWords } from './page-words.js';

test('options of the terminal become settings of the page, commands become menus', () => {
  expect(pageWords('Give other labels with --labels, or train with --held-out-share.')).toBe(
    'Give other labels with the setting “labels”, or train with the setting “Measured on”.',
  );
  expect(pageWords('Or begin with random weights: --start random.')).toBe(
    'Or begin with random weights: the setting “Start from” (random).',
  );
  expect(pageWords('Train one with `zoopraxis train pose`.')).toBe('Train one with “Model, Train a pose model”.');
  expect(pageWords('Use `zoopraxis track <videos...> --model m`.')).toBe('Use “Model, Track recordings”.');
});

test('what the page does not have stays as it is for the terminal', () => {
  const hint = 'Import it with `zoopraxis import labels.h5`, a well-known -- and long-winded -- way.';
  expect(pageWords(hint)).toBe(hint);
  expect(pageProblem({ message: 'the disk is full', hint: null })).toEqual({ message: 'the disk is full', hint: null });
});
