import { Random } from '@zoopraxis/core';
import {
  boundCapsules,
  Capsules,
  capsuleStride,
  clearSurface,
  createSurface,
  drawCapsules,
  type Rectangle,
  type Surface,
} from '../render/capsules.js';
import { blurArea, clearLayer, createLayer, mergeLayer } from '../render/layer.js';
import { createSensor } from '../render/sensor.js';
import { addMouse, type Build, createSpine, part, placeSpine, spineNodes } from './anatomy.js';
import type { Arena } from './arena.js';
import { addCable, type Cable } from './cable.js';
import { type Coat, furSize } from './coats.js';
import type { Floor, Lighting } from './floor.js';
import { paintObjects } from './objects.js';
import { poseLength } from './pose.js';
import { castShadow, clearShadow, createShadowMap, shadowAt } from './shadow.js';
import type { Simulation } from './simulation.js';
import type { View } from './view.js';

/** How the camera turns light into numbers. */
export interface CameraLook {
  readonly noise: number;
  readonly blurPx: number;
  readonly exposure: number;
  readonly drift: number;
  readonly monochrome: boolean;
}

/** What a painter of the open field needs. */
export interface PainterOptions {
  readonly seed: number;
  readonly fps: number;
  readonly frameCount: number;
  readonly view: View;
  readonly arena: Arena;
  readonly builds: readonly Build[];
  readonly coats: readonly Coat[];
  readonly lighting: Lighting;
  readonly camera: CameraLook;
  readonly cable: Cable | undefined;
  readonly floor: Floor;
}

/** Capsules of everything that moves at one time. */
export interface Scene {
  readonly mice: readonly Capsules[];
  readonly cable: Capsules;
}

/** Returns an empty scene. */
export const createScene = (mice: number): Scene => ({
  mice: Array.from({ length: mice }, () => new Capsules()),
  cable: new Capsules(),
});

const spine = createSpine();

/** Fills a scene from poses, shape `[mouse, poseLength]` from `offset`. */
export function placeScene(
  scene: Scene,
  poses: ArrayLike<number>,
  offset: number,
  builds: readonly Build[],
  view: View,
  cable: Cable | undefined,
  timeSec: number,
): void {
  scene.cable.clear();
  for (const [mouse, list] of scene.mice.entries()) {
    list.clear();
    const at = offset + mouse * poseLength;
    placeSpine(poses, at, builds[mouse]!, spine);
    const wired = cable !== undefined && mouse === 0;
    addMouse(list, spine, poses, at, builds[mouse]!, view, wired);
    if (wired) {
      const node = spineNodes - 6;
      const top = spine.z[node]! + spine.radius[node]! + 0.6;
      addCable(scene.cable, cable, [spine.x[node]!, spine.y[node]!, top], view, timeSec);
    }
  }
}

/** A painter of frames. */
export interface Painter {
  /** Writes a frame, shape `[heightPx, widthPx, 3]`. */
  paint(frame: number, out: Uint8Array): void;
  /** Returns who is seen at each pixel, shape `[heightPx, widthPx]`. */
  mask(frame: number): Uint8Array;
  /** Height of things that stand still, cm, shape `[heightPx, widthPx]`. */
  readonly stillHeight: Float32Array;
}

