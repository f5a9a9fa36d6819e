import { FormatError } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { PickleCallable, type PickleVocabulary, unpickle } from './unpickle.js';

const vocabulary: PickleVocabulary = {
  resolve: (name) => (name === 'math.pair' ? new PickleCallable(name, ([a, b]) => [b, a]) : undefined),
  persistent: (id) => ({ id }),
};

const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));

function read(...ops: (number | string)[]): unknown {
  const bytes = Uint8Array.from(ops.flatMap((op) => (typeof op === 'string' ? ascii(op) : [op])));
  return unpickle({ bytes, where: 'test', path: 'x.pt' }, vocabulary).value;
}

function problem(...ops: (number | string)[]): FormatError {
  try {
    read(...ops);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return error as FormatError;
  }
  throw new Error('nothing was thrown');
}

describe('unpickle', () => {
  it('reads numbers', () => {
    expect(read('J', 254, 255, 255, 255, '.')).toBe(-2);
    expect(read('M', 1, 2, '.')).toBe(513);
    expect(read(0x8a, 0, '.')).toBe(0);
    expect(read(0x8a, 2, 0, 128, '.')).toBe(-32768);
    expect(read(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, '.')).toBe(2n ** 64n);
    expect(read('G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, '.')).toBe(1.5);
  });

  it('reads containers, memo and marks', () => {
    expect(read(0x80, 4, '](K', 1, 0x88, 'Ne.')).toEqual([1, true, null]);
    expect(read('}(U', 1, 'a', 'K', 7, 0x8c, 1, 'b', ')u.')).toEqual(
      new Map<string, unknown>([
        ['a', 7],
        ['b', []],
      ]),
    );
    expect(read('K', 1, 'K', 2, 0x86, 'q', 5, 'h', 5, 0x86, '.')).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(read('(((K', 1, 'ttt.')).toEqual([[[1]]]);
    expect(read('C', 2, 9, 8, '.')).toEqual(Uint8Array.of(9, 8));
  });

  it('runs only what the vocabulary gives', () => {
    expect(read('cmath\npair\n', 'K', 1, 'K', 2, 0x86, 'R.')).toEqual([2, 1]);
    expect(read(0x8c, 4, 'math', 0x8c, 4, 'pair', 0x93, ')', 0x81, '.')).toEqual([undefined, undefined]);
    expect(read('K', 3, 'Q.')).toEqual({ id: 3 });
  });

  it('refuses other globals by name, however they are written', () => {
    expect(problem('cos\nsystem\n(U', 2, 'ls', 'tR.').message).toContain(
      'a request to run or make os.system, which was refused: x.pt',
    );
    expect(problem(0x8c, 8, 'builtins', 0x8c, 4, 'exec', 0x93, '.').found).toContain('builtins.exec');
    expect(problem('cmath\npair.call\n.').found).toContain('math.pair.call');
    expect(problem('c__proto__\nconstructor\n.').found).toContain('__proto__.constructor');
    expect(problem('cos\nsystem\n.').hint).toContain('Nothing was run');
  });

  it('refuses other opcodes by name', () => {
    expect(problem('(ios\nsystem\n.').message).toContain('INST (0x69)');
    expect(problem('I1\n.').found).toBe('INT (0x49)');
    expect(problem(0x82, 1, '.').found).toBe('EXT1 (0x82)');
    expect(problem(']', 0x92, '.').found).toContain('NEWOBJ_EX');
    expect(problem(0xff).found).toBe('an unknown one (0xff)');
    expect(problem(0x80, 0, '.').found).toBe('0');
  });

  it('refuses calls and changes of things that are not what they should be', () => {
    expect(problem('K', 1, ')R.').message).toContain('a function to call');
    expect(problem('cmath\npair\nNR.').message).toContain('a tuple of arguments for math.pair');
    expect(problem('K', 1, 'Na.').message).toContain('a list to append to');
    expect(problem(']NNs.').message).toContain('a dict to fill');
    expect(problem('}(Nu.').message).toContain('a key without value');
    expect(problem('cmath\npair\n}b.').message).toContain('attributes of a dict');
    expect(problem('K', 1, 'K', 2, 0x93, '.').message).toContain('the name of a global');
  });

  it('refuses an empty stack, a missing mark and an unset memo', () => {
    expect(problem('.').message).toContain('a value on the stack');
    expect(problem('a').message).toContain('a value on the stack');
    expect(problem('(.').message).toContain('a value on the stack');
    expect(problem('t').message).toContain('a mark on the stack');
    expect(problem('h', 3).message).toContain('memo 3 set before');
    expect(problem('q', 3).message).toContain('a value on the stack');
  });

  it('refuses what ends too early, naming the byte', () => {
    expect(problem('N').where).toBe('test, byte 1');
    expect(problem('NX', 255, 255, 255, 255, 'abc').message).toContain(
      'test, byte 1: expected 4294967295 more bytes, found 3 (truncated)',
    );
    expect(problem(0x8d, 255, 255, 255, 255, 255, 255, 255, 255).message).toContain('more bytes');
    expect(problem('cos').message).toContain('a line');
    expect(problem('U', 1, 255, '.').message).toContain('not UTF-8');
  });
});
