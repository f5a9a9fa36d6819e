import type { Random } from '@zoopraxis/core';
import type { OpenFieldBehavior } from '../behaviors.js';
import { type Arena, alongWallOf, pointAlongWall } from './arena.js';
import { type BodyRegion, distance, distanceToBody, noseOf, type Point, pointOf } from './meeting-geometry.js';
import { type Body, type Control, type Follower, follow, wrapAngle } from './motion.js';
import { type SoloMind, startPause, startWander, steer, stepSolo } from './solo.js';

/** What two mice are at together; the actor is the one that does it. */
export type PairMode = 'apart' | 'approach' | 'investigate' | 'mount' | 'attack' | 'chase';

/** The affairs of two mice: plain data, so that it can be copied as a checkpoint. */
export interface PairMind {
  mode: PairMode;
  actor: 0 | 1;
  leftSec: number;
  /** Where the actor's nose goes: face, flank or rear of the other. */
  region: BodyRegion;
  regionLeftSec: number;
  /** What comes after the investigation. */
  next: PairMode;
  /** What is left of the cards of `next`. */
  deck: PairMode[];
  /** Whether the geometry of the mode has been reached, so that its name is right. */
  reached: boolean;
  lostSec: number;
  /** Whether a mount has become one to be seen. */
  named: boolean;
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
    named: false,
    near: false,
    meetingSec: 0,
    grip: { value: 0, rate: 0 },
    wildX: 0,
    wildY: 0,
    wildLeftSec: 0,
  };
}

/** What a resident does after an investigation; dealt like cards, so that no recording lacks one for long. */
const residentDeck: readonly PairMode[] = ['mount', 'mount', 'attack', 'attack', 'chase', 'apart', 'apart', 'apart'];

function drawNext(pair: PairMind, random: Random): PairMode {
  if (pair.actor === 1) return random.uniform() < 0.12 ? 'chase' : 'apart';
  if (pair.deck.length === 0) pair.deck = random.shuffle([...residentDeck]);
  return pair.deck.pop()!;
}

function drawRegion(random: Random): BodyRegion {
  const draw = random.uniform();
  return draw < 0.35 ? 'face' : draw < 0.6 ? 'flank' : 'rear';
}