/** Returns a painter of a simulated open field. */
export function createPainter(options: PainterOptions, simulation: Pick<Simulation, 'segmentOf'>): Painter {
  const { view, arena, builds, coats, lighting, camera, cable, floor, fps } = options;
  const { widthPx, heightPx } = view;
  const mice = builds.length;
  const random = new Random(options.seed).fork('open-field', 'camera');
  const stillHeight = paintObjects(floor, arena, view, lighting.directionRad, lighting.shadow);
  const whole: Rectangle = { left: 0, top: 0, right: widthPx, bottom: heightPx };
  const layer = createLayer(widthPx, heightPx);
  const background = new Uint8Array(floor.rgb.length);
  {
    const blurred = floor.rgb.slice();
    blurArea(blurred, new Float32Array(blurred.length), widthPx, whole, 3, camera.blurPx);
    for (let i = 0; i < blurred.length; i++) background[i] = Math.min(255, Math.max(0, blurred[i]! + 0.5));
  }
  const sensor = createSensor(camera, random);
  const surfaces: Surface[] = builds.map(() => createSurface(widthPx, heightPx));
  const cableSurface = cable === undefined ? undefined : createSurface(widthPx, heightPx);
  const shadow = createShadowMap(widthPx, heightPx);
  const mirror = createShadowMap(widthPx, heightPx);
  const scene = createScene(mice);
  const poses = new Float64Array(mice * poseLength);
  const light = normalize(Math.cos(lighting.directionRad) * 0.55, Math.sin(lighting.directionRad) * 0.55, 1);

  /** Poses at a time given as frame and share of a frame after (or before) it. */
  const posesAt = (frame: number, share: number): void => {
    const segment = simulation.segmentOf(frame);
    const size = mice * poseLength;
    const here = (frame - segment.start) * size;
    const other = frame + (share < 0 ? -1 : 1);
    const there = other < 0 ? here : (other - segment.start) * size;
    const weight = Math.abs(share);
    for (let i = 0; i < size; i++) {
      poses[i] = segment.poses[here + i]! * (1 - weight) + segment.poses[there + i]! * weight;
    }
  };
  const placeAt = (frame: number, share: number): void => {
    posesAt(frame, share);
    placeScene(scene, poses, 0, builds, view, cable, (frame + share) / fps);
  };
  /** How far nose, pelvis and tail move in px during the exposure. */
  const travelPx = (frame: number): number => {
    if (camera.exposure === 0) return 0;
    let far = 0;
    const ends = [-camera.exposure / 2, camera.exposure / 2].map((share) => {
      placeAt(frame, share);
      return scene.mice.map(({ data, count }) => data.slice(0, count * capsuleStride));
    });
    for (let mouse = 0; mouse < mice; mouse++) {
      const [a, b] = [ends[0]![mouse]!, ends[1]![mouse]!];
      for (let at = 0; at < a.length; at += capsuleStride) {
        far = Math.max(far, Math.hypot(a[at]! - b[at]!, a[at + 1]! - b[at + 1]!));
      }
    }
    return far;
  };
  const boundsOfScene = (marginPx: number): Rectangle => {
    const area = { left: widthPx, top: heightPx, right: 0, bottom: 0 };
    for (const list of [...scene.mice, scene.cable]) {
      if (list.count > 0) grow(area, boundCapsules(list, marginPx, widthPx, heightPx));
    }
    return area;
  };
  const drawSurfaces = (area: Rectangle): void => {
    for (let mouse = 0; mouse < mice; mouse++) {
      clearSurface(surfaces[mouse]!, widthPx, area);
      drawCapsules(scene.mice[mouse]!, surfaces[mouse]!, widthPx, heightPx);
    }
    if (cableSurface !== undefined) {
      clearSurface(cableSurface, widthPx, area);
      drawCapsules(scene.cable, cableSurface, widthPx, heightPx);
    }
  };
  const drawShadows = (area: Rectangle): void => {
    clearShadow(shadow, area);
    clearShadow(mirror, area);
    const [sx, sy] = [-Math.cos(lighting.directionRad), -Math.sin(lighting.directionRad)];
    const far = 0.55 * view.pxPerCm;
    for (const list of scene.mice) {
      castShadow(shadow, list, view, 0.7 * lighting.shadow, 0.35, 0.3, (x, y, z) => [
        x + sx * z * far,
        y + sy * z * far,
      ]);
      castShadow(shadow, list, view, 0.55 * lighting.shadow, 0.5, 0.1, (x, y) => [x, y]);
      if (lighting.reflection > 0 && arena.shape === 'rectangle') {
        for (const cast of mirrorsOf(arena, view)) castShadow(mirror, list, view, lighting.reflection, 0.3, 0.05, cast);
      }
    }
    castShadow(shadow, scene.cable, view, 0.3 * lighting.shadow, 1.2, 0.02, (x, y, z) => {
      const shrink = (view.cameraHeightCm - z) / view.cameraHeightCm;
      const [cx, cy] = [(widthPx - 1) / 2, (heightPx - 1) / 2];
      return [cx + (x - cx) * shrink + sx * z * far * 0.3, cy + (y - cy) * shrink + sy * z * far * 0.3];
    });
  };

  /** Puts what is seen now over the layer with a weight; weights of all samples sum to 1. */
  const shade = (area: Rectangle, weight: number): void => {
    const { color, through } = layer;
    const first = surfaces[0]!;
    const second = surfaces[1];
    for (let y = area.top; y < area.bottom; y++) {
      for (let x = area.left; x < area.right; x++) {
        const pixel = y * widthPx + x;
        const wired = cableSurface !== undefined && cableSurface.inside[pixel]! > -0.5;
        if (first.winner[pixel]! < 0 && (second === undefined || second.winner[pixel]! < 0) && !wired) continue;
        const still = stillHeight[pixel]!;
        let open = 1;
        let r = 0;
        let g = 0;
        let b = 0;
        // Lower animals first.
        const swap = second !== undefined && first.height[pixel]! > second.height[pixel]!;
        for (let turn = 0; turn < mice; turn++) {
          const mouse = swap ? 1 - turn : turn;
          const surface = surfaces[mouse]!;
          const inside = surface.inside[pixel]!;
          if (inside <= -0.5 || surface.winner[pixel]! < 0) continue;
          const height = surface.height[pixel]!;
          if (still > 0 && still > (inside > 0 ? height : height + 1e3)) continue;
          const alpha = inside >= 0.9 ? 1 : (inside + 0.5) / 1.4;
          shadeMouse(scene.mice[mouse]!, surface.winner[pixel]!, coats[mouse]!, x, y, light);
          const share = alpha * floor.light[pixel]!;
          open *= 1 - alpha;
          r = r * (1 - alpha) + share * shaded[0]!;
          g = g * (1 - alpha) + share * shaded[1]!;
          b = b * (1 - alpha) + share * shaded[2]!;
        }
        if (wired) {
          const inside = cableSurface.inside[pixel]!;
          const alpha = Math.min(1, inside + 0.5);
          const tone = alpha * (38 + 12 * Math.max(0, inside));
          open *= 1 - alpha;
          r = r * (1 - alpha) + tone;
          g = g * (1 - alpha) + tone;
          b = b * (1 - alpha) + tone;
        }
        through[pixel] = through[pixel]! + weight * (open - 1);
        color[3 * pixel] = color[3 * pixel]! + weight * r;
        color[3 * pixel + 1] = color[3 * pixel + 1]! + weight * g;
        color[3 * pixel + 2] = color[3 * pixel + 2]! + weight * b;
      }
    }
  };
  /** Darkens the floor in shadows and adds mirror images in the walls; objects are too high for either. */
  const shadeFloor = (area: Rectangle): void => {
    const { color, through } = layer;
    const fur = coats[0]!.fur;
    for (let y = area.top; y < area.bottom; y++) {
      for (let x = area.left; x < area.right; x++) {
        const pixel = y * widthPx + x;
        if (through[pixel]! <= 0 || stillHeight[pixel]! > 1) continue;
        const lit = through[pixel]! * (1 - shadowAt(shadow, x, y));
        const seen = floor.wall[pixel] === 1 ? shadowAt(mirror, x, y) : 0;
        through[pixel] = lit * (1 - 0.6 * seen);
        if (seen === 0) continue;
        for (let c = 0; c < 3; c++) color[3 * pixel + c] = color[3 * pixel + c]! + 0.4 * lit * seen * fur[c]!;
      }
    }
  };

  return {
    stillHeight,
    paint(frame, out) {
      const travel = travelPx(frame);
      const samples = camera.exposure > 0 ? Math.min(8, Math.max(1, Math.ceil(travel / 1.6))) : 1;
      placeAt(frame, 0);
      const area = boundsOfScene(shadowReach(scene) * view.pxPerCm + travel / 2 + 4);
      if (lighting.reflection > 0) growToMirrors(area, arena, view);
      clearLayer(layer, area);
      drawShadows(area);
      for (let sample = 0; sample < samples; sample++) {
        if (samples > 1) placeAt(frame, camera.exposure * ((sample + 0.5) / samples - 0.5));
        drawSurfaces(area);
        shade(area, 1 / samples);
      }
      shadeFloor(area);
      blurArea(layer.color, layer.scratch, widthPx, area, 3, camera.blurPx);
      blurArea(layer.through, layer.scratch, widthPx, area, 1, camera.blurPx);
      out.set(background);
      mergeLayer(layer, background, area, out);
      sensor(out, widthPx, frame, frame / fps);
    },
    mask(frame) {
      placeAt(frame, 0);
      drawSurfaces(whole);
      const out = new Uint8Array(widthPx * heightPx);
      for (let pixel = 0; pixel < out.length; pixel++) {
        let highest = Math.max(stillHeight[pixel]!, 0);
        if (cableSurface !== undefined && cableSurface.inside[pixel]! > 0) continue;
        for (let mouse = 0; mouse < mice; mouse++) {
          if (surfaces[mouse]!.inside[pixel]! > 0 && surfaces[mouse]!.height[pixel]! >= highest) {
            highest = surfaces[mouse]!.height[pixel]!;
            out[pixel] = mouse + 1;
          }
        }
      }
      return out;
    },
  };
}

