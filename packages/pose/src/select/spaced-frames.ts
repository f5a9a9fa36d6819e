/** Frames that keep a distance from each other. */
export interface SpacedFrames {
  /** Returns true and keeps the frame where no kept one is nearer than the distance. */
  add(frame: number): boolean;
  /** Returns true where the frame could be added. */
  accepts(frame: number): boolean;
}

/** Returns an empty set of frames at least `distance` apart; `taken`, a list, are there from the start. */
export function spacedFrames(distance: number, taken: Iterable<number> = []): SpacedFrames {
  const width = Math.max(1, Math.floor(distance));
  // Boxes as wide as the distance hold few frames each, so that a look at three of them is enough.
  const boxes = new Map<number, number[]>();
  const put = (frame: number) => {
    const box = Math.floor(frame / width);
    if (!boxes.has(box)) boxes.set(box, []);
    boxes.get(box)?.push(frame);
  };
  const accepts = (frame: number): boolean => {
    const box = Math.floor(frame / width);
    for (let near = box - 1; near <= box + 1; near++) {
      if (boxes.get(near)?.some((kept) => Math.abs(kept - frame) < width)) return false;
    }
    return true;
  };
  for (const frame of taken) put(frame);
  return {
    accepts,
    add: (frame) => {
      if (!accepts(frame)) return false;
      put(frame);
      return true;
    },
  };
}
