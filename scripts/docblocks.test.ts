import { describe, expect, test } from 'vitest';
import { findDocProblems, lineOfExport } from './docblocks.js';

const names = (text: string) => findDocProblems(text).map(({ name, message }) => `${name} ${message.split(' ')[0]}`);

describe('each export has a docblock', () => {
  test.each([
    ['export declare function f(): void;'],
    ['// not a docblock\nexport declare function f(): void;'],
    ['/* not a docblock */\nexport declare function f(): void;'],
    ['/** */\nexport declare function f(): void;'],
    ['/** Of another. */\nexport declare const other: 1;\nexport declare const f: 2;'],
    ['export interface f {\n    /** Of a member. */\n    a: string;\n}'],
    ['declare function f(): void;\nexport { f };'],
    ['export declare function f(a: 1): void;\nexport declare function f(a: 2): void;'],
  ])('missing in %j', (text) => {
    expect(names(text)).toEqual(['f has']);
  });

  test.each([
    ['/** Returns nothing. */\nexport declare function f(): void;'],
    ['/**\n * Returns.\n */\nexport declare abstract class F {\n}'],
    ['/** Of the first. */\nexport declare function f(a: 1): void;\nexport declare function f(a: 2): void;'],
    ["export { a } from './a.js';\nexport * from './b.js';\nexport {};"],
    ['declare function hidden(): void;\ninterface Hidden {\n    a: number[];\n}\nexport {};'],
    ['/** Returns. */\ndeclare function f(): void;\nexport { f as g };'],
  ])('present in %j', (text) => {
    expect(names(text)).toEqual([]);
  });
});

describe('arrays of numbers say what they hold', () => {
  test.each([
    ['/** Returns the mean. */\nexport declare function f(values: Float32Array): number;'],
    ['/** Returns values. */\nexport declare function f(): readonly number[];'],
    ['/** Values in [0, 1]. */\nexport declare const f: Uint8Array<ArrayBufferLike>;'],
    ['/** A row. */\nexport type f = ReadonlyArray<number>;'],
    ['/** Makes. */\nexport declare const f: (a: {\n    b: BigInt64Array;\n}) => void;'],
  ])('missing in %j', (text) => {
    expect(names(text)).toEqual(['f carries']);
  });

  test.each([
    ['/** Returns the mean of `[frame, 2]`. */\nexport declare function f(values: Float32Array): number;'],
    ['/** Returns the bytes of a file. */\nexport declare function f(): Uint8Array;'],
    ['/** Returns a list of primes. */\nexport declare function f(): number[];'],
    ['/** Returns the size. */\nexport declare function f(shape: readonly number[], inputShapes: number[][]): number;'],
    ['/** Returns it. */\nexport declare function f(dims: readonly number[], bytes: Uint8Array<ArrayBuffer>): void;'],
    ['/** A pair. */\nexport type f = readonly [number, number];'],
  ])('named in %j', (text) => {
    expect(names(text)).toEqual([]);
  });

  test('members may say it themselves or leave it to their type; a neighbor does not speak for them', () => {
    const members = [
      '    /** Points [keypoint, 2]. */',
      '    points: Float32Array;',
      '    weights: Float32Array;',
      '    run(x: { a: number; b: number[] }): void;',
      '    private cache: number[];',
      '    protected more: number[];',
      '    shape: readonly number[];',
    ].join('\n');
    expect(names(`/** A pose. */\nexport interface F {\n${members}\n}`)).toEqual([
      'F.weights carries',
      'F.run carries',
    ]);
    expect(names(`/** A pose. */\nexport declare class F {\n    #private;\n${members}\n}`)).toHaveLength(2);
    expect(names(`/** A pose. */\nexport type F = {\n${members}\n};`)).toHaveLength(2);
    expect(names(`/** A pose; all arrays are lists by keypoint. */\nexport interface F {\n${members}\n}`)).toEqual([]);
  });
});

test('lines are those of the source', () => {
  const text =
    '// f\nimport { f as g } from "x";\n\nexport interface F {\n  a: 1;\n  f?: number[];\n}\nexport async function f() {}';
  expect(lineOfExport(text, 'F')).toBe(4);
  expect(lineOfExport(text, 'F.f')).toBe(6);
  expect(lineOfExport(text, 'f')).toBe(8);
  expect(lineOfExport(text, 'none')).toBe(1);
});
