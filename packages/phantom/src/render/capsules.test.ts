import { Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { boundCapsules, Capsules, clearSurface, createSurface, drawCapsules } from './capsules.js';

const [widthPx, heightPx] = [48, 40];

function randomCapsules(seed: number): Capsules {
  const random = new Random(seed);
  const list = new Capsules();
  for (let i = 0; i < 90; i++) {
    const at = () => random.between(-6, 54);
    const r = () => random.between(0.5, 6);
    const z = () => random.between(0, 5);
    const [ax, ay, ar, az] = [at(), at(), r(), z()];
    const point = i % 7 === 0;
    list.add({
      ax,
      ay,
      ar,
      az,
      bx: point ? ax : at(),
      by: point ? ay : at(),
      br: point ? ar : r(),
      bz: z(),
      part: i % 5,
      domePerPx: 0.3,
    });
  }
  return list;
}

describe('capsules', () => {
  test('the picture and the cover test agree at every pixel', () => {
    const list = randomCapsules(1);
    const surface = createSurface(widthPx, heightPx);
    drawCapsules(list, surface, widthPx, heightPx);
    let covered = 0;
    for (let y = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++) {
        const height = list.heightAt(x, y);
        const pixel = y * widthPx + x;
        // A point on the outline is inside by one and outside by the other: both are right to rounding.
        if (Math.abs(surface.inside[pixel]!) < 1e-4) continue;
        expect(surface.inside[pixel]! > 0).toBe(height > Number.NEGATIVE_INFINITY);
        if (height === Number.NEGATIVE_INFINITY) continue;
        covered++;
        expect(surface.height[pixel]!).toBeCloseTo(height, 3);
      }
    }
    expect(covered).toBeGreaterThan(100);
  });

  test('one capsule has its outline at its radius and its top in the middle', () => {
    const list = new Capsules();
    list.add({ ax: 10, ay: 10, ar: 3, az: 2, bx: 20, by: 10, br: 5, bz: 4, part: 0, domePerPx: 0.5 });
    expect(list.heightAt(15, 10)).toBeCloseTo(3 + 0.5 * 4, 6);
    expect(list.heightAt(15, 13.9)).toBeGreaterThan(3);
    expect(list.heightAt(15, 14.1)).toBe(Number.NEGATIVE_INFINITY);
    expect(list.heightAt(24.9, 10)).toBeGreaterThan(4);
    expect(list.heightAt(25.1, 10)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('bounds hold every pixel that is drawn, and clearing them empties the surface', () => {
    const list = new Capsules();
    list.add({ ax: 12, ay: 15, ar: 3, az: 0, bx: 30, by: 22, br: 6, bz: 0, part: 0, domePerPx: 1 });
    const surface = createSurface(widthPx, heightPx);
    drawCapsules(list, surface, widthPx, heightPx);
    const drawn = surface.winner.filter((winner) => winner >= 0).length;
    expect(drawn).toBeGreaterThan(200);
    clearSurface(surface, widthPx, boundCapsules(list, 1, widthPx, heightPx));
    expect(surface).toEqual(createSurface(widthPx, heightPx));
  });
});
