import type { Picture, Random } from '@zoopraxis/core';
import { motionBlurred } from '../augment/blur.js';
import { defocused } from '../augment/defocus.js';
import { compressAsJpeg } from '../augment/jpeg.js';
import { addNoise } from '../augment/noise.js';
import type { Planes } from '../augment/planes.js';
import { changeTone } from '../augment/tone.js';

/** What is done to pictures, in the order of reports. */
export const corruptionKinds = [
  'noise',
  'defocus',
  'motion blur',
  'compression',
  'darker',
  'brighter',
  'low contrast',
  'mask',
] as const;

/** One way in which pictures get worse. */
export type CorruptionKind = (typeof corruptionKinds)[number];

/** Shorter side up to which blurs have the px of {@link corruptionLevels}; in larger pictures they grow with it. */
const REFERENCE_SIDE_PX = 480;

/**
 * Amount at severities 1 to 5, list of five each: standard deviation in levels of 0..255, radius and length in px of a
 * picture with a shorter side of up to 480 px, JPEG quality, factors on light and on contrast, share of the picture.
 */
export const corruptionLevels: Readonly<Record<CorruptionKind, readonly number[]>> = {
  noise: [5, 10, 20, 35, 50],
  defocus: [1, 2, 3, 5, 8],
  'motion blur': [3, 6, 10, 16, 24],
  compression: [50, 30, 20, 10, 5],
  darker: [0.7, 0.5, 0.35, 0.25, 0.15],
  brighter: [1.3, 1.6, 2, 2.5, 3],
  'low contrast': [0.7, 0.5, 0.35, 0.25, 0.15],
  mask: [0.1, 0.2, 0.3, 0.4, 0.5],
};

/** Cells of the mask along the shorter side. */
const MASK_CELLS = 16;

/** Which corruption, how strong. */
export interface Corruption {
  readonly kind: CorruptionKind;
  /** 1 to 5. */
  readonly severity: number;
}

/** Returns pixels as three planes from interleaved ones. */
export function planesOf({ widthPx, heightPx, rgb }: Picture): Planes {
  const size = widthPx * heightPx;
  const data = new Uint8Array(3 * size);
  for (let at = 0; at < size; at++) {
    data[at] = rgb[3 * at]!;
    data[at + size] = rgb[3 * at + 1]!;
    data[at + 2 * size] = rgb[3 * at + 2]!;
  }
  return { widthPx, heightPx, data };
}

function pictureOf({ widthPx, heightPx, data }: Planes): Picture {
  const size = widthPx * heightPx;
  const rgb = new Uint8Array(3 * size);
  for (let at = 0; at < size; at++) {
    rgb[3 * at] = data[at]!;
    rgb[3 * at + 1] = data[at + size]!;
    rgb[3 * at + 2] = data[at + 2 * size]!;
  }
  return { widthPx, heightPx, rgb };
}

/** Makes a share of the square cells of a grid black, in place; those of a smaller share are among them. */
function mask({ widthPx, heightPx, data }: Planes, share: number, random: Random): void {
  const cell = Math.max(1, Math.min(widthPx, heightPx) / MASK_CELLS);
  const [columns, rows] = [Math.ceil(widthPx / cell), Math.ceil(heightPx / cell)];
  const cells = random.shuffle(Array.from({ length: columns * rows }, (_, i) => i));
  const size = widthPx * heightPx;
  for (const place of cells.slice(0, Math.round(share * cells.length))) {
    const [column, row] = [place % columns, Math.floor(place / columns)];
    const [left, right] = [Math.round(column * cell), Math.min(widthPx, Math.round((column + 1) * cell))];
    for (let y = Math.round(row * cell); y < Math.min(heightPx, Math.round((row + 1) * cell)); y++) {
      for (let top = 0; top < data.length; top += size)
        data.fill(0, top + y * widthPx + left, top + y * widthPx + right);
    }
  }
}

/**
 * Returns a corrupted copy of a picture. The same state of `random` gives the same one; direction of motion and places of
 * the mask are those of the other severities.
 * @throws RangeError for a kind that is none or a severity that is not 1 to 5.
 */
export function corruptPicture(picture: Picture, { kind, severity }: Corruption, random: Random): Picture {
  const level = corruptionLevels[kind]?.[severity - 1];
  if (level === undefined) {
    throw new RangeError(
      `corruption: must be one of ${corruptionKinds.join(', ')} at a severity of 1 to 5, got ${kind} at ${severity}`,
    );
  }
  let planes = planesOf(picture);
  // Below one px no blur can be told from none, so small pictures get the px as they are.
  const scale = Math.max(1, Math.min(picture.widthPx, picture.heightPx) / REFERENCE_SIDE_PX);
  const tone = { contrast: 1, brightness: 0, gamma: 1, gains: [1, 1, 1] } as const;
  switch (kind) {
    case 'noise':
      addNoise(planes, level, false, random);
      break;
    case 'defocus':
      planes = defocused(planes, level * scale);
      break;
    case 'motion blur':
      planes = motionBlurred(planes, level * scale, random.between(0, Math.PI));
      break;
    case 'compression':
      compressAsJpeg(planes, level);
      break;
    case 'darker':
    case 'brighter':
      changeTone(planes, { ...tone, gains: [level, level, level] });
      break;
    case 'low contrast':
      changeTone(planes, { ...tone, contrast: level });
      break;
    case 'mask':
      mask(planes, level, random);
      break;
  }
  return pictureOf(planes);
}
