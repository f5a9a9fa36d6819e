import { marsFeatures, residentByCoat } from '@zoopraxis/behavior';
import { createPhantom, type Phantom } from '@zoopraxis/phantom';
import { expect, test } from 'vitest';
import { collectFeatureColumns } from './feature-columns.js';

const phantom = (coats: readonly ['black' | 'white', 'black' | 'white'], frameCount: number): Phantom =>
  createPhantom({
    scene: 'open-field',
    seed: 5,
    frameCount,
    widthPx: 192,
    heightPx: 144,
    mice: coats.map((coat, i) => ({ coat, name: `m${i + 1}` })),
  });

test('the black one of two phantom mice is the resident, whichever comes first', async () => {
  for (const coats of [['black', 'white'] as const, ['white', 'black'] as const]) {
    const { tracks, source } = phantom(coats, 40);
    const found = await residentByCoat(tracks, source, { frameCount: 5 });
    expect(found.resident).toBe(coats[0] === 'black' ? 'm1' : 'm2');
    expect(found.agreement).toBe(1);
  }
});

test('the picture changes more where a phantom mouse moves fast, and lengths are in cm', async () => {
  const { tracks, source, calibration } = phantom(['black', 'white'], 90);
  const columns = await collectFeatureColumns(
    marsFeatures(tracks, { resident: 'm1', pxPerCm: calibration.pxPerCm, frames: source }),
  );
  expect(columns.size).toBe(262);
  const at = (name: string) => columns.get(name) as Float32Array;
  const byNoseSpeed = Array.from({ length: 88 }, (_, f) => f + 2).sort(
    (a, b) => (at('1_speed_nose_w2')[a] as number) - (at('1_speed_nose_w2')[b] as number),
  );
  const mean = (name: string, frames: readonly number[]) =>
    frames.reduce((sum, frame) => sum + (at(name)[frame] as number), 0) / frames.length;
  const [slow, fast] = [byNoseSpeed.slice(0, 22), byNoseSpeed.slice(-22)];
  expect(mean('1_nose_pc', fast)).toBeGreaterThan(2 * mean('1_nose_pc', slow));
  // A mouse of 8.8 cm from nose to tail base at rest.
  expect(mean('1_dist_nose_tail_base', byNoseSpeed)).toBeGreaterThan(6);
  expect(mean('1_dist_nose_tail_base', byNoseSpeed)).toBeLessThan(10.5);
});
