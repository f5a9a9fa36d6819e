import { Random } from '@zoopraxis/core';
import {
  boundCapsules,
  Capsules,
  capsuleStride,
  clearSurface,
  createSurface,
  drawCapsules,
  type Rectangle,
} from '../render/capsules.js';
import { blurArea, clearLayer, createLayer, mergeLayer } from '../render/layer.js';
import { createSensor } from '../render/sensor.js';
import { fractalNoise, hashLattice } from '../render/value-noise.js';
import { isBehindSteps, layout, type PlanePoint } from './layout.js';
import { digitCount, type Limb } from './limb.js';
import type { ResolvedStaircase } from './options.js';

/** Materials of the side view. */
const part = { fur: 0, belly: 1, ear: 2, eye: 3, arm: 4, skin: 5, pellet: 6, whisker: 7, nose: 8 } as const;

/** Order from the back wall to the camera; a round top adds at most 0.2. */
export const rank = { body: 0, head: 1, face: 2, arm: 3, forearm: 4, paw: 5, digit: 6, steps: 20 } as const;

const roundTop = 0.2;

/** What moves at one time: the animal and its pellets. */
export interface StaircaseMoment {
  readonly limb: Limb;
  /** Pellets that are to be seen, list. */
  readonly pellets: readonly { readonly at: PlanePoint; readonly held: boolean }[];
}

/** Fills a list with the capsules of a moment, in image px. */
export function placeMoment(list: Capsules, moment: StaircaseMoment, pxPerCm: number, timeSec: number): void {
  list.clear();
  const { limb } = moment;
  const px = (cm: number) => cm * pxPerCm - 0.5;
  const add = (kind: number, z: number, a: PlanePoint, ar: number, b: PlanePoint, br: number) => {
    list.add({
      ax: px(a.x),
      ay: px(a.y),
      az: z,
      ar: ar * pxPerCm,
      bx: px(b.x),
      by: px(b.y),
      bz: z,
      br: br * pxPerCm,
      part: kind,
      domePerPx: roundTop / (Math.max(ar, br) * pxPerCm),
    });
  };
  const breath = 0.02 * Math.sin(2 * Math.PI * 2.6 * timeSec);
  const { nose, lean } = limb;
  const chew = limb.chew * 0.05 * Math.sin(2 * Math.PI * 6 * timeSec);
  const chest = { x: 2.75 + 0.55 * lean, y: 2.15 + 0.25 * lean };
  const neck = { x: nose.x - 1.5, y: nose.y - 0.55 };
  const head = { x: nose.x - 0.86, y: nose.y - 0.36 };
  const snout = { x: nose.x - 0.3, y: nose.y - 0.06 };
  add(part.fur, rank.body, { x: -0.9, y: 2 }, 1.5, { x: 1.3, y: 1.98 }, 1.36 + breath);
  add(part.fur, rank.body + 0.05, { x: 1.3, y: 1.98 }, 1.36 + breath, chest, 1.1);
  add(part.fur, rank.body + 0.1, chest, 1.1, neck, 0.84);
  add(part.fur, rank.head, neck, 0.8, head, 0.68);
  add(part.fur, rank.head + 0.05, head, 0.66, snout, 0.34);
  add(
    part.belly,
    rank.head + 0.02,
    { x: head.x + 0.15, y: head.y + 0.35 + chew },
    0.3,
    { x: snout.x - 0.02, y: snout.y + 0.18 + chew },
    0.15,
  );
  add(part.nose, rank.face + 0.3, snout, 0.26, nose, 0.1);
  add(part.ear, rank.face, { x: head.x - 0.42, y: head.y - 0.5 }, 0.24, { x: head.x - 0.5, y: head.y - 0.82 }, 0.36);
  const eye = { x: head.x + 0.3, y: head.y - 0.16 };
  add(part.eye, rank.face + 0.4, eye, 0.1, { x: eye.x + 0.02, y: eye.y }, 0.1);
  for (let hair = 0; hair < 6; hair++) {
    const angle = -0.9 + 0.3 * hair + 0.05 * Math.sin(9 * timeSec + hair);
    const length = 0.75 + 0.25 * (hashLattice(5, hair, 0) / 4294967296);
    const root = { x: snout.x + 0.02, y: snout.y + 0.02 * hair };
    const end = { x: root.x + length * Math.cos(angle) * 0.55, y: root.y + length * Math.sin(angle) };
    add(part.whisker, rank.face + 0.35, root, 0.011, end, 0.005);
  }
  const standing = { x: 3.55 + 0.4 * lean, y: 2.85 };
  add(part.arm, rank.body + 0.3, standing, 0.32, { x: 3.75, y: 3.12 }, 0.16);
  add(part.skin, rank.body + 0.31, { x: 3.72, y: 3.22 }, 0.12, { x: 4, y: 3.26 }, 0.09);
  add(part.arm, rank.arm, limb.shoulder, 0.42, limb.elbow, 0.27);
  add(part.arm, rank.forearm, limb.elbow, 0.25, limb.wrist, 0.135);
  add(part.skin, rank.paw, limb.wrist, 0.12, limb.paw, 0.165);
  for (let digit = 0; digit < digitCount; digit++) {
    const z = rank.digit + 0.5 * digit;
    const side = (digit - (digitCount - 1) / 2) * 0.06;
    const root = { x: limb.paw.x - side * 0.5, y: limb.paw.y + side };
    add(part.skin, z, root, 0.07, limb.knuckles[digit]!, 0.062);
    add(part.skin, z + 0.1, limb.knuckles[digit]!, 0.06, limb.tips[digit]!, 0.045);
  }
  for (const { at, held } of moment.pellets) {
    const z = held ? rank.digit + 0.75 : rank.body + 0.9;
    add(part.pellet, z, at, layout.pelletRadius, { x: at.x + 0.02, y: at.y }, layout.pelletRadius);
  }
}

