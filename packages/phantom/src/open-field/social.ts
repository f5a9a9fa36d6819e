import type { Random } from '@zoopraxis/core';
import type { OpenFieldBehavior } from '../behaviors.js';
import { spineNodes } from './anatomy.js';
import { type Arena, alongWallOf, pointAlongWall } from './arena.js';
import { type Body, type Control, type Follower, follow, spineOf, wrapAngle } from './motion.js';
import { type SoloMind, startPause, startWander, steer, stepSolo } from './solo.js';

/** What two mice are at together; the actor is the one that does it. */
export type PairMode = 'apart' | 'approach' | 'investigate' | 'mount' | 'attack' | 'chase';

/** The affairs of two mice: plain data, so that it can be copied as a checkpoint. */
export interface PairMind {
  mode: PairMode;
  actor: 0 | 1;
  leftSec: number;
  /** Where the actor's nose goes: face, flank or rear of the other. */
  region: 'face' | 'flank' | 'rear';
  regionLeftSec: number;
  /** What comes after the investigation. */
  next: PairMode;
  /** What is left of the cards of `next`. */
  deck: PairMode[];
  /** Whether the geometry of the mode has been reached, so that its name is right. */
  reached: boolean;
  lostSec: number;
  /** Whether the actor's nose is at the other's body: from 1.2 cm on, until 2.6 cm. */
  near: boolean;
  /** What is left of the whole investigation, with the times in which the other got away. */
  meetingSec: number;
  /** 1: bodies may lie over one another, 0: they push each other away. */
  grip: Follower;
  wildX: number;
  wildY: number;
  wildLeftSec: number;
}

/** Returns two mice that have not met yet. */
export function createPairMind(random: Random): PairMind {
  return {
    mode: 'apart',
    actor: 0,
    leftSec: random.between(1, 4),
    region: 'face',
    regionLeftSec: 0,
    next: 'apart',
    deck: [],
    reached: false,
    lostSec: 0,
    near: false,
    meetingSec: 0,
    grip: { value: 0, rate: 0 },
    wildX: 0,
    wildY: 0,
    wildLeftSec: 0,
  };
}

interface Point {
  x: number;
  y: number;
}

/** Returns where the nose of a body is. */
export function noseOf(body: Body): Point {
  const spine = spineOf(body);
  return { x: spine.x[spineNodes - 1]!, y: spine.y[spineNodes - 1]! };
}

/** The point of a body's outline in a region that is nearest to another point. */
function pointOf(body: Body, region: PairMind['region'], from: Point): Point {
  const spine = spineOf(body);
  if (region === 'face') {
    const node = spineNodes - 2;
    return { x: spine.x[node]!, y: spine.y[node]! };
  }
  if (region === 'rear') return { x: spine.x[1]!, y: spine.y[1]! };
  const node = 7;
  const [cos, sin, r] = [Math.cos(spine.direction[node]!), Math.sin(spine.direction[node]!), spine.radius[node]!];
  const side = -sin * (from.x - spine.x[node]!) + cos * (from.y - spine.y[node]!) > 0 ? 1 : -1;
  return { x: spine.x[node]! - side * r * sin, y: spine.y[node]! + side * r * cos };
}

