import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Random } from './random.js';
import { Sha256, sha256 } from './sha256.js';

const reference = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('sha256', () => {
  it('gives the example values of FIPS 180-4', () => {
    expect(sha256(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(sha256(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('agrees with the platform on every length around block ends', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) & 255);
    for (let length = 0; length <= bytes.length; length++) {
      expect(sha256(bytes.subarray(0, length))).toBe(reference(bytes.subarray(0, length)));
    }
  });

  it('gives the same for pieces of any size', () => {
    const rng = new Random('sha256');
    const bytes = Uint8Array.from({ length: 100_000 }, () => rng.integer(256));
    const hash = new Sha256();
    for (let offset = 0; offset < bytes.length; ) {
      const length = rng.integer(300);
      hash.update(bytes.subarray(offset, offset + length));
      offset += length;
    }
    expect(hash.digest()).toBe(reference(bytes));
  });
});