/** How far from the animals their shadows fall, cm: further the higher they rise. */
function shadowReach(scene: Scene): number {
  let highest = 0;
  for (const { data, count } of scene.mice) {
    for (let at = 0; at < count * capsuleStride; at += capsuleStride) highest = Math.max(highest, data[at + 2]!);
  }
  return 0.5 + 0.85 * highest;
}

/** Grows a rectangle to hold another. */
function grow(area: Rectangle, other: Rectangle): void {
  area.left = Math.min(area.left, other.left);
  area.top = Math.min(area.top, other.top);
  area.right = Math.max(area.right, other.right);
  area.bottom = Math.max(area.bottom, other.bottom);
}

/** Grows a rectangle to where the walls mirror it. */
function growToMirrors(area: Rectangle, arena: Arena, view: View): void {
  const [halfX, halfY] = [(arena.widthCm / 2) * view.pxPerCm, (arena.heightCm / 2) * view.pxPerCm];
  const [cx, cy] = [(view.widthPx - 1) / 2, (view.heightPx - 1) / 2];
  const { left, top, right, bottom } = area;
  if (2 * (cx - halfX) - left > 0) area.left = Math.max(0, Math.floor(2 * (cx - halfX) - right));
  if (2 * (cy - halfY) - top > 0) area.top = Math.max(0, Math.floor(2 * (cy - halfY) - bottom));
  if (2 * (cx + halfX) - right < view.widthPx) area.right = Math.min(view.widthPx, Math.ceil(2 * (cx + halfX) - left));
  if (2 * (cy + halfY) - bottom < view.heightPx) {
    area.bottom = Math.min(view.heightPx, Math.ceil(2 * (cy + halfY) - top));
  }
}

