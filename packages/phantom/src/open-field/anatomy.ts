import type { CapsuleEnds, Capsules } from '../render/capsules.js';
import { poseSlot, tailPieces } from './pose.js';
import { imageX, imageY, scaleAt, type View } from './view.js';

/** Proportions of one mouse. */
export interface Build {
  /** Nose to tail base at rest. */
  readonly lengthCm: number;
  /** Width against the usual. */
  readonly girth: number;
  readonly tailCm: number;
}

/** Materials of a mouse's capsules. */
export const part = { body: 0, ear: 1, paw: 2, tail: 3, nose: 4, eye: 5, implant: 6, ring: 7 } as const;

/** Places along the spine from tail base (0) to nose (1), and the radius there in cm for a mouse of 8.8 cm. */
const profile: readonly (readonly [number, number])[] = [
  [0, 0.42],
  [0.04, 0.82],
  [0.1, 1.18],
  [0.17, 1.45],
  [0.25, 1.57],
  [0.34, 1.55],
  [0.43, 1.45],
  [0.52, 1.32],
  [0.6, 1.19],
  [0.67, 1.09],
  [0.73, 1.04],
  [0.79, 1.0],
  [0.85, 0.87],
  [0.9, 0.7],
  [0.95, 0.5],
  [1, 0.3],
];

/** Nodes of the spine. */
export const spineNodes = profile.length;
const pelvis = 0.2;

/** Places along the body where parts sit. */
const at = { hip: 0.2, shoulder: 0.58, neck: 0.67, ear: 0.775, eye: 0.9 } as const;

/** The spine in space, each shape `[spineNodes]`: cm, direction in radians, radius in cm. */
export interface Spine {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly direction: Float64Array;
  readonly radius: Float64Array;
}

/** Returns an empty spine to be filled by {@link placeSpine}. */
export function createSpine(): Spine {
  const make = () => new Float64Array(spineNodes);
  return { x: make(), y: make(), z: make(), direction: make(), radius: make() };
}

const smooth = (from: number, to: number, value: number): number => {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
};

/** How much of each bend acts at a place: they do not change, so they are worked out once. */
interface SpineShare {
  readonly bend: number;
  readonly yaw: number;
  readonly rear: number;
  readonly pitch: number;
  readonly s: number;
}

const shareAt = (s: number): SpineShare => ({
  bend: smooth(0.2, 0.66, s) - 0.18 * (1 - smooth(0, 0.2, s)),
  yaw: smooth(0.6, 0.76, s),
  rear: 0.2 + 0.8 * smooth(0.08, 0.38, s),
  pitch: smooth(0.62, 0.76, s),
  s,
});

/** One node of the spine, reached from its neighbor nearer to the pelvis. */
interface SpineStep {
  readonly node: number;
  /** Share of the body's length from the neighbor, negative toward the tail. */
  readonly ds: number;
  readonly middle: SpineShare;
  readonly here: SpineShare;
  readonly radius: number;
  /** 1 for the trunk, which changes its width, 0 for head and rump. */
  readonly trunk: number;
  readonly lifted: number;
}

const firstForward = profile.findIndex(([s]) => s >= pelvis);

const stepTo = (node: number, from: number): SpineStep => {
  const [s, radius] = profile[node]!;
  return {
    node,
    ds: s - from,
    middle: shareAt((s + from) / 2),
    here: shareAt(s),
    radius,
    trunk: 0.25 + 0.75 * smooth(0, 0.12, s) * (1 - smooth(0.6, 0.72, s)),
    lifted: 1 - 0.55 * smooth(0.3, 0.9, s),
  };
};

const forward = profile
  .map((_, node) => node)
  .slice(firstForward)
  .map((node) => stepTo(node, node === firstForward ? pelvis : profile[node - 1]![0]));
const backward = profile
  .map((_, node) => node)
  .slice(0, firstForward)
  .reverse()
  .map((node) => stepTo(node, node === firstForward - 1 ? pelvis : profile[node + 1]![0]));

