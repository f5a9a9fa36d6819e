import { describe, expect, it } from 'vitest';
import { orient, orientationOf, orientedSize } from './orientation.js';

/** A 3 x 2 picture whose pixels are 1 to 6, with room behind its rows. */
const stored = Uint8Array.from([1, 2, 3, 0, 4, 5, 6, 0].flatMap((value) => [value, value, value]));

function shown(rotationDeg: 0 | 90 | 180 | 270, isMirrored: boolean): number[][] {
  const target = new Uint8Array(18);
  orient(stored, 12, 3, 2, { rotationDeg, isMirrored }, target);
  const [width] = orientedSize(3, 2, { rotationDeg, isMirrored });
  const values = [...target].filter((_, at) => at % 3 === 0);
  return Array.from({ length: 6 / width }, (_, y) => values.slice(y * width, (y + 1) * width));
}

function matrix(a: number, b: number, c: number, d: number): Uint8Array {
  const bytes = Buffer.alloc(36);
  [a, b, 0, c, d, 0, 0, 0, 2 ** 14].forEach((value, cell) => void bytes.writeInt32LE(value * 65536, cell * 4));
  return bytes;
}

describe('orient', () => {
  it.each([
    [
      0,
      false,
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      90,
      false,
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      180,
      false,
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      270,
      false,
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
    [
      0,
      true,
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      90,
      true,
      [
        [6, 3],
        [5, 2],
        [4, 1],
      ],
    ],
    [
      180,
      true,
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ],
    [
      270,
      true,
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
  ] as const)('turns by %i degrees, mirrored %s', (rotationDeg, isMirrored, expected) => {
    expect(shown(rotationDeg, isMirrored)).toEqual(expected);
  });
});

describe('orientationOf', () => {
  it('reads turns and mirrors from display matrices', () => {
    expect(orientationOf(matrix(1, 0, 0, 1))).toEqual({ rotationDeg: 0, isMirrored: false });
    expect(orientationOf(matrix(0, 1, -1, 0))).toEqual({ rotationDeg: 90, isMirrored: false });
    expect(orientationOf(matrix(-1, 0, 0, -1))).toEqual({ rotationDeg: 180, isMirrored: false });
    expect(orientationOf(matrix(0, -1, 1, 0))).toEqual({ rotationDeg: 270, isMirrored: false });
    expect(orientationOf(matrix(-1, 0, 0, 1))).toEqual({ rotationDeg: 0, isMirrored: true });
    expect(orientationOf(matrix(1, 0, 0, -1))).toEqual({ rotationDeg: 180, isMirrored: true });
  });

  it('takes an empty or cut matrix for none', () => {
    expect(orientationOf(matrix(0, 0, 0, 0))).toEqual({ rotationDeg: 0, isMirrored: false });
    expect(orientationOf(new Uint8Array(8))).toEqual({ rotationDeg: 0, isMirrored: false });
  });
});
