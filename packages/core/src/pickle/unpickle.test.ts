import { describe, expect, it } from 'vitest';
import { FormatError } from '../errors.js';
import { Random } from '../random.js';
import { unpickle } from './unpickle.js';
import { PickleCallable, PickleObject, PickleRefusal, type PickleVocabulary } from './vocabulary.js';

const vocabulary: PickleVocabulary = {
  resolve: (name) =>
    name === 'math.pair'
      ? new PickleCallable(name, ([a, b]) => [b, a])
      : name === 'made.Thing'
        ? new PickleCallable(name, () => new Thing())
        : undefined,
  persistent: (id) => ({ id }),
};

class Thing extends PickleObject {
  state: unknown;
  build(state: unknown): void {
    if (state === null) throw new PickleRefusal('a state', 'none');
    this.state = state;
  }
  contents() {
    return [this.state];
  }
}

const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));

function read(...ops: (number | string)[]): unknown {
  const bytes = Uint8Array.from(ops.flatMap((op) => (typeof op === 'string' ? ascii(op) : [op])));
  return unpickle({ bytes, where: 'test', path: 'x.pt', hint: () => 'Nothing was run.' }, vocabulary).value;
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
    expect(problem(0x97, '.').found).toBe('NEXT_BUFFER (0x97)');
    expect(problem(0x82, 1, '.').found).toBe('EXT1 (0x82)');
    expect(problem(0xff).found).toBe('an unknown one (0xff)');
    expect(problem(0x80, 6, '.').found).toBe('6');
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

describe('unpickle, protocol 0', () => {
  it.each<[string, unknown]>([
    ['N.', null],
    ['I5\n.', 5],
    ['I05\n.', 5],
    ['I-3\n.', -3],
    ['I01\n.', true],
    ['I00\n.', false],
    ['L12L\n.', 12],
    ['L123456789012345678901234567890L\n.', 123456789012345678901234567890n],
    ['F1.5\n.', 1.5],
    ['F-inf\n.', Number.NEGATIVE_INFINITY],
    ["S'a\\'b\\n\\x41'\np0\n.", "a'b\nA"],
    ['Vtail\\u00fc\\U0001f42d\np0\n.', 'tail\u00fc\u{1f42d}'],
    [
      '(lp0\n(VA\np1\nVx\np2\ntp3\na(g1\nVy\np4\ntp5\na.',
      [
        ['A', 'x'],
        ['A', 'y'],
      ],
    ],
    ['(dp0\nI1\n(dp1\nVnames\np2\n(lp3\nVs\np4\nass.', new Map([[1, new Map([['names', ['s']]])]])],
    ['(I1\nI2\nd.', new Map([[1, 2]])],
    ['I1\nI2\n0.', 1],
    ['I1\n(I2\nI3\n1.', 1],
    ['I7\n2\x86.', [7, 7]],
  ])('reads %j', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['I99x\n.', 'a whole number'],
    ['Fone\n.', 'a number'],
    ['F0x10\n.', 'a number'],
    ['V\\Uffffffff\n.', 'a character'],
    ['Sabc\n.', 'a quoted string'],
    ['g7\n.', 'memo 7 set before'],
    ['I1\nI2\n.', 'one value'],
    ['(I1\n.', 'one value'],
  ])('refuses %j', (text, expected) => {
    expect(problem(text).expected).toContain(expected);
  });
});

describe('unpickle, sets, objects and calls', () => {
  it('reads sets', () => {
    expect(read(0x8f, '(K', 1, 'K', 2, 0x90, '.')).toEqual(new Set([1, 2]));
    expect(read('(K', 1, 0x91, '.')).toEqual(new Set([1]));
    expect(problem(']', '(K', 1, 0x90, '.').expected).toBe('a set to fill');
  });

  it('calls by every opcode only what the vocabulary gives', () => {
    expect(read('(K', 1, 'K', 2, 'imath\npair\n.')).toEqual([2, 1]);
    expect(read('(cmath\npair\nK', 1, 'K', 2, 'o.')).toEqual([2, 1]);
    expect(read('cmath\npair\n)}', 0x92, '.')).toEqual([undefined, undefined]);
    expect(problem('cmath\npair\n)}VA\nVB\ns', 0x92, '.').expected).toBe('no named arguments');
    expect(problem('(ios\nsystem\n.').found).toContain('os.system');
    expect(problem('(K', 1, 'o.').expected).toBe('a function to call');
    expect(problem('(o.').expected).toBe('a function to call');
  });

  it('gives objects their state', () => {
    expect((read('cmade\nThing\n)R}b.') as Thing).state).toEqual(new Map());
    expect(problem('cmade\nThing\n)RNb.').expected).toBe('a state');
  });
});

describe('unpickle, hostile', () => {
  it('refuses values that would never end', () => {
    const nested = (depth: number) => {
      const bytes = new Uint8Array(2 * depth).fill(0x5d, 0, depth).fill(0x61, depth);
      bytes[2 * depth - 1] = 0x2e;
      return unpickle({ bytes, where: '' }, vocabulary).value;
    };
    expect(nested(250)).toHaveLength(1);
    expect(() => nested(100_000)).toThrow(/at most 256 deep/);
    expect(problem(']q', 0, 'h', 0, 'a.').expected).toContain('256 deep');
    expect(problem('cmade\nThing\n)Rq', 0, 'h', 0, 'b.').expected).toContain('256 deep');
    // Each of 60 lists holds the one before it twice: 2^60 values in 600 bytes.
    const twice = Array.from({ length: 60 }, (_, i) => [']q', i + 1, '(h', i, 'h', i, 'e0']).flat();
    expect(problem(']q', 0, '0', ...twice, 'h', 60, '.').found).toContain('again and again');
    // The deep part is shared by what lies deep itself.
    const deep = [...Array<string>(200).fill(']'), ...Array<string>(199).fill('a'), 'q', 0, '0'];
    const outer = [...Array<string>(100).fill(']'), 'h', 0, ...Array<string>(100).fill('a')];
    expect(problem(...deep, '](h', 0, ...outer, 'e.').expected).toContain('256 deep');
  });

  it('takes up no memory that the bytes do not have', () => {
    for (const opcode of ['X', 'B', 'T']) expect(problem(opcode, 255, 255, 255, 127).expected).toContain('more bytes');
    for (const opcode of [0x8d, 0x8e, 0x96]) {
      expect(problem(opcode, 0, 0, 0, 0, 0, 1, 0, 0).expected).toContain('more bytes');
    }
    expect(problem(`L${'9'.repeat(5000)}L\n.`).expected).toBe('a whole number');
    expect(problem(0x8b, 255, 255, 255, 127).expected).toContain('at most 4096 bytes');
  });

  it('ends with a value or a FormatError on any bytes', () => {
    const whole = Uint8Array.from('\x80\x04](K\x01G\0\0\0\0\0\0\0\0VA\nq\x01}(\x8c\x01Ah\x01ue.', (letter) =>
      letter.charCodeAt(0),
    );
    const random = new Random(7);
    let read = 0;
    for (let round = 0; round < 3000; round++) {
      const bytes = round < whole.length ? whole.slice(0, round) : whole.slice();
      if (round >= whole.length) {
        for (let i = 0; i < 3; i++) bytes[random.integer(bytes.length)] = random.integer(256);
      }
      try {
        unpickle({ bytes, where: '' }, vocabulary);
        read++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
    expect(read).toBeGreaterThan(20);
  });
});
