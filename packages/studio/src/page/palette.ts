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

/** Returns the color of the nth thing of its kind. */
export const distinctColor = (n: number): string => distinctColors[n % distinctColors.length] as string;

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
