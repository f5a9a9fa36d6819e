import { noiseOfTime } from '../render/value-noise.js';
import { layout, type PlanePoint, pelletRest } from './layout.js';
import { lastNotAfter, type Reach, type ReachPlan, type ReachProfile } from './reaches.js';

/** Phases of reaching, by number in bouts; between reaches there is none. */
export const reachPhases = ['reach', 'grasp', 'retract', 'slip'] as const;

/** Digits that a camera from the side tells apart. */
export const digitCount = 4;

/** Everything about the animal at one time, cm in the image plane. */
export interface Limb {
  /** Index into `reachPhases`, -1 for none. */
  phase: number;
  /** Index of the reach, -1 before the first. */
  reach: number;
  /** 0..1: how far the body leans over the edge. */
  lean: number;
  nose: PlanePoint;
  shoulder: PlanePoint;
  elbow: PlanePoint;
  wrist: PlanePoint;
  paw: PlanePoint;
  /** Middle joint and tip of each digit, list of `digitCount`. */
  knuckles: PlanePoint[];
  tips: PlanePoint[];
  /** Where a held pellet sits. */
  grip: PlanePoint;
  chew: number;
}

const lengths = { upper: 0.98, fore: 1.28, paw: 0.4, digits: [0.36, 0.42, 0.42, 0.34] } as const;

const home: PlanePoint = { x: 4.16, y: 3.16 };

/** Share of a movement after a share of its time, with least jerk (Flash and Hogan 1985, eq. 1). */
export const minimumJerk = (t: number): number => {
  const s = t < 0 ? 0 : t > 1 ? 1 : t;
  return s * s * s * (10 - 15 * s + 6 * s * s);
};

const mix = (a: PlanePoint, b: PlanePoint, t: number): PlanePoint => ({
  x: a.x + (b.x - a.x) * t,
  y: a.y + (b.y - a.y) * t,
});

const mouthOf = (nose: PlanePoint): PlanePoint => ({ x: nose.x - 0.12, y: nose.y + 0.3 });

function noseAt(lean: number, timeSec: number, seed: number): PlanePoint {
  return {
    x: 4.95 + 0.5 * lean + 0.05 * noiseOfTime(seed + 11, timeSec, 1.1),
    y: 2.7 + 0.32 * lean + 0.06 * noiseOfTime(seed + 12, timeSec, 0.9) + 0.012 * Math.sin(50 * timeSec),
  };
}

/** Path of the paw in a reach: out with a swing, corrected, down on the pellet, back to the mouth. */
function pawOf(reach: Reach, timeSec: number, mouth: PlanePoint): { point: PlanePoint; curl: number; open: number } {
  const pellet = pelletRest(reach.step);
  const above = { x: pellet.x + 0.02 + reach.errorX, y: pellet.y - 0.42 + reach.errorY };
  const down = { x: pellet.x - 0.04 + (reach.outcome === 1 ? reach.errorX : 0.3 * reach.errorX), y: pellet.y - 0.26 };
  if (timeSec < reach.graspSec) {
    const t = (timeSec - reach.startSec) / (reach.graspSec - reach.startSec);
    // Corrections take the last third: back and forth around the end.
    const share = reach.corrections > 0 ? 0.68 : 1;
    const s = minimumJerk(t / share);
    const straight = mix(home, above, s);
    const swing = reach.swing * Math.sin(Math.PI * s);
    const [dx, dy] = [above.x - home.x, above.y - home.y];
    const length = Math.hypot(dx, dy);
    const late = t > share ? (t - share) / (1 - share) : 0;
    const search = 0.13 * Math.sin(Math.PI * reach.corrections * late) * Math.sin(Math.PI * late);
    return {
      point: { x: straight.x + (swing * dy) / length + search, y: straight.y - (swing * dx) / length - 0.5 * search },
      curl: 0.75 * (1 - minimumJerk(1.6 * t)) + 0.1,
      open: minimumJerk(1.4 * t),
    };
  }
  if (timeSec < reach.retractSec) {
    const t = (timeSec - reach.graspSec) / (reach.retractSec - reach.graspSec);
    return {
      point: mix(above, down, minimumJerk(1.5 * t)),
      curl: 0.1 + 0.9 * minimumJerk(1.8 * t - 0.8),
      open: 1 - 0.7 * t,
    };
  }
  const t = (timeSec - reach.retractSec) / (reach.endSec - reach.retractSec);
  const s = minimumJerk(t);
  const straight = mix(down, mouth, s);
  const swing = reach.backSwing * Math.sin(Math.PI * s);
  const loose = timeSec > reach.slipSec ? 0.35 * minimumJerk((timeSec - reach.slipSec) / 0.08) : 0;
  return { point: { x: straight.x + 0.6 * swing, y: straight.y - 0.4 * swing }, curl: 1 - loose, open: 0.3 + loose };
}

