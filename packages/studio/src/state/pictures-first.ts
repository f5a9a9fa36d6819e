/** Longest wait for a picture, ms: what else is there to see must not hang on a film that cannot be shown. */
const mostMs = 1500;

let timer: ReturnType<typeof setTimeout> | undefined;
const waiting = new Set<() => void>();

/** Says that the first picture of a recording is on its way: curves and the like wait for it, or for 1.5 s. */
export function expectPicture(): void {
  clearTimeout(timer);
  timer = setTimeout(pictureIsThere, mostMs);
}

/** Says that the picture is there. */
export function pictureIsThere(): void {
  if (timer === undefined) return;
  clearTimeout(timer);
  timer = undefined;
  const callbacks = [...waiting];
  waiting.clear();
  for (const callback of callbacks) callback();
}

/**
 * Tells whether something that is not urgent may be asked for now; else `later` is called once when it may. Browsers open six
 * connections to a server, and what computes takes from the picture's time.
 */
export function mayAsk(later: () => void): boolean {
  if (timer === undefined) return true;
  waiting.add(later);
  return false;
}
