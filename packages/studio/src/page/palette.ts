import type { Behavior } from '@zoopraxis/core';

/**
 * Colors that people with any kind of color vision tell apart (Okabe and Ito, Color Universal Design, 2008), with the black
 * one replaced, for it would not be seen on a dark page; list.
 */
export const distinctColors: readonly string[] = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#cc79a7',
  '#d55e00',
  '#7a8cff',
  '#9fb3c8',
];

/** How much of white (or, below 0, of black) each further round of colors has. */
const rounds = [0, 0.5, -0.4, 0.75];

/** Returns the color of the nth thing of its kind; behind the last one come lighter and darker ones of the same hues. */
export function distinctColor(n: number): string {
  const color = distinctColors[n % distinctColors.length] as string;
  const share = rounds[Math.floor(n / distinctColors.length) % rounds.length] as number;
  if (share === 0) return color;
  const mixed = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16);
    return Math.round(share > 0 ? value + (255 - value) * share : value * (1 + share));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Returns the color of a behavior: the ethogram's own, else one by its place there, else one by its name. */
export function behaviorColor(name: string, behaviors: readonly Behavior[]): string {
  const at = behaviors.findIndex((behavior) => behavior.name === name);
  if (at >= 0) return behaviors[at]?.color ?? distinctColor(at);
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) as number)) % 65_521;
  return distinctColor(sum);
}

/** Returns `#000000` or `#ffffff`, whichever is read better on a color `#rrggbb` (WCAG 2.2, contrast ratio). */
export function inkOn(color: string): string {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return luminance > 0.179 ? '#000000' : '#ffffff';
}
