import type { Random } from '@zoopraxis/core';
import type { OpenFieldBehavior } from '../behaviors.js';
import { spineNodes } from './anatomy.js';
import { type Arena, alongWallOf, pointAlongWall, wallAt } from './arena.js';
import { type Body, type Control, spineOf } from './motion.js';

/** What a mouse does on its own. */
export type SoloMode = 'wander' | 'pause' | 'groom' | 'rear';

/** Plans of one mouse: plain data, so that it can be copied as a checkpoint. */
export interface SoloMind {
  mode: SoloMode;
  leftSec: number;
  /** How long the mode has lasted. */
  heldSec: number;
  /** Where it wants to go, cm. */
  goalX: number;
  goalY: number;
  speed: number;
  /** Sense along the walls, 1 or -1. */
  sense: number;
  scanYaw: number;
  scanPitch: number;
  scanLeftSec: number;
  /** Turn of the body at a stop, a direction in radians. */
  look: number | undefined;
  /** What an observer would write down, and to whom it is done (-1 no one). */
  shown: OpenFieldBehavior;
  shownTarget: number;
}

/** Returns the mind of a mouse that has just stopped. */
export function createSoloMind(random: Random): SoloMind {
  return {
    mode: 'pause',
    leftSec: random.between(0.2, 1),
    heldSec: 0,
    goalX: 0,
    goalY: 0,
    speed: 0,
    sense: random.uniform() < 0.5 ? -1 : 1,
    scanYaw: 0,
    scanPitch: 0,
    scanLeftSec: 0,
    look: undefined,
    shown: 'pause',
    shownTarget: -1,
  };
}

const logNormal = (random: Random, median: number, spread: number): number =>
  median * Math.exp(spread * random.normal());

/** Starts a walk to a new goal: mostly along the walls, now and then across or to an object. */
export function startWander(mind: SoloMind, body: Body, arena: Arena, random: Random): void {
  if (mind.mode !== 'wander') mind.heldSec = 0;
  mind.mode = 'wander';
  mind.speed = Math.min(26, Math.max(5, logNormal(random, 12.5, 0.42)));
  const draw = random.uniform();
  const object = arena.objects[random.integer(Math.max(1, arena.objects.length))];
  if (random.uniform() < 0.12) mind.sense = -mind.sense;
  if (draw < 0.76) {
    const along = alongWallOf(arena, body.x, body.y) + mind.sense * random.between(9, 26);
    [mind.goalX, mind.goalY] = pointAlongWall(arena, along, random.between(1.6, 3.4));
  } else if (draw < 0.88 && object !== undefined) {
    const angle = random.between(0, 2 * Math.PI);
    const reach = 0.5 * object.sizeCm + 2.5;
    mind.goalX = object.xCm + reach * Math.cos(angle);
    mind.goalY = object.yCm + reach * Math.sin(angle);
  } else {
    const [angle, reach] = [random.between(0, 2 * Math.PI), Math.sqrt(random.uniform()) * 0.44];
    mind.goalX = arena.widthCm * (0.5 + reach * Math.cos(angle));
    mind.goalY = arena.heightCm * (0.5 + reach * Math.sin(angle));
  }
  mind.leftSec = 1.2 + Math.hypot(mind.goalX - body.x, mind.goalY - body.y) / mind.speed;
}

/** Starts a stop. */
export function startPause(mind: SoloMind, body: Body, random: Random): void {
  mind.mode = 'pause';
  mind.leftSec = Math.min(6, Math.max(0.4, logNormal(random, 0.9, 0.7)));
  mind.look = random.uniform() < 0.4 ? body.heading + random.between(-1.2, 1.2) : undefined;
}

function choose(mind: SoloMind, body: Body, arena: Arena, random: Random): void {
  const hit = wallAt(arena, body.x, body.y, { distance: 0, nx: 0, ny: 0 });
  const draw = random.uniform();
  if (mind.mode === 'wander') {
    if (draw >= 0.3) startPause(mind, body, random);
    else startWander(mind, body, arena, random);
    return;
  }
  if (mind.mode === 'pause') {
    const rearing = hit.distance < 5 ? 0.24 : 0.1;
    if (draw < rearing) {
      mind.mode = 'rear';
      mind.leftSec = random.between(0.7, 2.4);
      mind.look = hit.distance < 5 ? Math.atan2(-hit.ny, -hit.nx) + random.between(-0.5, 0.5) : undefined;
      return;
    }
    if (draw < rearing + 0.12) {
      mind.mode = 'groom';
      mind.leftSec = random.between(1.8, 7);
      mind.look = undefined;
      return;
    }
  }
  startWander(mind, body, arena, random);
}