/** Fills a spine from a pose, shape `[poseLength]` from `offset`. */
export function placeSpine(pose: ArrayLike<number>, offset: number, build: Build, spine: Spine): void {
  const heading = pose[offset + poseSlot.heading]!;
  const bend = pose[offset + poseSlot.bend]!;
  const yaw = pose[offset + poseSlot.headYaw]!;
  const rear = pose[offset + poseSlot.rear]!;
  const headPitch = pose[offset + poseSlot.headPitch]!;
  const stretch = pose[offset + poseSlot.stretch]!;
  const lift = pose[offset + poseSlot.lift]!;
  const phase = pose[offset + poseSlot.gaitPhase]!;
  const swing = 0.07 * pose[offset + poseSlot.gait]!;
  const length = build.lengthCm * stretch;
  const size = build.lengthCm / 8.8;
  const wider = build.girth * stretch ** -0.4 * pose[offset + poseSlot.breath]! - 1;
  const { x, y, z, direction, radius } = spine;
  const directionAt = (at: SpineShare) => heading + bend * at.bend + yaw * at.yaw + swing * Math.sin(phase - 4 * at.s);
  // From the pelvis to both ends: positions are sums over the pieces between nodes.
  const walk = (steps: readonly SpineStep[]) => {
    let px = pose[offset + poseSlot.x]!;
    let py = pose[offset + poseSlot.y]!;
    let climb = 0;
    for (const step of steps) {
      const ds = step.ds * length;
      const angle = directionAt(step.middle);
      const rise = rear * step.middle.rear + headPitch * step.middle.pitch;
      const level = ds * Math.cos(rise);
      px += level * Math.cos(angle);
      py += level * Math.sin(angle);
      climb += ds * Math.sin(rise);
      const { node, here } = step;
      const r = step.radius * size * (1 + wider * step.trunk);
      const rest = Math.max(r * 0.95, here.s > at.neck ? 0.95 * size - 0.9 * (here.s - at.neck) : 0);
      x[node] = px;
      y[node] = py;
      z[node] = Math.max(r * 0.9, rest + climb) + lift * step.lifted;
      radius[node] = r;
      direction[node] = directionAt(here);
    }
  };
  walk(forward);
  walk(backward);
}

interface SpinePoint {
  x: number;
  y: number;
  z: number;
  r: number;
  cos: number;
  sin: number;
}

function pointOnSpine(spine: Spine, s: number): SpinePoint {
  let node = 1;
  while (node < spineNodes - 1 && profile[node]![0] < s) node++;
  const [from, to] = [profile[node - 1]![0], profile[node]![0]];
  const t = (s - from) / (to - from);
  const mix = (values: Float64Array) => values[node - 1]! * (1 - t) + values[node]! * t;
  const angle = mix(spine.direction);
  return {
    x: mix(spine.x),
    y: mix(spine.y),
    z: mix(spine.z),
    r: mix(spine.radius),
    cos: Math.cos(angle),
    sin: Math.sin(angle),
  };
}

/** Names of the keypoints in the order of the tracks. */
export const mouseKeypoints = [
  'nose',
  'leftear',
  'rightear',
  'neck',
  'lefthip',
  'righthip',
  'tailbase',
  'tailmid',
  'tailtip',
] as const;

/** Writes the keypoints in space into `out`, shape `[keypoint, 3]`, cm: points of the surface that the camera sees. */
export function placeKeypoints(spine: Spine, pose: ArrayLike<number>, offset: number, out: Float64Array): void {
  const put = (index: number, x: number, y: number, z: number) => {
    out[3 * index] = x;
    out[3 * index + 1] = y;
    out[3 * index + 2] = z;
  };
  const tip = spineNodes - 1;
  put(
    0,
    spine.x[tip]! + 0.4 * spine.radius[tip]! * Math.cos(spine.direction[tip]!),
    spine.y[tip]! + 0.4 * spine.radius[tip]! * Math.sin(spine.direction[tip]!),
    spine.z[tip]! + spine.radius[tip]!,
  );
  const ear = pointOnSpine(spine, at.ear);
  for (const [index, side] of [
    [1, -1],
    [2, 1],
  ] as const) {
    const e = earOf(ear, side);
    put(index, (e.baseX + 2 * e.tipX) / 3, (e.baseY + 2 * e.tipY) / 3, e.z + 0.25);
  }
  const neck = pointOnSpine(spine, at.neck);
  put(3, neck.x, neck.y, neck.z + neck.r);
  const hip = pointOnSpine(spine, at.hip);
  for (const [index, side] of [
    [4, -1],
    [5, 1],
  ] as const) {
    put(index, hip.x - side * 0.78 * hip.r * hip.sin, hip.y + side * 0.78 * hip.r * hip.cos, hip.z + 0.6 * hip.r);
  }
  const back = 0.6 * spine.radius[0]!;
  put(
    6,
    spine.x[0]! - back * Math.cos(spine.direction[0]!),
    spine.y[0]! - back * Math.sin(spine.direction[0]!),
    spine.z[0]! + 0.8 * spine.radius[0]!,
  );
  for (const [index, node] of [
    [7, Math.floor(tailPieces / 2) - 1],
    [8, tailPieces - 1],
  ] as const) {
    const slot = offset + poseSlot.tail + 2 * node;
    put(index, pose[slot]!, pose[slot + 1]!, tailHeight(spine, node) + 0.15);
  }
}

