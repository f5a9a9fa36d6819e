import { rampColor } from '@zoopraxis/figures';
import { distinctColor } from '../page/palette.js';

/** How the tracks at a place of the list are told from others: never by color alone. */
export interface TracksLook {
  /** Dashes of lines, CSS px, list; empty = solid. */
  readonly dash: readonly number[];
  readonly shape: 'circle' | 'square' | 'diamond' | 'triangle';
  readonly words: string;
}

const looks: readonly TracksLook[] = [
  { dash: [], shape: 'circle', words: 'solid, circles' },
  { dash: [6, 4], shape: 'square', words: 'dashed, squares' },
  { dash: [2, 3], shape: 'diamond', words: 'dotted, diamonds' },
  { dash: [9, 3, 2, 3], shape: 'triangle', words: 'dash and dot, triangles' },
];

/** Returns how the nth tracks that are shown look. */
export const looksOf = (n: number): TracksLook => looks[n % looks.length] as TracksLook;

/** Returns the color of a keypoint among several: distinct where few, else along a ramp of even lightness. */
export function keypointColor(keypoint: number, count: number): string {
  if (count <= 8) return distinctColor(keypoint);
  return rampColor('viridis', 0.2 + (0.8 * keypoint) / (count - 1));
}
