import type { Random } from '@zoopraxis/core';
import { fractalNoise, hashLattice } from '../render/value-noise.js';
import { type Arena, wallAt } from './arena.js';
import { imageX, imageY, scaleAt, type View } from './view.js';

/** Kinds of floor. */
export const backgroundKinds = ['plain', 'woodchip', 'sawdust', 'grid', 'tape', 'paper'] as const;

/** Name of a kind of floor. */
export type BackgroundKind = (typeof backgroundKinds)[number];

/** Light that falls on the arena. */
export interface Lighting {
  /** Overall brightness, 1 is usual. */
  readonly brightness: number;
  /** Direction from which the light comes, radians clockwise in the image. */
  readonly directionRad: number;
  /** Darkness of shadows, 0..1. */
  readonly shadow: number;
  /** Strength of bright spots of lamps on the floor, 0..1. */
  readonly glare: number;
  /** Strength of mirror images in the walls, 0..1. */
  readonly reflection: number;
}

/** What a floor is made from. */
export interface FloorOptions {
  readonly kind: BackgroundKind;
  /** Color of the floor, 0..255, list of 3. */
  readonly floorColor: readonly [number, number, number];
  readonly wallColor: readonly [number, number, number];
  readonly lighting: Lighting;
  /** Loss of light in the corners of the image, 0..1. */
  readonly vignette: number;
}

/** A still picture of the empty arena. */
export interface Floor {
  /** Colors under the light, shape `[heightPx, widthPx, 3]`, 0..255. */
  readonly rgb: Float32Array;
  /** Light at each pixel against the usual, shape `[heightPx, widthPx]`. */
  readonly light: Float32Array;
  /** 1 where a wall is seen, shape `[heightPx, widthPx]`. */
  readonly wall: Uint8Array;
}

/** Returns the picture of an arena without animals. */
export function paintFloor(arena: Arena, view: View, options: FloorOptions, random: Random): Floor {
  const { widthPx, heightPx } = view;
  const rgb = new Float32Array(3 * widthPx * heightPx);
  const light = new Float32Array(widthPx * heightPx);
  const wall = new Uint8Array(widthPx * heightPx);
  const seed = random.nextUint32();
  paintBase(rgb, wall, arena, view, options, seed);
  if (options.kind === 'woodchip') paintChips(rgb, wall, arena, view, options, random.fork('chips'));
  if (options.kind === 'grid') paintGrid(rgb, wall, arena, view);
  if (options.kind === 'paper') paintCreases(rgb, wall, arena, view, random.fork('creases'));
  if (options.kind === 'tape') paintTape(rgb, wall, arena, view, random.fork('tape'));
  if (options.kind !== 'woodchip') paintDirt(rgb, wall, arena, view, random.fork('dirt'));
  paintLight(light, view, options, random.fork('light'));
  for (let pixel = 0; pixel < light.length; pixel++) {
    const gain = light[pixel]!;
    for (let c = 0; c < 3; c++) rgb[3 * pixel + c] = Math.min(255, rgb[3 * pixel + c]! * gain);
  }
  paintGlare(rgb, wall, arena, view, options.lighting.glare, random.fork('glare'));
  return { rgb, light, wall };
}

