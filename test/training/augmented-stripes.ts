import type { Dataset } from '@zoopraxis/nn';

/** Edge of the pictures in pixels. */
export const SIZE = 12;

/** Returns stripes across, down and aslant, shifted, flipped and blurred with noise by the sample's generator. */
export function createDataset({ length }: { length: number }): Dataset {
  return {
    length,
    sample(index, rng) {
      const label = index % 3;
      const shift = rng.integer(4);
      const isFlipped = rng.uniform() < 0.5;
      const data = new Float32Array(SIZE * SIZE);
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) {
          const along = [x, y, x + y][label] as number;
          const bright = (along + shift) % 4 < 2 ? 1 : -1;
          data[y * SIZE + (isFlipped ? SIZE - 1 - x : x)] = bright + rng.between(-0.5, 0.5);
        }
      }
      return {
        image: { dtype: 'float32', shape: [1, SIZE, SIZE], data },
        label: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(label)) },
      };
    },
  };
}
