import { expect, test } from 'vitest';
import { findImports, lineAt, maskSource } from './source-text.js';

const code = (text: string) => maskSource(text).code;

test('blanks comments, strings, templates and regular expressions, and nothing else', () => {
  expect(code("a('b c'); // d\ne")).toBe("a('   ');     \ne");
  expect(code('a /* b\nc */ d')).toBe('a     \n     d');
  expect(code("'it\\'s' + x")).toBe("'     ' + x");
  expect(code('`a ${b + `c ${d}` + e} f` + g')).toBe('`  ${b + `  ${d}` + e}  ` + g');
  expect(code('`${{ a: 1 }.a}x` + y')).toBe('`${{ a: 1 }.a} ` + y');
  expect(code('return /["\\/]/g.test(x)')).toBe('return /     /g.test(x)');
  expect(code("a / b / 'c'")).toBe("a / b / ' '");
  expect(code('f(x) / 2; // y')).toBe('f(x) / 2;     ');
  expect(code('const s = "never closed\nnext')).toBe('const s = "            \nnext');
});

test('keeps every character in its place', () => {
  const text = 'a = `x${y}` // é 😀\n/b/.c; "d"';
  expect(code(text).length).toBe(text.length);
});

test('finds every form of import with its line, and tells types apart', () => {
  const text = [
    "import a, { b } from './a.js';",
    "import type { C } from './c.js';",
    "import { type D } from './d.js';",
    'import {',
    '  e,',
    "} from './e.js';",
    "import './f.js';",
    "export * from './g.js';",
    "export type { H } from './h.js';",
    "const i = await import('./i.js');",
    "type J = typeof import('./j.js');",
    "new Worker(new URL('./k.worker.js', import.meta.url));",
    "// import x from './no.js';",
    'const text = "import x from \'./no.js\'";',
    "export const from = 'no';",
    "new URL('./no.js', base);",
    "import(name + './no.js');",
  ].join('\n');
  expect(findImports(maskSource(text))).toEqual([
    { specifier: './a.js', line: 1, typeOnly: false },
    { specifier: './c.js', line: 2, typeOnly: true },
    { specifier: './d.js', line: 3, typeOnly: false },
    { specifier: './e.js', line: 6, typeOnly: false },
    { specifier: './f.js', line: 7, typeOnly: false },
    { specifier: './g.js', line: 8, typeOnly: false },
    { specifier: './h.js', line: 9, typeOnly: true },
    { specifier: './i.js', line: 10, typeOnly: false },
    { specifier: './j.js', line: 11, typeOnly: true },
    { specifier: './k.worker.js', line: 12, typeOnly: false },
  ]);
});

test('lines count from 1', () => {
  expect([0, 1, 2, 3].map((offset) => lineAt('a\nb\n', offset))).toEqual([1, 1, 2, 2]);
});