/** A painter of the side view. */
export interface StaircasePainter {
  /** Writes a frame, shape `[heightPx, widthPx, 3]`. */
  paint(frame: number, out: Uint8Array): void;
  /** Returns what is seen at each pixel: 1 the animal, 2 a pellet, shape `[heightPx, widthPx]`. */
  mask(frame: number): Uint8Array;
}

/** Returns a painter of moments. */
export function createStaircasePainter(
  options: ResolvedStaircase,
  momentAt: (timeSec: number) => StaircaseMoment,
): StaircasePainter {
  const { widthPx, heightPx, pxPerCm, fps, camera } = options;
  const random = new Random(options.seed).fork('staircase', 'camera');
  const light = paintLight(options);
  const still = paintBox(options, light, false);
  const front = paintBox(options, light, true);
  const whole: Rectangle = { left: 0, top: 0, right: widthPx, bottom: heightPx };
  const layer = createLayer(widthPx, heightPx);
  const surface = createSurface(widthPx, heightPx);
  const list = new Capsules();
  const hidden = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      if (isBehindSteps((x + 0.5) / pxPerCm, (y + 0.5) / pxPerCm)) hidden[y * widthPx + x] = 1;
    }
  }
  const background = new Uint8Array(3 * widthPx * heightPx);
  const merged = still.slice();
  for (let pixel = 0; pixel < hidden.length; pixel++) {
    if (hidden[pixel] === 1) merged.set(front.subarray(3 * pixel, 3 * pixel + 3), 3 * pixel);
  }
  blurArea(merged, new Float32Array(merged.length), widthPx, whole, 3, camera.blurPx);
  for (let i = 0; i < merged.length; i++) background[i] = Math.min(255, Math.max(0, merged[i]! + 0.5));
  const colors = paletteOf(options);
  const sensor = createSensor(camera, random);
  const seed = random.nextUint32();
  const hairs = Float32Array.from(
    { length: 256 * 256 },
    (_, i) => 1 + 0.22 * fractalNoise(seed, (i & 255) * 0.12, (i >> 8) * 0.35, 2),
  );
  let [furX, furY] = [0, 0];

  const shade = (area: Rectangle, weight: number): void => {
    const { color, through } = layer;
    const { data } = list;
    for (let y = area.top; y < area.bottom; y++) {
      for (let x = area.left; x < area.right; x++) {
        const pixel = y * widthPx + x;
        const inside = surface.inside[pixel]!;
        const capsule = surface.winner[pixel]!;
        if (capsule < 0 || inside <= -0.5 || hidden[pixel] === 1) continue;
        const alpha = inside >= 0.9 ? 1 : (inside + 0.5) / 1.4;
        const at = capsule * capsuleStride;
        const [ax, ay] = [data[at]!, data[at + 1]!];
        const [vx, vy] = [data[at + 4]! - ax, data[at + 5]! - ay];
        const free = ((x - ax) * vx + (y - ay) * vy) * data[at + 12]!;
        const t = free < 0 ? 0 : free > 1 ? 1 : free;
        const r = data[at + 3]! + t * (data[at + 7]! - data[at + 3]!);
        let nx = (x - ax - t * vx) / r;
        let ny = (y - ay - t * vy) / r;
        const kind = data[at + 8]!;
        if (kind === part.fur) {
          // Round ends inside the trunk would show as rings: only the side counts there.
          const along = (nx * vx + ny * vy) * data[at + 12]!;
          nx -= along * vx;
          ny -= along * vy;
        }
        const nz = Math.sqrt(Math.max(0, 1 - nx * nx - ny * ny));
        const diffuse = Math.max(0, -0.25 * nx - 0.55 * ny + 0.8 * nz);
        let tone = 0.5 + 0.55 * diffuse;
        if (kind === part.fur || kind === part.arm || kind === part.belly) {
          // Hairs move with the animal.
          tone *= hairs[((y + furY) & 255) * 256 + ((x + furX) & 255)]!;
        }
        if (kind === part.eye && nx < -0.1 && ny < -0.2 && nx * nx + ny * ny < 0.6) tone = 14;
        const gain = weight * alpha * tone * light[pixel]!;
        through[pixel] = through[pixel]! - weight * alpha;
        for (let c = 0; c < 3; c++) color[3 * pixel + c] = color[3 * pixel + c]! + gain * colors[3 * kind + c]!;
      }
    }
  };
  const draw = (timeSec: number, area: Rectangle): void => {
    const moment = momentAt(timeSec);
    [furX, furY] = [-Math.round(moment.limb.nose.x * pxPerCm), -Math.round(moment.limb.nose.y * pxPerCm)];
    placeMoment(list, moment, pxPerCm, timeSec);
    clearSurface(surface, widthPx, area);
    drawCapsules(list, surface, widthPx, heightPx);
  };

  return {
    paint(frame, out) {
      const open = camera.exposure / fps;
      const [before, after] = [-0.5, 0.5].map((share) => momentAt(frame / fps + share * open).limb.paw);
      const travel = Math.hypot(before!.x - after!.x, before!.y - after!.y) * pxPerCm;
      const samples = Math.min(8, Math.max(1, Math.ceil(travel / 1.6)));
      placeMoment(list, momentAt(frame / fps), pxPerCm, frame / fps);
      const area = boundCapsules(list, travel / 2 + 5, widthPx, heightPx);
      clearLayer(layer, area);
      for (let sample = 0; sample < samples; sample++) {
        draw(frame / fps + open * ((sample + 0.5) / samples - 0.5), area);
        shade(area, 1 / samples);
      }
      blurArea(layer.color, layer.scratch, widthPx, area, 3, camera.blurPx);
      blurArea(layer.through, layer.scratch, widthPx, area, 1, camera.blurPx);
      out.set(background);
      mergeLayer(layer, background, area, out);
      sensor(out, widthPx, frame, frame / fps);
    },
    mask(frame) {
      draw(frame / fps, whole);
      const out = new Uint8Array(widthPx * heightPx);
      for (let pixel = 0; pixel < out.length; pixel++) {
        const capsule = surface.winner[pixel]!;
        if (surface.inside[pixel]! <= 0 || hidden[pixel] === 1) continue;
        out[pixel] = list.data[capsule * capsuleStride + 8] === part.pellet ? 2 : 1;
      }
      return out;
    },
  };
}