/** Plans one time step of a mouse alone and writes it into `control`. */
export function stepSolo(
  mind: SoloMind,
  body: Body,
  control: Control,
  arena: Arena,
  dtSec: number,
  random: Random,
): void {
  mind.leftSec -= dtSec;
  mind.heldSec += dtSec;
  mind.scanLeftSec -= dtSec;
  if (mind.scanLeftSec <= 0) {
    const wide = mind.mode === 'pause' ? 0.75 : mind.mode === 'rear' ? 0.5 : 0.28;
    mind.scanYaw = wide * (2 * random.uniform() - 1);
    mind.scanPitch = 0.25 * (2 * random.uniform() - 1);
    mind.scanLeftSec = random.between(0.2, 0.8);
  }
  const nearGoal =
    mind.mode === 'wander' && mind.heldSec > 0.4 && Math.hypot(mind.goalX - body.x, mind.goalY - body.y) < 4.5;
  if (mind.leftSec <= 0 || nearGoal) choose(mind, body, arena, random);
  control.speed = 0;
  control.direction = mind.look;
  control.pivot = 2.2;
  control.headYaw = mind.scanYaw;
  control.headPitch = mind.scanPitch;
  control.rear = 0;
  control.stretch = 0.97;
  control.groom = 0;
  control.lift = 0;
  control.slideX = 0;
  control.slideY = 0;
  control.spin = 0;
  mind.shown = mind.mode;
  mind.shownTarget = -1;
  if (mind.mode === 'wander') steer(mind.goalX, mind.goalY, mind.speed, body, control, arena);
  if (mind.mode === 'groom') {
    control.stretch = 0.8;
    control.headPitch = -0.75 + 0.3 * mind.scanPitch;
    control.headYaw = 0.8 * mind.scanYaw;
    control.groom = mind.leftSec > 0.3 ? 1 : 0;
  }
  if (mind.mode === 'rear') {
    control.rear = mind.leftSec > 0.25 ? 1.28 : 0;
    control.headPitch = -0.45 + mind.scanPitch;
    control.stretch = 1.02;
    control.speed = mind.look !== undefined && mind.leftSec > 0.4 ? 1.5 : 0;
  }
}

const hit = { distance: 0, nx: 0, ny: 0 };

/** Writes into `control` how to walk to a point: slower in turns, away from a wall ahead. */
export function steer(goalX: number, goalY: number, speed: number, body: Body, control: Control, arena: Arena): void {
  let [dx, dy] = [goalX - body.x, goalY - body.y];
  const far = Math.hypot(dx, dy);
  const spine = spineOf(body);
  const tip = spineNodes - 1;
  const ahead = 1.2 + 0.12 * Math.abs(body.speed.value);
  const x = spine.x[tip]! + ahead * Math.cos(spine.direction[tip]!);
  const y = spine.y[tip]! + ahead * Math.sin(spine.direction[tip]!);
  wallAt(arena, x, y, hit);
  if (hit.distance < 1 && far > 1e-6) {
    const away = Math.min(1.5, 1 - hit.distance) * 0.9 * far;
    dx += hit.nx * away;
    dy += hit.ny * away;
  }
  control.direction = Math.atan2(dy, dx);
  const off = Math.abs(control.direction - body.heading) % (2 * Math.PI);
  const turn = Math.min(off, 2 * Math.PI - off);
  control.speed = speed * (turn > 1.6 ? 0.12 : 0.3 + 0.7 * Math.max(0, Math.cos(turn)));
  control.pivot = turn > 1 ? 3.2 : 1.6;
  control.headYaw *= 0.7;
  control.stretch = 1 + 0.003 * Math.abs(body.speed.value);
}