function normalize(x: number, y: number, z: number): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function mirrorsOf(arena: Arena, view: View): ((x: number, y: number) => readonly [number, number])[] {
  const [halfX, halfY] = [(arena.widthCm / 2) * view.pxPerCm, (arena.heightCm / 2) * view.pxPerCm];
  const [cx, cy] = [(view.widthPx - 1) / 2, (view.heightPx - 1) / 2];
  return [
    (x, y) => [2 * (cx - halfX) - x, y],
    (x, y) => [2 * (cx + halfX) - x, y],
    (x, y) => [x, 2 * (cy - halfY) - y],
    (x, y) => [x, 2 * (cy + halfY) - y],
  ];
}

/** Result of {@link shadeMouse}, shape `[3]`. */
const shaded = new Float64Array(3);

function shadeMouse(
  list: Capsules,
  capsule: number,
  coat: Coat,
  x: number,
  y: number,
  [lx, ly, lz]: readonly [number, number, number],
): void {
  const { data } = list;
  const at = capsule * capsuleStride;
  const [ax, ay] = [data[at]!, data[at + 1]!];
  const [vx, vy] = [data[at + 4]! - ax, data[at + 5]! - ay];
  const inverse = data[at + 12]!;
  const free = ((x - ax) * vx + (y - ay) * vy) * inverse;
  const t = free < 0 ? 0 : free > 1 ? 1 : free;
  const r = data[at + 3]! + t * (data[at + 7]! - data[at + 3]!);
  let nx = (x - ax - t * vx) / r;
  let ny = (y - ay - t * vy) / r;
  const kind = data[at + 8]!;
  const u = data[at + 9]! + free * (data[at + 10]! - data[at + 9]!);
  if (kind === part.body && u > 0) {
    // Round ends inside the trunk would show as rings: away from the rump only the side counts.
    const along = Math.min(1, u / 0.14) * (nx * vx + ny * vy) * inverse;
    nx -= along * vx;
    ny -= along * vy;
  }
  const nz = Math.sqrt(Math.max(0, 1 - nx * nx - ny * ny));
  const diffuse = Math.max(0, nx * lx + ny * ly + nz * lz);
  if (kind === part.body) {
    const side = (vx * ny - vy * nx) * Math.sqrt(inverse);
    const along = Math.min(furSize.along - 1, Math.max(0, Math.round(u * (furSize.along - 1))));
    const across = Math.min(furSize.across - 1, Math.max(0, Math.round((side + 1) * 0.5 * (furSize.across - 1))));
    const texel = (along * furSize.across + across) * 3;
    const glow = coat.sheen * diffuse ** 6;
    const tone = 0.5 + 0.55 * diffuse;
    shaded[0] = coat.fur[texel]! * tone + glow;
    shaded[1] = coat.fur[texel + 1]! * tone + glow;
    shaded[2] = coat.fur[texel + 2]! * tone + glow;
    return;
  }
  let tone = 0.58 + 0.45 * diffuse;
  // The hollow of the ear is darker toward the head.
  if (kind === part.ear) tone = 0.6 + 0.3 * t + 0.25 * diffuse;
  shaded[0] = coat.parts[3 * kind]! * tone;
  shaded[1] = coat.parts[3 * kind + 1]! * tone;
  shaded[2] = coat.parts[3 * kind + 2]! * tone;
}