/** Returns the limb at a time: the same whichever times were asked before. */
export function limbAt(plan: ReachPlan, profile: ReachProfile, timeSec: number, seed: number): Limb {
  const { reaches } = plan;
  const index = lastNotAfter(reaches.length, (i) => reaches[i]!.startSec, timeSec);
  const reach = reaches[index];
  let phase = -1;
  let lean = 0;
  if (reach !== undefined) {
    // The body leans with the paw, or the shoulder would pass it.
    const out = minimumJerk((timeSec - reach.startSec) / (reach.graspSec - reach.startSec));
    const back = minimumJerk((timeSec - reach.retractSec) / (reach.endSec - reach.retractSec));
    lean = (0.35 + (0.65 * reach.step) / (layout.stepCount - 1)) * out * (1 - back);
    if (timeSec < reach.graspSec) phase = 0;
    else if (timeSec < reach.retractSec) phase = 1;
    else if (timeSec < reach.endSec) phase = timeSec >= reach.slipSec ? 3 : 2;
  }
  const nose = noseAt(lean, timeSec, seed);
  const mouth = mouthOf(nose);
  let [paw, curl, open]: [PlanePoint, number, number] = [home, 0.85, 0];
  let chew = 0;
  if (reach !== undefined && phase >= 0) {
    const at = pawOf(reach, timeSec, mouth);
    [paw, curl, open] = [at.point, at.curl, at.open * profile.opening];
  } else if (reach !== undefined) {
    // From the mouth to the edge, later if there is something to eat.
    const wait = reach.outcome === 0 ? 0.45 : 0.05;
    const settled = minimumJerk((timeSec - reach.endSec - wait) / 0.25);
    paw = mix(mouth, home, settled);
    curl = 1 - 0.15 * settled;
    open = 0.3 * (1 - settled);
    if (reach.outcome === 0) chew = Math.max(0, 1 - (timeSec - reach.endSec) / 0.9);
  }
  const moving = phase === 0 || phase === 2 || phase === 3 ? 1 : phase === 1 ? 0.6 : 0.12;
  const trembling = profile.tremorCm * moving;
  const wave = 2 * Math.PI * profile.tremorHz * timeSec;
  const wander = 2 * noiseOfTime(seed + 21, timeSec, 2);
  paw = {
    x: paw.x + trembling * Math.sin(wave + wander),
    y: paw.y + trembling * Math.sin(1.13 * wave + 1.3 + wander),
  };
  return { ...poseLimb(paw, curl, open, lean), phase, reach: index, lean, nose, chew };
}

/** Joints of the arm and digits for a place of the paw. */
function poseLimb(wanted: PlanePoint, curl: number, open: number, lean: number) {
  const shoulder = { x: 3.5 + 1.25 * lean, y: 2.72 + 0.66 * lean };
  const aim = Math.atan2(wanted.y - shoulder.y, wanted.x - shoulder.x);
  const angle = aim + 0.25 - 0.5 * curl;
  let wrist = { x: wanted.x - lengths.paw * Math.cos(angle), y: wanted.y - lengths.paw * Math.sin(angle) };
  const [dx, dy] = [wrist.x - shoulder.x, wrist.y - shoulder.y];
  const far = Math.hypot(dx, dy);
  const reachable = Math.min(Math.max(far, 0.36), lengths.upper + lengths.fore - 0.01);
  wrist = { x: shoulder.x + (dx / far) * reachable, y: shoulder.y + (dy / far) * reachable };
  const paw = { x: wrist.x + lengths.paw * Math.cos(angle), y: wrist.y + lengths.paw * Math.sin(angle) };
  const cosine = (lengths.upper ** 2 + reachable ** 2 - lengths.fore ** 2) / (2 * lengths.upper * reachable);
  const inner = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const toWrist = Math.atan2(dy, dx);
  const elbow = {
    x: shoulder.x + lengths.upper * Math.cos(toWrist + inner),
    y: shoulder.y + lengths.upper * Math.sin(toWrist + inner),
  };
  const knuckles: PlanePoint[] = [];
  const tips: PlanePoint[] = [];
  let [gripX, gripY] = [0, 0];
  for (let digit = 0; digit < digitCount; digit++) {
    const rank = digit - (digitCount - 1) / 2;
    const spread = rank * (0.1 + 0.24 * open);
    const length = lengths.digits[digit]!;
    const root = { x: paw.x - 0.06 * rank * Math.sin(angle), y: paw.y + 0.06 * rank * Math.cos(angle) };
    const first = angle + spread + 0.75 * curl;
    const knuckle = { x: root.x + 0.55 * length * Math.cos(first), y: root.y + 0.55 * length * Math.sin(first) };
    const second = first + 0.15 + 1.25 * curl;
    const tip = { x: knuckle.x + 0.45 * length * Math.cos(second), y: knuckle.y + 0.45 * length * Math.sin(second) };
    knuckles.push(knuckle);
    tips.push(tip);
    gripX += (tip.x + paw.x) / 2 / digitCount;
    gripY += (tip.y + paw.y) / 2 / digitCount;
  }
  return { shoulder, elbow, wrist, paw, knuckles, tips, grip: { x: gripX, y: gripY + 0.05 } };
}
