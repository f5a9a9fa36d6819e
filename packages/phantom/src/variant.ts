import { Random } from '@zoopraxis/core';
import type { ArenaObject } from './open-field/arena.js';
import { coatBrightness, coatNames } from './open-field/coats.js';
import { backgroundKinds } from './open-field/floor.js';
import type { OpenFieldOptions } from './open-field/options.js';

/** The looks of an open field: everything but what it is filmed for. */
export type OpenFieldLook = Pick<
  OpenFieldOptions,
  'mice' | 'background' | 'floorColor' | 'wallColor' | 'lighting' | 'camera' | 'arena' | 'cable'
>;

/**
 * Returns looks drawn at random from a seed: coats and builds, floor, walls, light, arena, camera. To be spread into
 * the options of {@link createPhantom}; different seeds look as different as two laboratories do.
 * @throws RangeError for a number of mice other than one and two.
 */
export function phantomVariant(seed: number, options: { readonly mouseCount?: number } = {}): OpenFieldLook {
  const { mouseCount = 1 } = options;
  if (mouseCount !== 1 && mouseCount !== 2) throw new RangeError(`mouseCount: must be 1 or 2, got ${mouseCount}`);
  const random = new Random(seed).fork('variant');
  const coats = random.shuffle([...coatNames]).slice(0, mouseCount);
  const background = backgroundKinds[random.integer(backgroundKinds.length)]!;
  const tone = () => random.between(0.92, 1.08);
  // Laboratories choose a floor on which they see the animal.
  const furs = coats.map(coatBrightness);
  let level = 0;
  do level = random.between(50, 225);
  while (furs.some((fur) => Math.abs(fur - level) < 55));
  const wood = background === 'woodchip' || background === 'sawdust';
  const warm = wood ? ([1.12, 0.96, 0.72] as const) : ([tone(), 1, tone()] as const);
  const color = (at: number): [number, number, number] => [
    Math.min(255, at * warm[0]),
    at * warm[1],
    Math.min(255, at * warm[2]),
  ];
  const circle = random.uniform() < 0.25;
  const widthCm = random.between(34, 46);
  const heightCm = circle ? widthCm : widthCm * random.between(0.7, 0.95);
  const objects: ArenaObject[] = [];
  if (random.uniform() < 0.4) {
    for (const side of [0.32, 0.68]) {
      objects.push({
        kind: random.uniform() < 0.6 ? 'cylinder' : 'block',
        xCm: side * widthCm,
        yCm: random.between(0.36, 0.64) * heightCm,
        sizeCm: random.between(2.5, 4.5),
        heightCm: random.between(3, 7),
        color: [random.between(30, 220), random.between(30, 220), random.between(30, 220)],
      });
    }
  }
  return {
    mice: coats.map((coat) => ({ coat, lengthCm: random.between(8.2, 9.6), girth: random.between(0.88, 1.12) })),
    background,
    floorColor: color(level),
    wallColor: color(random.between(60, 200)),
    lighting: {
      brightness: random.between(0.85, 1.1),
      directionRad: random.between(-Math.PI, Math.PI),
      shadow: random.between(0.25, 0.65),
      glare: random.between(0, 0.5),
      reflection: random.between(0, 0.5),
    },
    camera: {
      noise: random.between(1.5, 5),
      blurPx: random.between(0.5, 1.2),
      exposure: random.between(0.15, 0.5),
      drift: random.between(0, 0.06),
      vignette: random.between(0.05, 0.35),
      monochrome: random.uniform() < 0.35,
    },
    arena: { shape: circle ? 'circle' : 'rectangle', widthCm, heightCm, wallHeightCm: random.between(8, 22), objects },
    cable: random.uniform() < 0.15,
  };
}
