/** Usual width of the names of rows, CSS px. */
export const defaultNamesPx = 190;

/** How narrow and wide the names can be, CSS px. */
export const namesLimits = { leastPx: 110, mostPx: 480 };

/** Returns a width of the names that can be; what is no number becomes the usual one. */
export function keepNamesWidth(px: number): number {
  if (!Number.isFinite(px)) return defaultNamesPx;
  return Math.round(Math.max(namesLimits.leastPx, Math.min(namesLimits.mostPx, px)));
}