function paintBase(
  rgb: Float32Array,
  wall: Uint8Array,
  arena: Arena,
  view: View,
  options: FloorOptions,
  seed: number,
): void {
  const { widthPx, heightPx, cameraHeightCm } = view;
  const rim = scaleAt(view, arena.wallHeightCm);
  const [halfX, halfY] = [arena.widthCm / 2, arena.heightCm / 2];
  const sawdust = options.kind === 'sawdust';
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const cx = (x - (widthPx - 1) / 2) / view.pxPerCm;
      const cy = (y - (heightPx - 1) / 2) / view.pxPerCm;
      const m =
        arena.shape === 'circle' ? Math.hypot(cx, cy) / halfX : Math.max(Math.abs(cx) / halfX, Math.abs(cy) / halfY);
      const pixel = y * widthPx + x;
      let [r, g, b] = options.floorColor;
      let shade = 1;
      if (m < 1) {
        shade += 0.05 * fractalNoise(seed, cx * 0.12, cy * 0.12, 3);
        if (sawdust) {
          // Turned against the pixels, or the lattice of the noise would show.
          const [u, v] = [0.8 * cx + 0.6 * cy, 0.8 * cy - 0.6 * cx];
          shade +=
            0.5 * fractalNoise(seed + 20, 4.1 * u, 5.3 * v, 3) + 0.14 * fractalNoise(seed + 30, 0.3 * u, 0.3 * v, 2);
        }
        // Corners of the floor lie in the walls' shade.
        shade *= 1 - 0.16 * Math.exp(-(1 - m) * halfY * 0.9);
      } else {
        [r, g, b] = options.wallColor;
        if (m < rim) {
          wall[pixel] = 1;
          const height = (cameraHeightCm * (1 - 1 / m)) / arena.wallHeightCm;
          const side =
            arena.shape === 'circle'
              ? Math.atan2(cy, cx)
              : Math.abs(cx) / halfX > Math.abs(cy) / halfY
                ? Math.sign(cx)
                : 2 * Math.sign(cy);
          shade = 0.68 + 0.2 * height + 0.1 * Math.cos(side - options.lighting.directionRad);
          shade *= 1 + 0.06 * fractalNoise(seed + 3, cx * 0.4, cy * 0.4, 2);
          if (m < 1.012) shade *= 0.72;
        } else {
          const lip = m < rim * 1.03 ? 1.12 : 0.32;
          shade = lip * (1 + 0.15 * fractalNoise(seed + 5, cx * 0.1, cy * 0.1, 3));
        }
      }
      rgb[3 * pixel] = r * shade;
      rgb[3 * pixel + 1] = g * shade;
      rgb[3 * pixel + 2] = b * shade;
    }
  }
}

/** Calls back for each pixel of the floor near a segment with the distance to it, px, and the place along it, 0..1. */
function visitSegment(
  view: View,
  wall: Uint8Array,
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
  reachPx: number,
  visit: (pixel: number, distance: number, along: number) => void,
): void {
  const { widthPx, heightPx } = view;
  const [vx, vy] = [bx - ax, by - ay];
  const square = vx * vx + vy * vy;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reachPx));
  const right = Math.min(widthPx - 1, Math.ceil(Math.max(ax, bx) + reachPx));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reachPx));
  const bottom = Math.min(heightPx - 1, Math.ceil(Math.max(ay, by) + reachPx));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const pixel = y * widthPx + x;
      if (wall[pixel] === 1) continue;
      const t = square > 0 ? Math.min(1, Math.max(0, ((x - ax) * vx + (y - ay) * vy) / square)) : 0;
      const distance = Math.hypot(x - ax - t * vx, y - ay - t * vy);
      if (distance <= reachPx) visit(pixel, distance, t);
    }
  }
}

function blend(rgb: Float32Array, pixel: number, color: readonly [number, number, number], share: number): void {
  for (let c = 0; c < 3; c++) rgb[3 * pixel + c] = rgb[3 * pixel + c]! * (1 - share) + color[c]! * share;
}

const cover = (halfWidth: number, distance: number): number => Math.min(1, Math.max(0, halfWidth - distance + 0.5));

function paintChips(
  rgb: Float32Array,
  wall: Uint8Array,
  arena: Arena,
  view: View,
  options: FloorOptions,
  random: Random,
): void {
  const count = Math.round(arena.widthCm * arena.heightCm * 5.5);
  const [r, g, b] = options.floorColor;
  const inside = { distance: 0, nx: 0, ny: 0 };
  for (let chip = 0; chip < count; chip++) {
    const [x, y] = [random.uniform() * arena.widthCm, random.uniform() * arena.heightCm];
    const [angle, half] = [random.between(0, Math.PI), random.between(0.12, 0.55)];
    const [dx, dy] = [half * Math.cos(angle), half * Math.sin(angle)];
    const width = random.between(0.05, 0.17) * view.pxPerCm;
    const tone = random.between(0.62, 1.12);
    const warm = random.between(-0.06, 0.06);
    if (wallAt(arena, x, y, inside).distance < 0.4) continue;
    const a = [imageX(view, x - dx, 0), imageY(view, y - dy, 0)] as const;
    const c = [imageX(view, x + dx, 0), imageY(view, y + dy, 0)] as const;
    visitSegment(view, wall, [a[0] + 1, a[1] + 1], [c[0] + 1, c[1] + 1], width + 1, (pixel, distance) => {
      blend(rgb, pixel, [0, 0, 0], 0.35 * cover(width, distance));
    });
    const color = [r * tone * (1 + warm), g * tone, b * tone * (1 - warm)] as const;
    visitSegment(view, wall, a, c, width + 1, (pixel, distance) => {
      blend(rgb, pixel, color, 0.92 * cover(width, distance));
    });
  }
}

