const STRIDE = 14;

/** One tapered capsule as it is added: two ends in image px, their heights above the floor, what it is made of. */
export interface CapsuleEnds {
  readonly ax: number;
  readonly ay: number;
  /** Height of the axis at the first end, cm (from above) or depth rank (from the side). */
  readonly az: number;
  /** Radius at the first end, px. */
  readonly ar: number;
  readonly bx: number;
  readonly by: number;
  readonly bz: number;
  readonly br: number;
  /** Number of the material, of the scene's own list. */
  readonly part: number;
  /** Coordinate along the body at both ends, for the coat's texture. */
  readonly ua?: number;
  readonly ub?: number;
  /** Height of the round top above the axis for each px of radius. */
  readonly domePerPx: number;
}

/**
 * A list of tapered capsules, of which every animal and thing here is made. Both the picture and the cover test of
 * keypoints read the same list, so that visibility is what the picture shows.
 */
export class Capsules {
  /** Number of capsules. */
  count = 0;
  /** Bytes of all capsules, shape `[capsule, 14]`: ax ay az ar, bx by bz br, part, ua, ub, domePerPx, 1/length^2, spare. */
  data = new Float32Array(64 * STRIDE);

  clear(): void {
    this.count = 0;
  }

  add(ends: CapsuleEnds): void {
    if ((this.count + 1) * STRIDE > this.data.length) {
      const longer = new Float32Array(this.data.length * 2);
      longer.set(this.data);
      this.data = longer;
    }
    const { data } = this;
    const at = this.count * STRIDE;
    data[at] = ends.ax;
    data[at + 1] = ends.ay;
    data[at + 2] = ends.az;
    data[at + 3] = ends.ar;
    data[at + 4] = ends.bx;
    data[at + 5] = ends.by;
    data[at + 6] = ends.bz;
    data[at + 7] = ends.br;
    data[at + 8] = ends.part;
    data[at + 9] = ends.ua ?? 0;
    data[at + 10] = ends.ub ?? 0;
    data[at + 11] = ends.domePerPx;
    const lengthSquared = (ends.bx - ends.ax) ** 2 + (ends.by - ends.ay) ** 2;
    data[at + 12] = lengthSquared > 1e-9 ? 1 / lengthSquared : 0;
    this.count++;
  }

  /** Returns the height of the highest capsule over an image point, -Infinity where none is. */
  heightAt(x: number, y: number): number {
    const { data, count } = this;
    let highest = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < count * STRIDE; at += STRIDE) {
      const ax = data[at]!;
      const ay = data[at + 1]!;
      const vx = data[at + 4]! - ax;
      const vy = data[at + 5]! - ay;
      let t = ((x - ax) * vx + (y - ay) * vy) * data[at + 12]!;
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      const r = data[at + 3]! + t * (data[at + 7]! - data[at + 3]!);
      const dx = x - ax - t * vx;
      const dy = y - ay - t * vy;
      const d2 = dx * dx + dy * dy;
      if (d2 >= r * r) continue;
      const h = data[at + 2]! + t * (data[at + 6]! - data[at + 2]!) + data[at + 11]! * Math.sqrt(r * r - d2);
      if (h > highest) highest = h;
    }
    return highest;
  }
}

/** Pixels from left and top (included) to right and bottom (excluded). */
export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Returns the pixels that capsules may touch, grown by a margin and cut to the image; left >= right where none. */
export function boundCapsules(list: Capsules, marginPx: number, widthPx: number, heightPx: number): Rectangle {
  const { data, count } = list;
  let [left, top, right, bottom] = [widthPx, heightPx, 0, 0];
  for (let at = 0; at < count * STRIDE; at += STRIDE) {
    for (let end = 0; end < 8; end += 4) {
      const [x, y, r] = [data[at + end]!, data[at + end + 1]!, data[at + end + 3]! + marginPx];
      left = Math.min(left, Math.floor(x - r));
      top = Math.min(top, Math.floor(y - r));
      right = Math.max(right, Math.ceil(x + r) + 1);
      bottom = Math.max(bottom, Math.ceil(y + r) + 1);
    }
  }
  return {
    left: Math.max(0, left),
    top: Math.max(0, top),
    right: Math.min(widthPx, right),
    bottom: Math.min(heightPx, bottom),
  };
}

/** What is seen of one list of capsules at each pixel. */
export interface Surface {
  /** Height of what is on top, shape `[heightPx, widthPx]`. */
  readonly height: Float32Array;
  /** Distance in px from the outline, positive inside, shape `[heightPx, widthPx]`. */
  readonly inside: Float32Array;
  /** Index of the capsule on top, -1 where none, shape `[heightPx, widthPx]`. */
  readonly winner: Int16Array;
}

/** Returns an empty surface for an image size. */
export function createSurface(widthPx: number, heightPx: number): Surface {
  const count = widthPx * heightPx;
  return {
    height: new Float32Array(count).fill(-1e9),
    inside: new Float32Array(count).fill(-1e9),
    winner: new Int16Array(count).fill(-1),
  };
}

/** Empties a rectangle of a surface. */
export function clearSurface(surface: Surface, widthPx: number, area: Rectangle): void {
  for (let y = area.top; y < area.bottom; y++) {
    const [from, to] = [y * widthPx + area.left, y * widthPx + area.right];
    surface.height.fill(-1e9, from, to);
    surface.inside.fill(-1e9, from, to);
    surface.winner.fill(-1, from, to);
  }
}

/** Draws capsules onto a surface: at each pixel the highest wins, and outlines reach half a pixel further. */
export function drawCapsules(list: Capsules, surface: Surface, widthPx: number, heightPx: number): void {
  const { data, count } = list;
  const { height, inside, winner } = surface;
  for (let index = 0; index < count; index++) {
    const at = index * STRIDE;
    const ax = data[at]!;
    const ay = data[at + 1]!;
    const az = data[at + 2]!;
    const ar = data[at + 3]!;
    const bx = data[at + 4]!;
    const by = data[at + 5]!;
    const vx = bx - ax;
    const vy = by - ay;
    const vz = data[at + 6]! - az;
    const vr = data[at + 7]! - ar;
    const dome = data[at + 11]!;
    const inverse = data[at + 12]!;
    const reach = Math.max(ar, ar + vr) + 1;
    const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
    const right = Math.min(widthPx - 1, Math.ceil(Math.max(ax, bx) + reach));
    const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
    const bottom = Math.min(heightPx - 1, Math.ceil(Math.max(ay, by) + reach));
    for (let y = top; y <= bottom; y++) {
      const py = y - ay;
      for (let x = left; x <= right; x++) {
        const px = x - ax;
        let t = (px * vx + py * vy) * inverse;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        const r = ar + t * vr;
        const dx = px - t * vx;
        const dy = py - t * vy;
        const d2 = dx * dx + dy * dy;
        if (d2 >= (r + 1) * (r + 1)) continue;
        const pixel = y * widthPx + x;
        const depth = r - Math.sqrt(d2);
        if (depth > inside[pixel]!) inside[pixel] = depth;
        // A rim outside the outline only counts where nothing else lies.
        const z = az + t * vz;
        const h = depth > 0 ? z + dome * Math.sqrt(r * r - d2) : z - 1e3;
        if (h > height[pixel]!) {
          height[pixel] = h;
          winner[pixel] = index;
        }
      }
    }
  }
}

/** Floats that one capsule takes in `Capsules.data`. */
export const capsuleStride = STRIDE;
