import type { Random } from '@zoopraxis/core';
import { type Build, createSpine, placeSpine, spineNodes } from './anatomy.js';
import { type Arena, isObstacle, type WallHit, wallAt } from './arena.js';
import { poseLength, poseSlot, tailPieces } from './pose.js';

/** A number that follows its aim without a jump: value and rate of change. */
export interface Follower {
  value: number;
  rate: number;
}

/** Moves a follower toward an aim as a critically damped spring of a frequency in rad/s: exact for any step. */
export function follow(follower: Follower, aim: number, frequency: number, dtSec: number): void {
  const decay = Math.exp(-frequency * dtSec);
  const away = follower.value - aim;
  const pull = (follower.rate + frequency * away) * dtSec;
  follower.rate = (follower.rate - frequency * pull) * decay;
  follower.value = aim + (away + pull) * decay;
}

/** What a mouse wants at one instant; the body follows within its limits. */
export interface Control {
  /** Speed of the pelvis, cm/s. */
  speed: number;
  /** Direction of travel in radians; undefined keeps the present one. */
  direction: number | undefined;
  /** How fast the pelvis turns where it stands, rad/s for each radian of bend. */
  pivot: number;
  headYaw: number;
  headPitch: number;
  rear: number;
  stretch: number;
  groom: number;
  lift: number;
  /** Velocity that others or a grip give to the pelvis, cm/s. */
  slideX: number;
  slideY: number;
  /** Turning that others give, rad/s. */
  spin: number;
}

/** Returns the control of a mouse at rest. */
export const createControl = (): Control => ({
  speed: 0,
  direction: undefined,
  pivot: 0,
  headYaw: 0,
  headPitch: 0,
  rear: 0,
  stretch: 1,
  groom: 0,
  lift: 0,
  slideX: 0,
  slideY: 0,
  spin: 0,
});

/** A body in motion: plain data, so that it can be copied as a checkpoint. */
export interface Body {
  readonly build: Build;
  x: number;
  y: number;
  heading: number;
  speed: Follower;
  bend: Follower;
  headYaw: Follower;
  headPitch: Follower;
  rear: Follower;
  stretch: Follower;
  groom: Follower;
  lift: Follower;
  slideX: Follower;
  slideY: Follower;
  spin: Follower;
  tailSway: Follower;
  tailSwayAim: number;
  tailSwayLeftSec: number;
  breathPhase: number;
  sniffPhase: number;
  rubPhase: number;
  gaitPhase: number;
  /** Sign of a turn about, so that it does not waver: -1, 0 or 1. */
  turn: number;
  /** Nodes after the root, shape `[tailPieces, 2]`, cm. */
  tail: Float64Array;
}

const still = (value: number): Follower => ({ value, rate: 0 });

/** Returns a body at rest at a place, with a straight tail. */
export function createBody(build: Build, x: number, y: number, heading: number): Body {
  const tail = new Float64Array(2 * tailPieces);
  for (let node = 0; node < tailPieces; node++) {
    const back = 0.2 * build.lengthCm + ((node + 1) * build.tailCm) / tailPieces;
    tail[2 * node] = x - back * Math.cos(heading);
    tail[2 * node + 1] = y - back * Math.sin(heading);
  }
  return {
    build,
    x,
    y,
    heading,
    speed: still(0),
    bend: still(0),
    headYaw: still(0),
    headPitch: still(0),
    rear: still(0),
    stretch: still(1),
    groom: still(0),
    lift: still(0),
    slideX: still(0),
    slideY: still(0),
    spin: still(0),
    tailSway: still(0),
    tailSwayAim: 0,
    tailSwayLeftSec: 0,
    breathPhase: 0,
    sniffPhase: 0,
    rubPhase: 0,
    gaitPhase: 0,
    turn: 0,
    tail,
  };
}

/** Returns an angle moved by whole turns into -pi..pi. */
export const wrapAngle = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);

const maxBend = 1.15;
const flickCmPerSec = 70;
const spine = createSpine();
const scratch = new Float64Array(poseLength);
const hit: WallHit = { distance: 0, nx: 0, ny: 0 };

