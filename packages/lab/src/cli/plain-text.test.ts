import { expect, test } from 'vitest';
import { plainData, plainText } from './plain-text.js';

test('names that would color, move or turn what a terminal shows are written out', () => {
  expect(plainText('\u001b]0;owned\u0007\u001b[2Jfilm\r.mp4')).toBe('\\u{1b}]0;owned\\u{7}\\u{1b}[2Jfilm\\u{d}.mp4');
  expect(plainText('gpj\u202efdp.exe \u009b31m')).toBe('gpj\\u{202e}fdp.exe \\u{9b}31m');
  expect(plainText('Maus März 北京 🐁\tx\ny')).toBe('Maus März 北京 🐁\tx\ny');
});

test('data keeps its shape', () => {
  const times = Float64Array.of(1);
  expect(plainData({ kind: 'note', text: 'a\u0007', deep: [{ name: '\u0000' }], count: 1, none: null, times })).toEqual(
    {
      ...{ kind: 'note', text: 'a\\u{7}', deep: [{ name: '\\u{0}' }], count: 1, none: null, times },
    },
  );
});
