/** A thing in the arena. Blocks and cylinders stand in the way; a bridge is a plate that animals walk under. */
export interface ArenaObject {
  readonly kind: 'cylinder' | 'block' | 'bridge';
  /** Center on the floor, cm from the arena's left and top edge. */
  readonly xCm: number;
  readonly yCm: number;
  /** Diameter, or side of the square. */
  readonly sizeCm: number;
  readonly heightCm: number;
  /** Red, green, blue, 0..255, list of 3. */
  readonly color?: readonly [number, number, number];
}

/** The floor and walls in which animals move. */
export interface Arena {
  readonly shape: 'rectangle' | 'circle';
  readonly widthCm: number;
  readonly heightCm: number;
  readonly wallHeightCm: number;
  readonly objects: readonly ArenaObject[];
}

/** A point and the way back inside, from {@link wallAt}. */
export interface WallHit {
  /** Distance to the wall in cm, negative outside. */
  distance: number;
  /** Unit vector that points inside. */
  nx: number;
  ny: number;
}

/** Writes the distance to the nearest wall and the direction inside into `out` and returns it. */
export function wallAt(arena: Arena, x: number, y: number, out: WallHit): WallHit {
  if (arena.shape === 'circle') {
    const [dx, dy] = [x - arena.widthCm / 2, y - arena.heightCm / 2];
    const r = Math.hypot(dx, dy);
    out.distance = arena.widthCm / 2 - r;
    out.nx = r > 1e-9 ? -dx / r : 1;
    out.ny = r > 1e-9 ? -dy / r : 0;
    return out;
  }
  out.distance = x;
  out.nx = 1;
  out.ny = 0;
  if (arena.widthCm - x < out.distance) {
    out.distance = arena.widthCm - x;
    out.nx = -1;
  }
  if (y < out.distance) {
    out.distance = y;
    out.nx = 0;
    out.ny = 1;
  }
  if (arena.heightCm - y < out.distance) {
    out.distance = arena.heightCm - y;
    out.nx = 0;
    out.ny = -1;
  }
  return out;
}

/** Returns the point of a way along the walls, `inset` cm from them, after `along` cm; the way is a circle. */
export function pointAlongWall(arena: Arena, along: number, inset: number): [number, number] {
  const { widthCm: w, heightCm: h } = arena;
  if (arena.shape === 'circle') {
    const angle = (2 * along) / w;
    return [w / 2 + (w / 2 - inset) * Math.cos(angle), h / 2 + (h / 2 - inset) * Math.sin(angle)];
  }
  const length = 2 * (w + h);
  const t = ((along % length) + length) % length;
  const clampX = (x: number) => Math.min(w - inset, Math.max(inset, x));
  const clampY = (y: number) => Math.min(h - inset, Math.max(inset, y));
  if (t < w) return [clampX(t), inset];
  if (t < w + h) return [w - inset, clampY(t - w)];
  if (t < 2 * w + h) return [clampX(2 * w + h - t), h - inset];
  return [inset, clampY(length - t)];
}

/** Returns how far along the walls the nearest wall point of a floor point lies, in cm. */
export function alongWallOf(arena: Arena, x: number, y: number): number {
  const { widthCm: w, heightCm: h } = arena;
  if (arena.shape === 'circle') return (Math.atan2(y - h / 2, x - w / 2) * w) / 2;
  const nearest = Math.min(x, w - x, y, h - y);
  if (nearest === y) return x;
  if (nearest === w - x) return w + y;
  if (nearest === h - y) return 2 * w + h - x;
  return 2 * (w + h) - y;
}

/** Returns whether an object stands in the way of animals. */
export const isObstacle = (object: ArenaObject): boolean => object.kind !== 'bridge';