function begin(pair: PairMind, mode: PairMode, random: Random): void {
  pair.mode = mode;
  pair.reached = false;
  pair.lostSec = 0;
  pair.named = false;
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

/** One time step of two mice, as the one that acts sees it. */
interface Meeting {
  readonly pair: PairMind;
  readonly actor: 0 | 1;
  readonly mind: SoloMind;
  readonly own: Body;
  readonly control: Control;
  readonly otherMind: SoloMind;
  readonly other: Body;
  readonly otherControl: Control;
  /** The actor's nose, and how far it is from the other's body, cm. */
  readonly nose: Point;
  readonly away: number;
  /** What it looks like as long as the mode's own geometry is not reached. */
  readonly meeting: 'investigate' | 'approach';
  readonly arena: Arena;
  readonly dtSec: number;
  readonly random: Random;
}

function show(mind: SoloMind, behavior: OpenFieldBehavior, target: number): void {
  mind.shown = behavior;
  mind.shownTarget = target;
}

function calm(mind: SoloMind, body: Body, random: Random): void {
  if (mind.mode !== 'pause') {
    startPause(mind, body, random);
    mind.look = undefined;
  }
  show(mind, 'pause', -1);
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

function leave({ pair, mind, own, arena, random }: Meeting): void {
  begin(pair, 'apart', random);
  if (random.uniform() < 0.6) startWander(mind, own, arena, random);
  else startPause(mind, own, random);
}

/** Lets the other run from the actor. */
function startChase({ pair, own, other, otherMind, arena, random }: Meeting): void {
  begin(pair, 'chase', random);
  startWander(otherMind, other, arena, random);
  pickFlight(otherMind, other, own, arena);
}

function stepApart({ pair, random }: Meeting, minds: readonly SoloMind[]): void {
  if (pair.leftSec > 0) return;
  pair.actor = random.uniform() < 0.78 ? 0 : 1;
  pair.region = drawRegion(random);
  const { mode } = minds[pair.actor]!;
  begin(pair, mode === 'groom' || mode === 'rear' ? 'apart' : 'approach', random);
}

function stepApproach(now: Meeting): void {
  const { pair, actor, mind, own, control, otherMind, other, nose, away, arena, dtSec, random } = now;
  const goal = pointOf(other, pair.region, nose);
  soloOff(mind, control);
  steer(goal.x, goal.y, 9 + Math.min(8, 0.5 * away), own, control, arena);
  show(mind, 'approach', 1 - actor);
  if (away < 12 && otherMind.mode === 'wander' && random.uniform() < 2 * dtSec) calm(otherMind, other, random);
  if (pair.near) {
    begin(pair, 'investigate', random);
    if (random.uniform() < 0.8) calm(otherMind, other, random);
  } else if (pair.leftSec <= 0) leave(now);
}

function stepInvestigate(now: Meeting): void {
  const { pair, actor, mind, own, control, otherMind, other, otherControl, nose, arena, dtSec, random } = now;
  pair.regionLeftSec -= dtSec;
  pair.meetingSec -= dtSec;
  if (pair.regionLeftSec <= 0) {
    pair.region = drawRegion(random);
    pair.regionLeftSec = random.between(0.7, 2.2);
  }
  const goal = pointOf(other, pair.next === 'mount' && pair.meetingSec < 1.5 ? 'rear' : pair.region, nose);
  soloOff(mind, control);
  steer(goal.x, goal.y, 10, own, control, arena);
  control.speed = Math.min(control.speed + 2, Math.max(-4, 4 * (distance(nose, goal) - 0.9)));
  control.pivot = 2.6;
  const toGoal = wrapAngle(Math.atan2(goal.y - nose.y, goal.x - nose.x) - own.heading - own.bend.value);
  control.headYaw = Math.max(-0.8, Math.min(0.8, 0.7 * toGoal));
  show(mind, 'investigate', 1 - actor);
  if (otherMind.mode === 'wander') otherControl.speed *= 0.55;
  if (otherMind.mode === 'rear' || otherMind.mode === 'groom') calm(otherMind, other, random);
  if (!pair.near) begin(pair, 'approach', random);
  else if (pair.meetingSec > 0) return;
  else if (pair.next === 'apart') leave(now);
  else if (pair.next === 'chase') startChase(now);
  else begin(pair, pair.next, random);
}

/** How far behind the other's pelvis that of a mounting mouse is, cm. */
const mountOffsetCm = 3.1;

function stepMount(now: Meeting): void {
  const { pair, actor, mind, own, control, otherMind, other, otherControl, meeting, arena, random } = now;
  soloOff(mind, control);
  soloOff(otherMind, otherControl);
  calm(otherMind, other, random);
  otherMind.leftSec = Math.max(otherMind.leftSec, 0.3);
  const [cos, sin] = [Math.cos(other.heading), Math.sin(other.heading)];
  const placeBehind = (cm: number): Point => ({ x: other.x - cm * cos, y: other.y - cm * sin });
  const goal = placeBehind(mountOffsetCm);
  const off = distance(own, goal);
  const turned = wrapAngle(other.heading - own.heading);
  if (pair.leftSec <= 0) leave(now);
  if (!pair.reached) {
    // Behind first, then on: a mouse does not climb over the head.
    const start = placeBehind(mountOffsetCm + (off > 4 || Math.abs(turned) > 1 ? 4.5 : 2));
    steer(start.x, start.y, 12, own, control, arena);
    if (distance(own, placeBehind(5.5)) < 4 && Math.abs(turned) < 1.4) {
      pair.reached = true;
      pair.leftSec = random.between(2, 6.5);
    }
    show(mind, meeting, 1 - actor);
    return;
  }
  const thrust = 0.28 * Math.sin(own.rubPhase);
  control.slideX = 5 * (goal.x + thrust * cos - own.x);
  control.slideY = 5 * (goal.y + thrust * sin - own.y);
  control.spin = 5 * turned;
  control.rear = 0.42;
  control.headPitch = -0.45;
  control.lift = 1.3;
  control.stretch = 0.93;
  control.headYaw *= 0.4;
  otherControl.stretch = 0.92;
  // Named from the time the chest is over the other's back.
  if (off < 1.2 && Math.abs(turned) < 0.6) pair.named = true;
  show(mind, pair.named ? 'mount' : meeting, 1 - actor);
}

function stepAttack(now: Meeting): void {
  const { pair, actor, mind, own, control, otherMind, other, otherControl, away, meeting, arena, dtSec, random } = now;
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
  if (pair.leftSec > 0) return;
  startWander(mind, own, arena, random);
  if (random.uniform() < 0.6) {
    startChase(now);
  } else {
    begin(pair, 'apart', random);
    startWander(otherMind, other, arena, random);
  }
}

/** The other runs along the walls, the actor keeps behind its tail. */
function stepChase(now: Meeting): void {
  const { pair, actor, mind, own, control, otherMind, other, otherControl, nose, meeting, arena, dtSec, random } = now;
  soloOff(mind, control);
  soloOff(otherMind, otherControl);
  otherMind.mode = 'wander';
  otherMind.leftSec = 1;
  if (distance(other, { x: otherMind.goalX, y: otherMind.goalY }) < 6) {
    const along = alongWallOf(arena, other.x, other.y) + otherMind.sense * 15;
    [otherMind.goalX, otherMind.goalY] = pointAlongWall(arena, along, 4.5);
  }
  steer(otherMind.goalX, otherMind.goalY, 27, other, otherControl, arena);
  const rear = pointOf(other, 'rear', nose);
  const gap = distance(nose, rear);
  steer(rear.x, rear.y, Math.max(2, Math.min(33, other.speed.value + 3 * (gap - 3))), own, control, arena);
  const behind = (own.x - other.x) * Math.cos(other.heading) + (own.y - other.y) * Math.sin(other.heading);
  if (!pair.reached && behind < -3 && gap < 12 && other.speed.value > 9 && own.speed.value > 6) {
    pair.reached = true;
    pair.leftSec = random.between(0.9, 3.2);
  }
  if (pair.reached) pair.lostSec = behind > -1 || own.speed.value < 4 ? pair.lostSec + dtSec : 0;
  show(mind, pair.reached ? 'chase' : meeting, 1 - actor);
  show(otherMind, 'flee', actor);
  if (pair.leftSec <= 0 || pair.lostSec > 0.05) leave(now);
}

const steps: Readonly<Record<PairMode, (now: Meeting, minds: readonly SoloMind[]) => void>> = {
  apart: stepApart,
  approach: stepApproach,
  investigate: stepInvestigate,
  mount: stepMount,
  attack: stepAttack,
  chase: stepChase,
};

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
  follow(pair.grip, pair.mode === 'mount' && pair.reached ? 1 : pair.mode === 'attack' ? 0.55 : 0, 5, dtSec);
  const { actor } = pair;
  const own = bodies[actor]!;
  const other = bodies[1 - actor]!;
  const nose = noseOf(own);
  const away = pair.mode === 'apart' ? Number.POSITIVE_INFINITY : distanceToBody(nose, other);
  pair.near = away < (pair.near ? 2.6 : 1.2);
  const now: Meeting = {
    pair,
    actor,
    mind: minds[actor]!,
    own,
    control: controls[actor]!,
    otherMind: minds[1 - actor]!,
    other,
    otherControl: controls[1 - actor]!,
    nose,
    away,
    meeting: pair.near ? 'investigate' : 'approach',
    arena,
    dtSec,
    random,
  };
  steps[pair.mode](now, minds);
}