function paintGrid(rgb: Float32Array, wall: Uint8Array, arena: Arena, view: View): void {
  const spacing = Math.min(arena.widthCm, arena.heightCm) / 4;
  const half = 0.14 * view.pxPerCm;
  const line = (ax: number, ay: number, bx: number, by: number) =>
    visitSegment(
      view,
      wall,
      [imageX(view, ax, 0), imageY(view, ay, 0)],
      [imageX(view, bx, 0), imageY(view, by, 0)],
      half + 1,
      (pixel, distance) => blend(rgb, pixel, [48, 50, 56], 0.75 * cover(half, distance)),
    );
  for (let x = spacing; x < arena.widthCm - 0.1; x += spacing) line(x, 0, x, arena.heightCm);
  for (let y = spacing; y < arena.heightCm - 0.1; y += spacing) line(0, y, arena.widthCm, y);
}

function paintTape(rgb: Float32Array, wall: Uint8Array, arena: Arena, view: View, random: Random): void {
  const half = 0.55 * view.pxPerCm;
  const tapes = 2 + random.integer(3);
  const colors: readonly (readonly [number, number, number])[] = [
    [28, 28, 30],
    [40, 70, 130],
    [196, 190, 170],
    [150, 44, 40],
  ];
  for (let tape = 0; tape < tapes; tape++) {
    const color = colors[random.integer(colors.length)]!;
    const [x, y] = [arena.widthCm * random.between(0.15, 0.85), arena.heightCm * random.between(0.15, 0.85)];
    const [angle, length] = [(random.integer(4) * Math.PI) / 4 + random.between(-0.1, 0.1), random.between(3, 9)];
    const [dx, dy] = [(length / 2) * Math.cos(angle), (length / 2) * Math.sin(angle)];
    const a = [imageX(view, x - dx, 0), imageY(view, y - dy, 0)] as const;
    const b = [imageX(view, x + dx, 0), imageY(view, y + dy, 0)] as const;
    visitSegment(view, wall, a, b, half + 1, (pixel, distance, along) => {
      if (along > 0 && along < 1) blend(rgb, pixel, color, 0.94 * cover(half, distance));
    });
  }
}

/** Folds of a sheet: a bright side and a dark one. */
function paintCreases(rgb: Float32Array, wall: Uint8Array, arena: Arena, view: View, random: Random): void {
  const reach = 1.1 * view.pxPerCm;
  for (let crease = 0; crease < 7; crease++) {
    const upright = random.uniform() < 0.5;
    const [from, to] = [random.uniform(), random.uniform()].map((at) => 0.5 + 0.9 * (at - 0.5));
    const strength = random.between(0.03, 0.12);
    const end = (x: number, y: number) =>
      [imageX(view, x * arena.widthCm, 0), imageY(view, y * arena.heightCm, 0)] as const;
    const a = upright ? end(from!, 0) : end(0, from!);
    const b = upright ? end(to!, 1) : end(1, to!);
    const [vx, vy] = [b[0] - a[0], b[1] - a[1]];
    visitSegment(view, wall, a, b, reach, (pixel, distance) => {
      const [x, y] = [pixel % view.widthPx, Math.floor(pixel / view.widthPx)];
      const side = vx * (y - a[1]) - vy * (x - a[0]) > 0 ? 1 : -1.3;
      const gain = 1 + side * strength * (1 - distance / reach) ** 2;
      for (let c = 0; c < 3; c++) rgb[3 * pixel + c] = rgb[3 * pixel + c]! * gain;
    });
  }
}