/** Returns the distance from a point to the outline of a body's trunk and head, cm, negative inside. */
export function distanceToBody(point: Point, body: Body): number {
  const spine = spineOf(body);
  let nearest = Number.POSITIVE_INFINITY;
  for (let node = 0; node < spineNodes; node++) {
    const d = Math.hypot(spine.x[node]! - point.x, spine.y[node]! - point.y) - spine.radius[node]!;
    if (d < nearest) nearest = d;
  }
  return nearest;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** What a resident does after an investigation; dealt like cards, so that no recording lacks one for long. */
const residentDeck: readonly PairMode[] = ['mount', 'mount', 'attack', 'attack', 'chase', 'apart', 'apart', 'apart'];

function drawNext(pair: PairMind, random: Random): PairMode {
  if (pair.actor === 1) return random.uniform() < 0.12 ? 'chase' : 'apart';
  if (pair.deck.length === 0) pair.deck = random.shuffle([...residentDeck]);
  return pair.deck.pop()!;
}

function drawRegion(random: Random): PairMind['region'] {
  const draw = random.uniform();
  return draw < 0.35 ? 'face' : draw < 0.6 ? 'flank' : 'rear';
}

function begin(pair: PairMind, mode: PairMode, random: Random): void {
  pair.mode = mode;
  pair.reached = false;
  pair.lostSec = 0;
  pair.wildLeftSec = 0;
  if (mode === 'apart') {
    pair.leftSec = random.between(1.2, 5.5);
    pair.meetingSec = 0;
  }
  if (mode === 'approach') pair.leftSec = 5;
  if (mode === 'investigate') {
    if (pair.meetingSec <= 0) {
      pair.meetingSec = random.between(1, 5.5);
      pair.next = drawNext(pair, random);
    }
    pair.regionLeftSec = random.between(0.6, 2);
  }
  if (mode === 'mount') pair.leftSec = random.between(3, 8);
  if (mode === 'attack') pair.leftSec = random.between(1.2, 3.5);
  if (mode === 'chase') pair.leftSec = random.between(1.6, 4.5);
}

/** Far end of the arena's wall as seen from the chaser, along the walls in the sense that leads away. */
function pickFlight(mind: SoloMind, own: Body, other: Body, arena: Arena): void {
  const from = alongWallOf(arena, own.x, own.y);
  const ends = [1, -1].map((sense) => pointAlongWall(arena, from + sense * 16, 4.5));
  const free = ends.map(([x, y]) => {
    const toEnd = Math.atan2(y - own.y, x - own.x);
    const toOther = Math.atan2(other.y - own.y, other.x - own.x);
    return Math.abs(wrapAngle(toEnd - toOther)) - 0.5 * Math.abs(wrapAngle(toEnd - own.heading));
  });
  const best = free[0]! >= free[1]! ? 0 : 1;
  mind.sense = best === 0 ? 1 : -1;
  [mind.goalX, mind.goalY] = ends[best] as [number, number];
}

function calm(mind: SoloMind, body: Body, random: Random): void {
  if (mind.mode !== 'pause') {
    startPause(mind, body, random);
    mind.look = undefined;
  }
  show(mind, 'pause', -1);
}

function show(mind: SoloMind, behavior: OpenFieldBehavior, target: number): void {
  mind.shown = behavior;
  mind.shownTarget = target;
}

/** Plans one time step of two mice and writes it into their controls. */
export function stepPair(
  pair: PairMind,
  minds: readonly SoloMind[],
  bodies: readonly Body[],
  controls: readonly Control[],
  arena: Arena,
  dtSec: number,
  random: Random,
): void {
  for (let mouse = 0; mouse < 2; mouse++) {
    stepSolo(minds[mouse]!, bodies[mouse]!, controls[mouse]!, arena, dtSec, random);
  }
  pair.leftSec -= dtSec;
  const { actor } = pair;
  const [own, other] = [bodies[actor]!, bodies[1 - actor]!];
  const [control, otherControl] = [controls[actor]!, controls[1 - actor]!];
  const [mind, otherMind] = [minds[actor]!, minds[1 - actor]!];
  const nose = noseOf(own);
  follow(pair.grip, pair.mode === 'mount' && pair.reached ? 1 : pair.mode === 'attack' ? 0.55 : 0, 5, dtSec);

  if (pair.mode === 'apart') {
    if (pair.leftSec > 0) return;
    pair.actor = random.uniform() < 0.78 ? 0 : 1;
    pair.region = drawRegion(random);
    const busy = minds[pair.actor]!.mode === 'groom' || minds[pair.actor]!.mode === 'rear';
    begin(pair, busy ? 'apart' : 'approach', random);
    if (!busy) {
      mindSpeed(minds[pair.actor]!, random);
      startWander(minds[pair.actor]!, bodies[pair.actor]!, arena, random);
    }
    return;
  }

  const away = distanceToBody(nose, other);
  pair.near = away < (pair.near ? 2.6 : 1.2);
  const meeting = pair.near ? 'investigate' : 'approach';
  if (pair.mode === 'approach') {
    const goal = pointOf(other, pair.region, nose);
    soloOff(mind, control);
    steer(goal.x, goal.y, 9 + Math.min(8, 0.5 * away), own, control, arena);
    show(mind, 'approach', 1 - actor);
    if (away < 12 && otherMind.mode === 'wander' && random.uniform() < 2 * dtSec) calm(otherMind, other, random);
    if (pair.near) {
      begin(pair, 'investigate', random);
      if (random.uniform() < 0.8) calm(otherMind, other, random);
    } else if (pair.leftSec <= 0) leave(pair, mind, own, arena, random);
    return;
  }

  if (pair.mode === 'investigate') {
    pair.regionLeftSec -= dtSec;
    pair.meetingSec -= dtSec;
    if (pair.regionLeftSec <= 0) {
      pair.region = drawRegion(random);
      pair.regionLeftSec = random.between(0.7, 2.2);
    }
    const goal = pointOf(other, pair.next === 'mount' && pair.meetingSec < 1.5 ? 'rear' : pair.region, nose);
    soloOff(mind, control);
    steer(goal.x, goal.y, 10, own, control, arena);
    const gap = distance(nose, goal);
    control.speed = Math.min(control.speed + 2, Math.max(-4, 4 * (gap - 0.9)));
    control.pivot = 2.6;
    const toGoal = wrapAngle(Math.atan2(goal.y - nose.y, goal.x - nose.x) - own.heading - own.bend.value);
    control.headYaw = Math.max(-0.8, Math.min(0.8, 0.7 * toGoal));
    show(mind, 'investigate', 1 - actor);
    if (otherMind.mode === 'wander') otherControl.speed *= 0.55;
    if (otherMind.mode === 'rear' || otherMind.mode === 'groom') calm(otherMind, other, random);
    if (!pair.near) {
      begin(pair, 'approach', random);
      return;
    }
    if (pair.meetingSec <= 0) {
      if (pair.next === 'apart') leave(pair, mind, own, arena, random);
      else begin(pair, pair.next, random);
      if (pair.next === 'chase') pickFlight(otherMind, other, own, arena);
    }
    return;
  }

  if (pair.mode === 'mount') {
    soloOff(mind, control);
    soloOff(otherMind, otherControl);
    calm(otherMind, other, random);
    otherMind.leftSec = Math.max(otherMind.leftSec, 0.3);
    const [cos, sin] = [Math.cos(other.heading), Math.sin(other.heading)];
    const goal = { x: other.x - 3.1 * cos, y: other.y - 3.1 * sin };
    const off = distance({ x: own.x, y: own.y }, goal);
    const turned = wrapAngle(other.heading - own.heading);
    if (!pair.reached) {
      // Behind first, then on: a mouse does not climb over the head.
      const behind = off > 4 || Math.abs(turned) > 1 ? 4.5 : 2;
      steer(other.x - (3.1 + behind) * cos, other.y - (3.1 + behind) * sin, 12, own, control, arena);
      if (distance(own, { x: other.x - 5.5 * cos, y: other.y - 5.5 * sin }) < 4 && Math.abs(turned) < 1.4) {
        pair.reached = true;
        pair.leftSec = random.between(2, 6.5);
      }
      show(mind, meeting, 1 - actor);
      if (pair.leftSec <= 0) leave(pair, mind, own, arena, random);
      return;
    }
    const thrust = 0.28 * Math.sin(own.rubPhase);
    control.slideX = 5 * (goal.x + thrust * cos - own.x);
    control.slideY = 5 * (goal.y + thrust * sin - own.y);
    control.spin = 5 * turned;
    control.speed = 0;
    control.direction = undefined;
    control.rear = 0.42;
    control.headPitch = -0.45;
    control.lift = 1.3;
    control.stretch = 0.93;
    control.headYaw *= 0.4;
    otherControl.stretch = 0.92;
    // Named from the time the chest is over the other's back.
    if (off < 1.2 && Math.abs(turned) < 0.6) pair.lostSec = 1;
    show(mind, pair.lostSec > 0 ? 'mount' : meeting, 1 - actor);
    if (pair.leftSec <= 0) leave(pair, mind, own, arena, random);
    return;
  }

  if (pair.mode === 'attack') {
    soloOff(mind, control);
    soloOff(otherMind, otherControl);
    pair.wildLeftSec -= dtSec;
    if (pair.wildLeftSec <= 0) {
      pair.wildX = random.between(-1, 1);
      pair.wildY = random.between(-1, 1);
      pair.wildLeftSec = random.between(0.12, 0.35);
    }
    const middle = { x: (own.x + other.x) / 2, y: (own.y + other.y) / 2 };
    steer(other.x, other.y, 26, own, control, arena);
    control.spin = 5 * pair.wildX;
    control.slideX = 14 * pair.wildY + 2 * (middle.x - own.x);
    control.slideY = 14 * pair.wildX + 2 * (middle.y - own.y);
    control.rear = 0.25 + 0.25 * pair.wildX;
    control.lift = 0.5 + 0.5 * pair.wildY;
    control.stretch = 0.88;
    steer(2 * other.x - own.x, 2 * other.y - own.y, 12, other, otherControl, arena);
    otherControl.spin = -6 * pair.wildY;
    otherControl.slideX = -10 * pair.wildX + 2 * (middle.x - other.x);
    otherControl.slideY = 10 * pair.wildY + 2 * (middle.y - other.y);
    otherControl.stretch = 0.86;
    otherControl.rear = 0.2 + 0.2 * pair.wildY;
    if (away < 1.2) pair.reached = true;
    show(mind, pair.reached ? 'attack' : meeting, 1 - actor);
    show(otherMind, pair.reached ? 'defend' : otherMind.mode, pair.reached ? actor : -1);
    if (pair.leftSec <= 0) {
      const flight = random.uniform() < 0.6;
      begin(pair, flight ? 'chase' : 'apart', random);
      if (flight) pickFlight(otherMind, other, own, arena);
      startWander(mind, own, arena, random);
      startWander(otherMind, other, arena, random);
      if (flight) pickFlight(otherMind, other, own, arena);
    }
    return;
  }

  // Chase: the other runs along the walls, the actor keeps behind its tail.
  soloOff(mind, control);
  soloOff(otherMind, otherControl);
  otherMind.mode = 'wander';
  otherMind.leftSec = 1;
  if (Math.hypot(otherMind.goalX - other.x, otherMind.goalY - other.y) < 6) {
    const along = alongWallOf(arena, other.x, other.y) + otherMind.sense * 15;
    [otherMind.goalX, otherMind.goalY] = pointAlongWall(arena, along, 4.5);
  }
  steer(otherMind.goalX, otherMind.goalY, 27, other, otherControl, arena);
  const rear = pointOf(other, 'rear', nose);
  const gap = distance(nose, rear);
  steer(rear.x, rear.y, Math.max(2, Math.min(33, other.speed.value + 3 * (gap - 3))), own, control, arena);
  const [cos, sin] = [Math.cos(other.heading), Math.sin(other.heading)];
  const behind = (own.x - other.x) * cos + (own.y - other.y) * sin;
  if (!pair.reached && behind < -3 && gap < 12 && other.speed.value > 9 && own.speed.value > 6) {
    pair.reached = true;
    pair.leftSec = random.between(0.9, 3.2);
  }
  if (pair.reached) {
    pair.lostSec = behind > -1 || own.speed.value < 4 ? pair.lostSec + dtSec : 0;
    show(mind, 'chase', 1 - actor);
  } else {
    show(mind, meeting, 1 - actor);
  }
  show(otherMind, 'flee', actor);
  if (pair.leftSec <= 0 || pair.lostSec > 0.05) leave(pair, mind, own, arena, random);
}

function mindSpeed(mind: SoloMind, random: Random): void {
  mind.speed = random.between(8, 16);
}

function leave(pair: PairMind, mind: SoloMind, own: Body, arena: Arena, random: Random): void {
  begin(pair, 'apart', random);
  if (random.uniform() < 0.6) startWander(mind, own, arena, random);
  else startPause(mind, own, random);
}

/** Takes back what a mouse alone would do, and keeps its plans from running out meanwhile. */
function soloOff(mind: SoloMind, control: Control): void {
  if (mind.mode === 'groom' || mind.mode === 'rear') mind.mode = 'pause';
  mind.leftSec = Math.max(mind.leftSec, 0.2);
  control.speed = 0;
  control.direction = undefined;
  control.pivot = 1.6;
  control.rear = 0;
  control.groom = 0;
  control.stretch = 0.97;
  control.headPitch = 0;
}
