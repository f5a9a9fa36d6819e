/** A camera that looks straight down at the middle of the arena. */
export interface View {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Scale on the floor. */
  readonly pxPerCm: number;
  /** Floor point in the middle of the image, cm. */
  readonly floorX: number;
  readonly floorY: number;
  /** Height of the camera above the floor: what is nearer to it looks larger and further out. */
  readonly cameraHeightCm: number;
}

/** Returns how much larger than on the floor something at a height looks. */
export const scaleAt = (view: View, z: number): number => view.cameraHeightCm / (view.cameraHeightCm - z);

/** Returns the image x in px of a point, center of the left pixels at 0. */
export function imageX(view: View, x: number, z: number): number {
  return (view.widthPx - 1) / 2 + (x - view.floorX) * view.pxPerCm * scaleAt(view, z);
}

/** Returns the image y in px of a point, center of the top pixels at 0. */
export function imageY(view: View, y: number, z: number): number {
  return (view.heightPx - 1) / 2 + (y - view.floorY) * view.pxPerCm * scaleAt(view, z);
}