function paletteOf(options: ResolvedStaircase): Float32Array {
  const colors = new Float32Array(9 * 3);
  const fur = { black: [40, 38, 38], white: [216, 210, 202], agouti: [104, 84, 62] }[options.coat];
  const set = (kind: number, rgb: readonly number[], gain = 1) => {
    for (let c = 0; c < 3; c++) colors[3 * kind + c] = rgb[c]! * gain;
  };
  set(part.fur, fur);
  set(part.belly, fur, options.coat === 'white' ? 0.95 : 1.3);
  set(part.arm, fur, options.coat === 'white' ? 0.98 : 1.35);
  set(part.ear, [156, 122, 114]);
  set(part.eye, options.coat === 'white' ? [120, 24, 34] : [10, 10, 12]);
  set(part.skin, [206, 158, 146]);
  set(part.pellet, [226, 214, 178]);
  set(part.whisker, [176, 174, 170]);
  set(part.nose, options.coat === 'black' ? [88, 72, 68] : [206, 158, 146]);
  return colors;
}

function paintLight(options: ResolvedStaircase): Float32Array {
  const { widthPx, heightPx, camera } = options;
  const random = new Random(options.seed).fork('staircase', 'light');
  const [seed, corner] = [random.nextUint32(), Math.hypot(widthPx, heightPx) / 2];
  const light = new Float32Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const [u, v] = [(x - widthPx / 2) / corner, (y - heightPx / 2) / corner];
      light[y * widthPx + x] =
        options.brightness *
        (1 - camera.vignette * (u * u + v * v)) *
        (1 - 0.1 * v + 0.08 * fractalNoise(seed, 2 * u, 2 * v, 2));
    }
  }
  return light;
}

