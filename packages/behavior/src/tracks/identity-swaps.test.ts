import { type PoseTracks, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { findIdentitySwaps, trackedDistances } from './identity-swaps.js';
import { linkAnimals } from './link-animals.js';
import { exchangedTracks, type MadeTracks, madeTracks } from './made-tracks.test.kit.js';
import { repairIdentitySwaps, undoIdentityRepairs } from './repair-identity-swaps.js';

const keypoints = ['nose', 'center', 'tailbase'];

/** Animals on separate paths, so that who is who is known; `isSeen` takes points away. */
function apart(
  individuals: readonly string[],
  isSeen: (frame: number, animal: number) => boolean = () => true,
): PoseTracks {
  const point: MadeTracks['point'] = (frame, animal, keypoint) =>
    isSeen(frame, animal)
      ? [
          100 + 2 * frame - 20 * keypoint + 30 * Math.sin(frame / 9 + animal),
          60 + 120 * animal + 30 * Math.cos(frame / 11),
        ]
      : undefined;
  return madeTracks({ frameCount: 200, individuals, keypoints, point });
}

/** Tracks in which names change at some frames: individual i goes on as `order[i]`. */
function swapped(tracks: PoseTracks, swaps: readonly { frame: number; order: readonly number[] }[]): PoseTracks {
  return repairIdentitySwaps(
    tracks,
    swaps.map((swap) => ({ ...swap, gain: 0 })),
  );
}

const options = { stepLength: 3 };

describe('finding', () => {
  test('nothing is found where nothing is swapped, also with gaps', () => {
    expect(findIdentitySwaps(apart(['a', 'b']), options)).toEqual([]);
    expect(
      findIdentitySwaps(
        apart(['a', 'b', 'c'], (frame, animal) => frame % 7 !== animal),
        options,
      ),
    ).toEqual([]);
  });

  test('swaps are found at their frames, and the repair gives the first tracks back bit for bit', () => {
    const truth = apart(['a', 'b']);
    const wrong = swapped(truth, [
      { frame: 40, order: [1, 0] },
      { frame: 41, order: [1, 0] },
      { frame: 120, order: [1, 0] },
    ]);
    const found = findIdentitySwaps(wrong, options);
    expect(found.map(({ frame, order }) => [frame, order])).toEqual([40, 41, 120].map((frame) => [frame, [1, 0]]));
    expect(found.every(({ gain, gapFrames }) => gain > 3 && gapFrames === 0)).toBe(true);
    expect(repairIdentitySwaps(wrong, found).position).toEqual(truth.position);
  });

  test('three animals change places in a ring', () => {
    const truth = apart(['a', 'b', 'c']);
    const wrong = swapped(truth, [
      { frame: 50, order: [1, 2, 0] },
      { frame: 90, order: [0, 2, 1] },
    ]);
    const repaired = repairIdentitySwaps(wrong, findIdentitySwaps(wrong, options));
    expect(repaired.position).toEqual(truth.position);
    expect(repaired.confidence).toEqual(truth.confidence);
  });

  test('a swap behind a gap is found where the animals come back, and the gap is told', () => {
    const truth = apart(['a', 'b'], (frame) => frame < 60 || frame >= 70);
    const [swap, ...others] = findIdentitySwaps(swapped(truth, [{ frame: 65, order: [1, 0] }]), options);
    expect(others).toEqual([]);
    expect(swap).toMatchObject({ frame: 70, order: [1, 0], gapFrames: 10 });
  });

  test('one animal alone in the picture gets its own name back', () => {
    const truth = apart(['a', 'b'], (frame, animal) => animal === 0 || frame < 50 || frame >= 150);
    const wrong = swapped(truth, [{ frame: 80, order: [1, 0] }]);
    expect(repairIdentitySwaps(wrong, findIdentitySwaps(wrong, options)).position).toEqual(truth.position);
  });

  test('where motion cannot tell, the length of the body does', () => {
    const random = new Random(5);
    // Both are out of sight for long and come back where the other was; a is 60 px long, b 40.
    const point: MadeTracks['point'] = (frame, animal, keypoint) => {
      if (frame >= 60 && frame < 160) return undefined;
      const place = frame < 60 ? animal : 1 - animal;
      return [100 + (animal === 0 ? -30 : -20) * keypoint + 4 * random.uniform(), 60 + 150 * place];
    };
    const made = madeTracks({ frameCount: 300, keypoints, point });
    // By motion alone they seem to have stayed where they were, under exchanged names.
    expect(findIdentitySwaps(made, options)).toMatchObject([{ frame: 160, order: [1, 0] }]);
    const hint = { name: 'body length', values: trackedDistances(made, [0, 2]), expected: [60, 40], deviation: 5 };
    expect(findIdentitySwaps(made, { ...options, hints: [hint] })).toEqual([]);
    // With the names wrong from the start, only the hint can know.
    const reversed = swapped(made, [{ frame: 0, order: [1, 0] }]);
    const values = trackedDistances(reversed, [0, 2]);
    expect(findIdentitySwaps(reversed, { ...options, hints: [{ ...hint, values }] })).toMatchObject([
      { frame: 0, order: [1, 0] },
    ]);
  });

  test('wrong arguments are named', () => {
    const made = apart(['a', 'b']);
    expect(() => findIdentitySwaps(made, { stepLength: 0 })).toThrow('stepLength must be above 0');
    const hint = { name: 'coat', values: new Float32Array(3), expected: [1, 2], deviation: 1 };
    expect(() => findIdentitySwaps(made, { ...options, hints: [hint] })).toThrow(
      'hint coat: values must have shape [200,2]',
    );
    expect(() => findIdentitySwaps(apart(['a', 'b', 'c', 'd', 'e']), options)).toThrow('at most 4 individuals');
  });
});

describe('repair', () => {
  test('every repair is in the provenance and is undone bit for bit, boxes and scores too', () => {
    const made = {
      ...madeTracks({ frameCount: 90, individuals: ['a', 'b', 'c'], missing: 0.2 }),
      boxes: Float32Array.from({ length: 90 * 3 * 4 }, (_, i) => i),
      identity: Float32Array.from({ length: 90 * 3 }, (_, i) => i / 1000),
    };
    const swaps = [
      { frame: 10, order: [1, 2, 0], gain: 4 },
      { frame: 55, order: [0, 2, 1], gain: 9 },
    ];
    const repaired = repairIdentitySwaps(made, swaps);
    expect(repaired.provenance).toMatchObject({
      operation: 'repair identity swaps',
      parameters: { swaps },
      parents: [made.provenance],
    });
    expect(repaired.boxes?.[10 * 12]).toBe(10 * 12 + 4);
    expect(repaired.identity?.[60 * 3 + 1]).toBeCloseTo((60 * 3) / 1000, 6);
    const undone = undoIdentityRepairs(repaired);
    for (const name of ['position', 'confidence', 'boxes', 'identity'] as const)
      expect(undone[name]).toEqual(made[name]);
    expect(undone.provenance).toEqual(made.provenance);
    expect(() => undoIdentityRepairs(made)).toThrow('last changed by make');
  });

  test('swaps out of order or to nobody are refused', () => {
    const made = apart(['a', 'b']);
    expect(() => repairIdentitySwaps(made, [{ frame: 5, order: [1, 1], gain: 0 }])).toThrow(
      'each of 2 individuals once',
    );
    expect(() => repairIdentitySwaps(made, [{ frame: 500, order: [1, 0], gain: 0 }])).toThrow('below 200, got 500');
  });
});

test('linked animals are the true ones whatever the names, up to who is first', () => {
  for (const individuals of [
    ['a', 'b'],
    ['a', 'b', 'c', 'd'],
  ]) {
    const truth = apart(individuals, (frame, animal) => (frame + 3 * animal) % 11 !== 0);
    const dealt = exchangedTracks(truth, 8);
    const links = linkAnimals(dealt, options);
    const size = keypoints.length * 2;
    const at = (tracks: PoseTracks, frame: number, animal: number) => [
      ...tracks.position.subarray(
        (frame * individuals.length + animal) * size,
        (frame * individuals.length + animal + 1) * size,
      ),
    ];
    const seen = new Map<number, number>();
    for (let frame = 1; frame < 200; frame++) {
      for (let animal = 0; animal < individuals.length; animal++) {
        const tracked = at(dealt, frame, links[frame * individuals.length + animal] as number);
        if (tracked.every(Number.isNaN)) continue;
        const own = individuals.findIndex((_, i) => `${at(truth, frame, i)}` === `${tracked}`);
        expect(seen.get(animal) ?? own).toBe(own);
        seen.set(animal, own);
      }
    }
    expect(new Set(seen.values()).size).toBe(individuals.length);
  }
});