const tailHeight = (spine: Spine, node: number): number => 0.15 + spine.z[0]! * 0.6 * Math.exp(-0.9 * (node + 1));

/** An ear: right of the head for side 1, left for -1 (y points down in the image). */
function earOf(p: SpinePoint, side: number) {
  const [baseOut, tipOut, back] = [0.58 * p.r, 0.58 * p.r + 0.58, 0.3];
  const [ux, uy] = [-p.sin * side, p.cos * side];
  return {
    baseX: p.x + baseOut * ux,
    baseY: p.y + baseOut * uy,
    tipX: p.x + tipOut * ux - back * p.cos,
    tipY: p.y + tipOut * uy - back * p.sin,
    z: p.z + 0.62 * p.r,
  };
}

/** Adds the capsules of one mouse, in image px, to a list. */
export function addMouse(
  list: Capsules,
  spine: Spine,
  pose: ArrayLike<number>,
  offset: number,
  build: Build,
  view: View,
  implant: boolean,
): void {
  const size = build.lengthCm / 8.8;
  const cmPerPx = 1 / view.pxPerCm;
  const piece = (
    kind: number,
    [ax, ay, az, ar]: readonly [number, number, number, number],
    [bx, by, bz, br]: readonly [number, number, number, number],
    dome: number,
    ua = 0,
    ub = 0,
  ) => {
    const [sa, sb] = [scaleAt(view, az) * view.pxPerCm, scaleAt(view, bz) * view.pxPerCm];
    const ends: CapsuleEnds = {
      ax: imageX(view, ax, az),
      ay: imageY(view, ay, az),
      az,
      ar: ar * sa,
      bx: imageX(view, bx, bz),
      by: imageY(view, by, bz),
      bz,
      br: br * sb,
      part: kind,
      ua,
      ub,
      domePerPx: dome * cmPerPx,
    };
    list.add(ends);
  };
  addPaws(piece, spine, pose, offset, size);
  const tail = offset + poseSlot.tail;
  const knot = (node: number) => {
    if (node < 0) return [spine.x[0]!, spine.y[0]!, spine.z[0]! * 0.8] as const;
    const slot = tail + 2 * Math.min(node, tailPieces - 1);
    return [pose[slot]!, pose[slot + 1]!, tailHeight(spine, node)] as const;
  };
  let before: readonly [number, number, number, number] = [...knot(-1), 0.3 * size];
  for (let half = 1; half <= 2 * tailPieces; half++) {
    const share = half / (2 * tailPieces);
    const node = Math.ceil(half / 2) - 1;
    const [x, y, z] = half % 2 === 0 ? knot(node) : between(knot(node - 2), knot(node - 1), knot(node), knot(node + 1));
    const next = [x, y, z, (0.18 * (1 - share) ** 1.2 + 0.075) * size] as const;
    piece(part.tail, before, next, 1, share, share);
    before = next;
  }
  for (let node = 1; node < spineNodes; node++) {
    const kind = node === spineNodes - 1 ? part.nose : part.body;
    const end = (index: number) => [spine.x[index]!, spine.y[index]!, spine.z[index]!, spine.radius[index]!] as const;
    piece(kind, end(node - 1), end(node), 1, profile[node - 1]![0], profile[node]![0]);
  }
  const ear = pointOnSpine(spine, at.ear);
  const eye = pointOnSpine(spine, at.eye);
  for (const side of [-1, 1]) {
    const e = earOf(ear, side);
    piece(part.ear, [e.baseX, e.baseY, e.z, 0.42 * size], [e.tipX, e.tipY, e.z, 0.46 * size], 0.3, 0, 1);
    const [ex, ey] = [eye.x - side * 0.8 * eye.r * eye.sin, eye.y + side * 0.8 * eye.r * eye.cos];
    const z = eye.z + 0.62 * eye.r;
    piece(part.eye, [ex, ey, z, 0.12 * size], [ex + 0.05 * eye.cos, ey + 0.05 * eye.sin, z, 0.12 * size], 1);
  }
  if (implant) {
    const top = pointOnSpine(spine, 0.76);
    const z = top.z + top.r;
    piece(part.implant, [top.x, top.y, z - 0.3, 0.42], [top.x, top.y, z + 0.7, 0.36], 0.6);
  }
}

