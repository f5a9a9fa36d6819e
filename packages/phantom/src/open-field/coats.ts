import type { Random } from '@zoopraxis/core';
import { fractalNoise } from '../render/value-noise.js';
import { part } from './anatomy.js';

/** Coats of laboratory mice: C57 black, BALB/c white, agouti, gray, black with a white belt (hooded), tan. */
export const coatNames = ['black', 'white', 'agouti', 'gray', 'hooded', 'tan'] as const;

/** Name of a coat. */
export type CoatName = (typeof coatNames)[number];

type Rgb = readonly [number, number, number];

interface CoatLook {
  readonly fur: Rgb;
  /** Relative strength of hairs. */
  readonly grain: number;
  readonly skin: Rgb;
  readonly ear: Rgb;
  readonly tail: Rgb;
  readonly eye: Rgb;
  readonly sheen: number;
}

const pink: Rgb = [196, 152, 142];
const looks: Readonly<Record<CoatName, CoatLook>> = {
  black: {
    fur: [34, 32, 32],
    grain: 0.22,
    skin: [150, 122, 116],
    ear: [118, 98, 94],
    tail: [104, 92, 90],
    eye: [8, 8, 8],
    sheen: 16,
  },
  white: {
    fur: [222, 216, 206],
    grain: 0.07,
    skin: pink,
    ear: [214, 166, 156],
    tail: [206, 164, 154],
    eye: [150, 30, 40],
    sheen: 6,
  },
  agouti: {
    fur: [98, 78, 58],
    grain: 0.34,
    skin: pink,
    ear: [150, 118, 106],
    tail: [140, 116, 106],
    eye: [10, 8, 8],
    sheen: 8,
  },
  gray: {
    fur: [104, 102, 104],
    grain: 0.2,
    skin: pink,
    ear: [156, 128, 122],
    tail: [146, 124, 118],
    eye: [10, 8, 8],
    sheen: 8,
  },
  hooded: {
    fur: [36, 33, 32],
    grain: 0.22,
    skin: pink,
    ear: [112, 94, 90],
    tail: [170, 138, 130],
    eye: [8, 8, 8],
    sheen: 14,
  },
  tan: {
    fur: [172, 132, 88],
    grain: 0.16,
    skin: pink,
    ear: [186, 146, 128],
    tail: [182, 148, 132],
    eye: [12, 8, 8],
    sheen: 8,
  },
};

/** Returns the mean level of a coat's fur, 0..255. */
export const coatBrightness = (name: CoatName): number => looks[name].fur.reduce((sum, level) => sum + level / 3, 0);

/** Texels along and across the body. */
export const furSize = { along: 160, across: 64 } as const;

/** What a mouse looks like. */
export interface Coat {
  /** Color of the fur, shape `[furSize.along, furSize.across, 3]`, 0..255; across runs from left to right. */
  readonly fur: Float32Array;
  /** Color of each material but the fur, shape `[part, 3]`, 0..255. */
  readonly parts: Float32Array;
  readonly sheen: number;
}

/** Returns the coat of one mouse; patches and hairs are its own. */
export function createCoat(name: CoatName, random: Random): Coat {
  const look = looks[name];
  const seed = random.nextUint32();
  const tint = 1 + 0.08 * (2 * random.uniform() - 1);
  const fur = new Float32Array(furSize.along * furSize.across * 3);
  for (let along = 0; along < furSize.along; along++) {
    for (let across = 0; across < furSize.across; across++) {
      const s = along / (furSize.along - 1);
      const side = (2 * across) / (furSize.across - 1) - 1;
      const hair = 1 + look.grain * fractalNoise(seed, along * 0.35, across * 0.8, 3);
      const broad = 1 + 0.5 * look.grain * fractalNoise(seed + 50, along * 0.06, across * 0.1, 2);
      let [r, g, b] = look.fur;
      const edge = 0.05 * fractalNoise(seed + 90, along * 0.08, across * 0.12, 2);
      if (name === 'hooded' && s + edge > 0.3 && s + edge < 0.56 - 0.06 * Math.abs(side)) [r, g, b] = looks.white.fur;
      // Flanks are paler than the back in agouti and tan mice.
      const flank = name === 'agouti' || name === 'tan' ? 1 + 0.25 * side * side : 1;
      const snout = s > 0.97 ? 1.25 : 1;
      const shade = hair * broad * tint * flank * snout;
      const at = (along * furSize.across + across) * 3;
      fur[at] = r * shade;
      fur[at + 1] = g * shade;
      fur[at + 2] = b * shade;
    }
  }
  const parts = new Float32Array(8 * 3);
  const paint = (kind: number, [r, g, b]: Rgb) => parts.set([r * tint, g * tint, b * tint], 3 * kind);
  paint(part.ear, look.ear);
  paint(part.paw, look.skin);
  paint(part.tail, look.tail);
  paint(part.nose, name === 'black' || name === 'hooded' ? [70, 58, 56] : look.skin);
  paint(part.eye, look.eye);
  paint(part.implant, [190, 188, 182]);
  paint(part.ring, [40, 40, 44]);
  return { fur, parts, sheen: look.sheen };
}
