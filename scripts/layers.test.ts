import { describe, expect, test } from 'vitest';
import { allowedImports, checkLayers } from './layers.js';

interface Options {
  name?: string;
  entries?: string[];
  dependencies?: string[];
}

/** Checks a package made of `{ path: text }` and returns `file:line message` lines. */
function problems(files: Record<string, string>, options: Options = {}): string[] {
  return checkLayers({
    name: options.name ?? 'nn',
    browserEntries: options.entries ?? [],
    dependencies: options.dependencies ?? ['@zoopraxis/core', 'onnxruntime-node'],
    files: Object.entries(files).map(([path, text]) => ({ path, text })),
  }).map(({ file, line, message }) => `${file}:${line} ${message}`);
}

test('the table itself has no circle', () => {
  const seen = new Set<string>();
  const visit = (name: string, way: string[]) => {
    expect(way).not.toContain(name);
    for (const next of allowedImports[name] ?? []) visit(next, [...way, name]);
    seen.add(name);
  };
  for (const name of Object.keys(allowedImports)) visit(name, []);
  expect(seen.size).toBe(9);
});

describe('imports between packages', () => {
  test('downward imports pass, upward and sideward ones do not, types and tests included', () => {
    expect(problems({ 'a.ts': "import { Random } from '@zoopraxis/core';" })).toEqual([]);
    expect(problems({ 'a.ts': "\nimport type { X } from '@zoopraxis/pose';" })).toEqual([
      'src/a.ts:2 imports @zoopraxis/pose: nn may import core of ours',
    ]);
    expect(problems({ 'a.test.ts': "import { X } from '@zoopraxis/io/node';" })).toEqual([
      'src/a.test.ts:1 imports @zoopraxis/io/node: nn may import core of ours',
    ]);
    expect(problems({ 'a.ts': "export * from 'zoopraxis';" }, { name: 'core' })).toEqual([
      'src/a.ts:1 imports zoopraxis: core may import nothing of ours',
    ]);
  });

  test('the studio may have types of lab, not its code', () => {
    const options = { name: 'studio', dependencies: ['zoopraxis'] };
    expect(problems({ 'a.ts': "import type { Operation } from 'zoopraxis';" }, options)).toEqual([]);
    expect(problems({ 'a.ts': "import { run } from 'zoopraxis';" }, options)).toHaveLength(1);
  });

  test('a path out of the package, an undeclared package and an unknown package are refused', () => {
    expect(problems({ 'a/b.ts': "import '../../../core/src/index.js';" })).toEqual([
      'src/a/b.ts:1 imports ../../../core/src/index.js: leaves the package by a path',
    ]);
    expect(problems({ 'a.ts': "import x from 'left-pad/deep';", 'a.test.ts': "import 'vitest';" })).toEqual([
      'src/a.ts:1 imports left-pad/deep: not declared in package.json',
    ]);
    expect(problems({}, { name: 'misc' })[0]).toMatch(/package misc is not in the table/);
  });
});

describe('imports between folders', () => {
  test('a circle of two folders is found, with both lines, types included', () => {
    const found = problems({
      'graph/a.ts': "\nimport type { B } from '../ops/b.js';",
      'ops/b.ts': "import { c } from '../graph/c.js';",
      'graph/c.ts': '',
    });
    expect(found).toEqual([
      'src/ops/b.ts:1 circular import graph/ -> ops/ -> graph/ ' +
        '(src/graph/a.ts:2 imports ops/b.ts; src/ops/b.ts:1 imports graph/c.ts)',
    ]);
  });

  test('longer circles, circles of sub-folders and circles with a file of the folder above are found', () => {
    const longer = problems({
      'a/x.ts': "import '../b/x.js';",
      'b/x.ts': "import '../c/x.js';",
      'c/x.ts': "import '../a/y.js';",
      'a/y.ts': '',
    });
    expect(longer).toHaveLength(1);
    expect(longer[0]).toMatch(/circular import a\/ -> b\/ -> c\/ -> a\//);
    const nested = problems({ 'o/a/x.ts': "import '../b/x.js';", 'o/b/x.ts': "import '../a/y.js';", 'o/a/y.ts': '' });
    expect(nested).toHaveLength(1);
    expect(nested[0]).toMatch(/circular import o\/a\/ -> o\/b\/ -> o\/a\//);
    const above = problems({ 'top.ts': "import './a/x.js';", 'a/x.ts': "import '../top.js';" });
    expect(above).toHaveLength(1);
    expect(above[0]).toMatch(/circular import a\/ -> top.ts -> a\//);
  });

  test('one direction, circles inside a folder and tests pass', () => {
    expect(
      problems({
        'index.ts': "export * from './ops/b.js';\nexport * from './graph/a.js';",
        'graph/a.ts': "import './c.js';",
        'graph/c.ts': "import type { A } from './a.js';",
        'ops/b.ts': "import '../graph/a.js';",
        'graph/a.test.ts': "import '../ops/b.js';",
      }),
    ).toEqual([]);
  });
});

describe('Node in browser files', () => {
  const entries = ['index.ts'];

  test('what a browser entry loads, however far, may not use Node', () => {
    const found = problems(
      {
        'index.ts': "export * from './a.js';",
        'a.ts': "export const load = () => import('./b.js');",
        'b.ts': "import { readFile } from 'node:fs/promises';\nconst x = process.env;\nlet y: Buffer;",
      },
      { entries },
    );
    expect(found).toEqual([
      'src/b.ts:1 node:fs/promises in a file for browsers (loaded by index.ts -> a.ts -> b.ts)',
      'src/b.ts:2 process in a file for browsers (loaded by index.ts -> a.ts -> b.ts)',
      'src/b.ts:3 Buffer in a file for browsers (loaded by index.ts -> a.ts -> b.ts)',
    ]);
  });

  test.each([
    "import fs from 'fs';",
    "import type { Worker } from 'node:worker_threads';",
    "import * as ort from 'onnxruntime-node';",
    "import { x } from '@zoopraxis/core/node';",
    'const here = __dirname;',
    "if (typeof process !== 'undefined') start();",
    'globalThis.process?.exit();',
    "const w = new Worker(new URL('./w.js', import.meta.url));",
  ])('refuses %s', (text) => {
    expect(problems({ 'index.ts': text, 'w.ts': 'process.exit();' }, { entries })).toHaveLength(1);
  });

  test('files behind ./node, tests, mere types, comments and look-alikes pass', () => {
    expect(
      problems(
        {
          'index.ts':
            "import type { T } from './t.node.js';\n// process.env\nthis.process.run(); const p = { Buffer: 1 }; arrayBuffer();",
          't.node.ts': "import 'node:fs';",
          'a.test.ts': "import 'node:fs';",
        },
        { entries },
      ),
    ).toEqual([]);
  });

  test('an entry that is not there is told', () => {
    expect(problems({}, { entries })[0]).toMatch(/the entry src\/index.ts of exports does not exist/);
  });
});
