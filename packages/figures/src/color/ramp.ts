import { mixColors } from './categorical.js';

/** Ramps of even lightness that need no red-green sight: `viridis` for time, `mako` for amounts from white on, `blues` for shares with numbers on them. */
const stops = {
  viridis: [
    '#440154',
    '#482878',
    '#3e4a89',
    '#31688e',
    '#26828e',
    '#1f9e89',
    '#35b779',
    '#6dcd59',
    '#b4de2c',
    '#fde725',
  ],
  mako: ['#f4f9f7', '#d2eedd', '#a2dcc1', '#65c8ac', '#3fa9a9', '#348aa6', '#376b9f', '#40498e', '#382a54', '#1c1226'],
  blues: ['#f7fbff', '#deebf7', '#c6dbef', '#9ecae1', '#6baed6', '#4292c6', '#2171b5', '#08519c', '#08306b'],
} as const;

/** Names of the color ramps. */
export type RampName = keyof typeof stops;

/** Returns the color `#rrggbb` at a place of a ramp, 0..1; places outside take its ends. */
export function rampColor(ramp: RampName, place: number): string {
  const list = stops[ramp];
  const at = Math.min(Math.max(place, 0), 1) * (list.length - 1);
  const index = Math.min(Math.floor(at), list.length - 2);
  return mixColors(list[index] as string, list[index + 1] as string, at - index);
}
