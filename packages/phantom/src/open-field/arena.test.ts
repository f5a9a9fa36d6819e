import { describe, expect, test } from 'vitest';
import { type Arena, alongWallOf, pointAlongWall, wallAt } from './arena.js';

const arenas: Arena[] = [
  { shape: 'rectangle', widthCm: 40, heightCm: 30, wallHeightCm: 10, objects: [] },
  { shape: 'circle', widthCm: 40, heightCm: 40, wallHeightCm: 10, objects: [] },
];

describe.each(arenas)('a $shape', (arena) => {
  const length = arena.shape === 'circle' ? Math.PI * 40 : 140;

  test('the way along the walls keeps its distance from them', () => {
    for (let along = 0; along < length; along += 0.7) {
      const [x, y] = pointAlongWall(arena, along, 3);
      expect(wallAt(arena, x, y, { distance: 0, nx: 0, ny: 0 }).distance).toBeCloseTo(3, 9);
    }
  });

  test('a place on the way is found again from its point', () => {
    for (let along = 5; along < length; along += 3.1) {
      const [x, y] = pointAlongWall(arena, along, 1);
      const again = pointAlongWall(arena, alongWallOf(arena, x, y), 1);
      expect(Math.hypot(again[0] - x, again[1] - y)).toBeLessThan(1e-6);
    }
  });

  test('outside, the distance is negative and the normal leads back', () => {
    for (const [x, y] of [
      [-1, 15],
      [41, 20],
      [18, -2],
      [20, 43],
    ] as const) {
      const hit = wallAt(arena, x, y, { distance: 0, nx: 0, ny: 0 });
      expect(hit.distance).toBeLessThan(0);
      const back = wallAt(arena, x - hit.nx * hit.distance, y - hit.ny * hit.distance, { distance: 9, nx: 0, ny: 0 });
      expect(back.distance).toBeCloseTo(0, 9);
    }
  });
});