/** Moves a body by one time step as its control wants, through walls if need be: {@link settleBody} follows. */
export function moveBody(body: Body, control: Control, dtSec: number): void {
  let turn = control.direction === undefined ? 0 : wrapAngle(control.direction - body.heading);
  if (Math.abs(turn) > 2.2) {
    if (body.turn === 0) body.turn = Math.sign(turn) || 1;
    turn = body.turn * Math.abs(turn);
  } else {
    body.turn = 0;
  }
  const bend = clamp(0.85 * turn, -maxBend, maxBend);
  follow(body.bend, bend, 10, dtSec);
  follow(body.headYaw, clamp(control.headYaw + 0.5 * clamp(turn - body.bend.value, -1, 1), -0.95, 0.95), 13, dtSec);
  follow(body.headPitch, control.headPitch, 14, dtSec);
  follow(body.rear, control.rear, 8, dtSec);
  follow(body.stretch, control.stretch, 7, dtSec);
  follow(body.groom, control.groom, 9, dtSec);
  follow(body.lift, control.lift, 8, dtSec);
  follow(body.slideX, control.slideX, 14, dtSec);
  follow(body.slideY, control.slideY, 14, dtSec);
  follow(body.spin, control.spin, 14, dtSec);
  const slow = 1 - 0.6 * Math.min(1, Math.abs(body.bend.value) / maxBend) ** 1.5;
  follow(body.speed, control.speed * slow, 7.5, dtSec);
  const speed = body.speed.value;
  body.heading +=
    dtSec * (0.3 * Math.abs(speed) * Math.sin(body.bend.value) + control.pivot * body.bend.value + body.spin.value);
  body.x += dtSec * (speed * Math.cos(body.heading) + body.slideX.value);
  body.y += dtSec * (speed * Math.sin(body.heading) + body.slideY.value);
  // Strides lengthen with speed: 2.5 to 7 a second.
  body.gaitPhase += 2 * Math.PI * dtSec * Math.min(9, Math.abs(speed) / (3.2 + 0.11 * Math.abs(speed)));
  body.breathPhase += 2 * Math.PI * dtSec * (2.6 + 0.06 * Math.abs(speed));
  body.sniffPhase += 2 * Math.PI * dtSec * 8;
  body.rubPhase += 2 * Math.PI * dtSec * 5.5;
}

/** Ends a time step: keeps the body inside the walls and drags its tail. */
export function settleBody(body: Body, arena: Arena, dtSec: number, random: Random): void {
  holdInside(body, arena);
  body.tailSwayLeftSec -= dtSec;
  if (body.tailSwayLeftSec <= 0) {
    body.tailSwayAim = 0.9 * (random.uniform() + random.uniform() - 1);
    body.tailSwayLeftSec = random.between(0.4, 2.5);
  }
  follow(body.tailSway, body.tailSwayAim, 3, dtSec);
  stepTail(body, arena, dtSec);
}

/** Writes the pose of a body, shape `[poseLength]`, into `out` from `offset`. */
export function writePose(body: Body, out: Float32Array | Float64Array, offset: number): void {
  const speed = Math.abs(body.speed.value);
  out[offset + poseSlot.x] = body.x;
  out[offset + poseSlot.y] = body.y;
  out[offset + poseSlot.heading] = body.heading;
  out[offset + poseSlot.bend] = body.bend.value;
  out[offset + poseSlot.headYaw] = body.headYaw.value + body.groom.value * 0.12 * Math.sin(0.5 * body.rubPhase);
  out[offset + poseSlot.rear] = body.rear.value;
  out[offset + poseSlot.headPitch] = body.headPitch.value + 0.025 * Math.sin(body.sniffPhase);
  out[offset + poseSlot.stretch] = body.stretch.value;
  out[offset + poseSlot.breath] = 1 + 0.015 * Math.sin(body.breathPhase);
  out[offset + poseSlot.gaitPhase] = body.gaitPhase;
  out[offset + poseSlot.gait] = 1 - Math.exp(-speed / 5);
  out[offset + poseSlot.lift] = body.lift.value;
  out[offset + poseSlot.groom] = body.groom.value;
  out[offset + poseSlot.rub] = Math.sin(body.rubPhase);
  for (let i = 0; i < 2 * tailPieces; i++) out[offset + poseSlot.tail + i] = body.tail[i]!;
}

/** Returns the spine of a body; the next call overwrites it. */
export function spineOf(body: Body) {
  writePose(body, scratch, 0);
  placeSpine(scratch, 0, body.build, spine);
  return spine;
}