type Point = readonly [number, number, number];

/** Middle of a Catmull-Rom curve through four points. */
const between = (a: Point, b: Point, c: Point, d: Point): [number, number, number] => {
  const mix = (i: 0 | 1 | 2) => (9 * (b[i] + c[i]) - a[i] - d[i]) / 16;
  return [mix(0), mix(1), mix(2)];
};

type AddPiece = (
  kind: number,
  a: readonly [number, number, number, number],
  b: readonly [number, number, number, number],
  dome: number,
) => void;

function addPaws(piece: AddPiece, spine: Spine, pose: ArrayLike<number>, offset: number, size: number): void {
  const [phase, gait] = [pose[offset + poseSlot.gaitPhase]!, pose[offset + poseSlot.gait]!];
  const [groom, rub] = [pose[offset + poseSlot.groom]!, pose[offset + poseSlot.rub]!];
  const lift = pose[offset + poseSlot.lift]!;
  const hip = pointOnSpine(spine, 0.2);
  const shoulder = pointOnSpine(spine, at.shoulder);
  const snout = pointOnSpine(spine, 0.93);
  for (const side of [-1, 1]) {
    const swing = gait * Math.sin(phase + (side > 0 ? Math.PI : 0));
    const [ux, uy] = [-hip.sin * side, hip.cos * side];
    const out = 0.86 * hip.r + 0.2;
    const [hx, hy] = [
      hip.x + out * ux + (0.75 * swing - 0.15) * hip.cos,
      hip.y + out * uy + (0.75 * swing - 0.15) * hip.sin,
    ];
    const [fx, fy] = [0.92 * hip.cos + 0.38 * ux, 0.92 * hip.sin + 0.38 * uy];
    const z = 0.18 + lift;
    piece(
      part.paw,
      [hx - 0.5 * fx, hy - 0.5 * fy, z, 0.2 * size],
      [hx + 0.35 * fx, hy + 0.35 * fy, z, 0.26 * size],
      0.6,
    );
    for (const toe of [-0.5, 0, 0.5]) {
      const [tx, ty] = [fx - toe * fy, fy + toe * fx];
      piece(
        part.paw,
        [hx + 0.35 * fx, hy + 0.35 * fy, z, 0.12 * size],
        [hx + 0.35 * fx + 0.42 * tx, hy + 0.35 * fy + 0.42 * ty, z, 0.07 * size],
        0.6,
      );
    }
    const [vx, vy] = [-shoulder.sin * side, shoulder.cos * side];
    const step = -0.7 * swing + 0.35;
    const standX = shoulder.x + 0.8 * shoulder.r * vx + step * shoulder.cos;
    const standY = shoulder.y + 0.8 * shoulder.r * vy + step * shoulder.sin;
    const faceX = snout.x - (0.42 + 0.12 * rub) * side * snout.sin + 0.25 * rub * side * snout.cos;
    const faceY = snout.y + (0.42 + 0.12 * rub) * side * snout.cos + 0.25 * rub * side * snout.sin;
    const px = standX * (1 - groom) + faceX * groom;
    const py = standY * (1 - groom) + faceY * groom;
    const height = (0.15 + Math.max(0, shoulder.z - 1.4 * shoulder.r)) * (1 - groom) + snout.z * groom;
    piece(
      part.paw,
      [px - 0.15 * shoulder.cos, py - 0.15 * shoulder.sin, height, 0.2 * size],
      [px + 0.2 * shoulder.cos, py + 0.2 * shoulder.sin, height, 0.22 * size],
      0.6,
    );
  }
}