/** The empty box: back wall, platform and steps, or what stands before the animal. */
function paintBox(options: ResolvedStaircase, light: Float32Array, front: boolean): Float32Array {
  const { widthPx, heightPx, pxPerCm } = options;
  const rgb = new Float32Array(3 * widthPx * heightPx);
  const random = new Random(options.seed).fork('staircase', 'box');
  const seed = random.nextUint32();
  const [r, g, b] = options.wallColor;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const [cx, cy] = [(x + 0.5) / pxPerCm, (y + 0.5) / pxPerCm];
      const pixel = y * widthPx + x;
      let color: readonly [number, number, number] = [r, g, b];
      let shade = 1 + 0.08 * fractalNoise(seed, cx * 0.6, cy * 0.6, 3);
      const platform = cy > layout.platformY && cy < layout.platformY + layout.platformThick && cx < layout.platformX;
      const below = cy >= layout.platformY + layout.platformThick && cx < layout.platformX - 0.3;
      const step = Math.round((cx - layout.stepX) / layout.stepDx);
      const surfaceY = layout.stepY + step * layout.stepDy;
      const stairs = cx > layout.stepX - layout.stepDx / 2 && step < layout.stepCount;
      if (platform) {
        color = [150, 152, 156];
        shade *= cy < layout.platformY + 0.06 ? 1.25 : 0.85;
      } else if (below) {
        shade *= 0.5;
      } else if (stairs && (front ? cy > surfaceY - layout.lip : cy > surfaceY - 0.34)) {
        color = front
          ? options.stepColor
          : [options.stepColor[0] * 0.7, options.stepColor[1] * 0.7, options.stepColor[2] * 0.7];
        const edge = front ? cy - (surfaceY - layout.lip) : cy - (surfaceY - 0.34);
        if (edge < 0.05) shade *= 1.3;
        const side = Math.abs(cx - layout.stepX - step * layout.stepDx) / (layout.stepDx / 2);
        if (side > 0.94) shade *= 0.75;
        shade *= 1 + 0.05 * fractalNoise(seed + 4, cx * 4, cy * 4, 2);
      }
      for (let c = 0; c < 3; c++) rgb[3 * pixel + c] = Math.min(255, color[c]! * shade * light[pixel]!);
    }
  }
  // Scratches of the acrylic front.
  for (let scratch = 0; scratch < 10; scratch++) {
    const [sx, sy] = [random.uniform() * widthPx, random.uniform() * heightPx];
    const [angle, length] = [random.between(0, Math.PI), random.between(10, 60)];
    for (let s = 0; s < length; s++) {
      const [x, y] = [Math.round(sx + s * Math.cos(angle)), Math.round(sy + s * Math.sin(angle))];
      if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) continue;
      const at = 3 * (y * widthPx + x);
      for (let c = at; c < at + 3; c++) rgb[c] = Math.min(255, rgb[c]! * 1.06 + 3);
    }
  }
  return rgb;
}