/** Pushes a body back inside the walls and out of objects: twice, as one push can lead into the next wall. */
function holdInside(body: Body, arena: Arena): void {
  for (let round = 0; round < 3; round++) {
    spineOf(body);
    let [pushX, pushY, deepest] = [0, 0, 1e-6];
    for (let node = 0; node < spineNodes; node++) {
      const margin = spine.radius[node]! * 0.85;
      wallAt(arena, spine.x[node]!, spine.y[node]!, hit);
      if (margin - hit.distance > deepest) {
        deepest = margin - hit.distance;
        [pushX, pushY] = [hit.nx * deepest, hit.ny * deepest];
      }
      for (const object of arena.objects) {
        if (!isObstacle(object)) continue;
        const [dx, dy] = [spine.x[node]! - object.xCm, spine.y[node]! - object.yCm];
        const d = Math.hypot(dx, dy);
        const depth = margin + 0.52 * object.sizeCm - d;
        if (depth > deepest && d > 1e-9) {
          deepest = depth;
          [pushX, pushY] = [(dx / d) * depth, (dy / d) * depth];
        }
      }
    }
    if (pushX === 0 && pushY === 0) return;
    body.x += pushX;
    body.y += pushY;
  }
}

const otherSpine = createSpine();

/** Pushes two bodies apart where they overlap by more than a share of their width, a part of the way each step. */
export function separateBodies(a: Body, b: Body, grip: number): void {
  const wide = 0.92 * (1 - grip);
  if (wide <= 0) return;
  const first = spineOf(a);
  for (const name of ['x', 'y', 'radius'] as const) otherSpine[name].set(first[name]);
  const second = spineOf(b);
  let [pushX, pushY, deepest] = [0, 0, 0];
  for (let i = 0; i < spineNodes; i++) {
    for (let j = 0; j < spineNodes; j++) {
      const [dx, dy] = [otherSpine.x[i]! - second.x[j]!, otherSpine.y[i]! - second.y[j]!];
      const reach = wide * (otherSpine.radius[i]! + second.radius[j]!);
      const square = dx * dx + dy * dy;
      if (square >= reach * reach || square < 1e-9) continue;
      const d = Math.sqrt(square);
      if (reach - d > deepest) {
        deepest = reach - d;
        [pushX, pushY] = [dx / d, dy / d];
      }
    }
  }
  const push = 0.5 * Math.min(0.35 * deepest, 0.22);
  a.x += pushX * push;
  a.y += pushY * push;
  b.x -= pushX * push;
  b.y -= pushY * push;
}

/** Drags the tail after its root: each node stays where friction leaves it unless its length or stiffness pulls. */
function stepTail(body: Body, arena: Arena, dtSec: number): void {
  const { tail, build } = body;
  spineOf(body);
  const piece = build.tailCm / tailPieces;
  let [x, y] = [spine.x[0]!, spine.y[0]!];
  let angle = spine.direction[0]! + Math.PI + body.tailSway.value * 0.8;
  for (let node = 0; node < tailPieces; node++) {
    const own = Math.atan2(tail[2 * node + 1]! - y, tail[2 * node]! - x);
    const stiffness = 1 - Math.exp(-dtSec * (14 * Math.exp(-0.5 * node) + 1.4));
    let off = wrapAngle(angle + body.tailSway.value * 0.1 - own);
    // A tail has no corners.
    if (node > 0) off = stiffness * off + Math.sign(off) * Math.max(0, (1 - stiffness) * Math.abs(off) - 0.55);
    else off *= stiffness;
    const wanted = own + off;
    let [nx, ny] = [x + piece * Math.cos(wanted), y + piece * Math.sin(wanted)];
    for (let round = 0; round < 2; round++) {
      wallAt(arena, nx, ny, hit);
      if (hit.distance < 0.2) {
        nx += hit.nx * (0.2 - hit.distance);
        ny += hit.ny * (0.2 - hit.distance);
      }
    }
    for (const object of arena.objects) {
      const [dx, dy] = [nx - object.xCm, ny - object.yCm];
      const [d, reach] = [Math.hypot(dx, dy), 0.52 * object.sizeCm + 0.2];
      if (isObstacle(object) && d < reach && d > 1e-9) {
        nx = object.xCm + (dx / d) * reach;
        ny = object.yCm + (dy / d) * reach;
      }
    }
    // A tail that is caught or turned over comes free at the speed of a flick.
    const [mx, my] = [nx - tail[2 * node]!, ny - tail[2 * node + 1]!];
    const share = Math.min(1, (flickCmPerSec * dtSec) / Math.hypot(mx, my));
    nx = tail[2 * node]! + mx * share;
    ny = tail[2 * node + 1]! + my * share;
    tail[2 * node] = nx;
    tail[2 * node + 1] = ny;
    angle = Math.atan2(ny - y, nx - x);
    [x, y] = [nx, ny];
  }
}
