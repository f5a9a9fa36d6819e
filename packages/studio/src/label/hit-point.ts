import type { FrameAnimals } from './animals.js';
import { openSuggestions } from './animals.js';

/** A point that can be grabbed, px of the picture. */
export interface Handle {
  readonly kind: 'own' | 'predicted';
  readonly individual: string;
  readonly keypoint: string;
  readonly x: number;
  readonly y: number;
}

/** Returns all points of a frame that can be grabbed, from the bottom to the top: suggestions lie below labels. */
export function handlesOf(frame: FrameAnimals, keypoints: readonly string[]): Handle[] {
  const individuals = new Set(frame.predicted.map(({ individual }) => individual));
  const predicted = [...individuals].flatMap((individual) =>
    openSuggestions(frame, individual).flatMap(({ keypoint, x, y }): Handle[] =>
      keypoints.includes(keypoint) ? [{ kind: 'predicted', individual, keypoint, x, y }] : [],
    ),
  );
  const own = frame.own.flatMap(({ individual, points }) =>
    Object.entries(points).map(([keypoint, { x, y }]): Handle => ({ kind: 'own', individual, keypoint, x, y })),
  );
  return [...predicted, ...own];
}

/**
 * Returns the point under the pointer and its distance in px of the picture, or null. The nearest wins; among those that
 * lie within `tie` of the nearest: the chosen keypoint, then labels before suggestions, then the chosen animal, then the
 * topmost. So two points on one spot can both be taken: choose the wanted one in the list, then drag.
 * @param reach farthest distance, px of the picture
 */
export function hitHandle(
  handles: readonly Handle[],
  pointer: { readonly x: number; readonly y: number },
  options: {
    readonly reach: number;
    readonly tie: number;
    readonly individual: string | null;
    readonly keypoint: string | null;
  },
): { readonly handle: Handle; readonly distance: number } | null {
  const { reach, tie, individual, keypoint } = options;
  const near = handles
    .map((handle) => ({ handle, distance: Math.hypot(handle.x - pointer.x, handle.y - pointer.y) }))
    .filter(({ distance }) => distance <= reach);
  if (near.length === 0) return null;
  const nearest = Math.min(...near.map(({ distance }) => distance));
  const rank = ({ handle }: { handle: Handle }) => {
    const isOwnAnimal = handle.individual === individual;
    const isChosen = isOwnAnimal && handle.keypoint === keypoint;
    return (isChosen ? 4 : 0) + (handle.kind === 'own' ? 2 : 0) + (isOwnAnimal ? 1 : 0);
  };
  let best: { handle: Handle; distance: number } | null = null;
  for (const one of near) {
    if (one.distance <= nearest + tie && (best === null || rank(one) >= rank(best))) best = one;
  }
  return best;
}
