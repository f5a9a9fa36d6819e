import { expect, test } from 'vitest';
import { isFileName } from './file-name.js';

test.each(['ann', 'März', '北京', '🐁', 'a b', 'x'.repeat(200), '__proto__', 'a.b'])(
  '%s is a name of a file',
  (name) => {
    expect(isFileName(name)).toBe(true);
  },
);

test.each([
  ...['', '.', '..', '.a', 'a.', ' a', 'a ', 'a/b', 'a\\b', 'a:b', 'nul\0', 'a\nb', '<b>', 'a|b', '*', '"'],
  ...['x'.repeat(201), '北'.repeat(67), 'half \ud800', '\udc00', 'gpj\u202efdp', '\u2066a'],
])('%j is none', (name) => {
  expect(isFileName(name)).toBe(false);
});