/** Droppings and stains: small dark things that are not mice. */
function paintDirt(rgb: Float32Array, wall: Uint8Array, arena: Arena, view: View, random: Random): void {
  const inside = { distance: 0, nx: 0, ny: 0 };
  for (let spot = 0; spot < 16; spot++) {
    const [x, y] = [random.uniform() * arena.widthCm, random.uniform() * arena.heightCm];
    const [angle, stain] = [random.between(0, Math.PI), random.uniform() < 0.3];
    const half = stain ? random.between(0.4, 1.6) : random.between(0.12, 0.25);
    const size = (stain ? random.between(0.3, 0.9) : 0.11) * view.pxPerCm;
    if (wallAt(arena, x, y, inside).distance < 0.6) continue;
    const [dx, dy] = [half * Math.cos(angle), half * Math.sin(angle)];
    const a = [imageX(view, x - dx, 0), imageY(view, y - dy, 0)] as const;
    const b = [imageX(view, x + dx, 0), imageY(view, y + dy, 0)] as const;
    visitSegment(view, wall, a, b, size + 1, (pixel, distance) => {
      if (stain) blend(rgb, pixel, [120, 112, 86], 0.12 * (1 - distance / (size + 1)));
      else blend(rgb, pixel, [44, 38, 32], 0.85 * cover(size, distance));
    });
  }
}

function paintLight(light: Float32Array, view: View, options: FloorOptions, random: Random): void {
  const { widthPx, heightPx } = view;
  const { brightness, directionRad } = options.lighting;
  const seed = random.nextUint32();
  const tilt = random.between(0.04, 0.16);
  const [lx, ly] = [Math.cos(directionRad), Math.sin(directionRad)];
  const corner = Math.hypot(widthPx, heightPx) / 2;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const [u, v] = [(x - widthPx / 2) / corner, (y - heightPx / 2) / corner];
      const fall = 1 - options.vignette * (u * u + v * v);
      const uneven = 1 + tilt * (u * lx + v * ly) + 0.08 * fractalNoise(seed, 2.2 * u, 2.2 * v, 2);
      light[y * widthPx + x] = brightness * fall * uneven;
    }
  }
}

/** Lamps mirrored in floor and walls. */
function paintGlare(
  rgb: Float32Array,
  wall: Uint8Array,
  arena: Arena,
  view: View,
  strength: number,
  random: Random,
): void {
  if (strength <= 0) return;
  const { widthPx, heightPx } = view;
  for (let lamp = 0; lamp < 5; lamp++) {
    const onWall = lamp > 1;
    const x = arena.widthCm * random.uniform();
    const y = onWall ? (random.uniform() < 0.5 ? -0.6 : arena.heightCm + 0.6) : arena.heightCm * random.uniform();
    const [px, py] = [imageX(view, x, 0), imageY(view, y, 0)];
    const [rx, ry] = onWall ? [random.between(0.8, 2.4), 0.35] : [random.between(4, 9), random.between(3, 7)];
    const peak = strength * (onWall ? 150 : 34);
    const [sx, sy] = [rx * view.pxPerCm, ry * view.pxPerCm];
    for (let row = Math.max(0, Math.floor(py - 3 * sy)); row < Math.min(heightPx, py + 3 * sy); row++) {
      for (let column = Math.max(0, Math.floor(px - 3 * sx)); column < Math.min(widthPx, px + 3 * sx); column++) {
        const pixel = row * widthPx + column;
        if ((wall[pixel] === 1) !== onWall) continue;
        const ripple = 0.9 + 0.1 * (hashLattice(lamp, column >> 1, row >> 1) / 4294967296);
        const add = peak * ripple * Math.exp(-0.5 * (((column - px) / sx) ** 2 + ((row - py) / sy) ** 2));
        for (let c = 0; c < 3; c++) rgb[3 * pixel + c] = Math.min(255, rgb[3 * pixel + c]! + add);
      }
    }
  }
}
