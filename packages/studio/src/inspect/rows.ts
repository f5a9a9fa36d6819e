import type { RowScene, RowSource, TimelineRow } from '../page/row.js';
import { frameAt, timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import { nearestTarget, orderTargets, type TargetKind, targetKinds } from './target-order.js';
import { goToTarget, isAboutNow, orderedTargets, targets } from './targets-store.js';

const lanePx = 9;

/** Sign of each kind, so that colors alone tell nothing. */
const signs: Readonly<
  Record<TargetKind, { readonly color: string; readonly shape: 'circle' | 'up' | 'cross' | 'box' | 'down' }>
> = {
  'low confidence': { color: '#e69f00', shape: 'circle' },
  'large jump': { color: '#56b4e9', shape: 'up' },
  'identity crossing': { color: '#cc79a7', shape: 'cross' },
  disagreement: { color: '#009e73', shape: 'box' },
  worst: { color: '#d55e00', shape: 'down' },
};

/** Draws one sign around a point, 6 px wide. */
function drawSign(context: CanvasRenderingContext2D, kind: TargetKind, x: number, y: number): void {
  const { color, shape } = signs[kind];
  context.fillStyle = color;
  context.strokeStyle = color;
  context.lineWidth = 1.6;
  context.beginPath();
  if (shape === 'circle') context.arc(x, y, 3, 0, 2 * Math.PI);
  else if (shape === 'box') context.rect(x - 2.5, y - 2.5, 5, 5);
  else if (shape === 'cross') {
    context.moveTo(x - 3, y - 3);
    context.lineTo(x + 3, y + 3);
    context.moveTo(x + 3, y - 3);
    context.lineTo(x - 3, y + 3);
    context.stroke();
    return;
  } else {
    const tip = shape === 'up' ? -3 : 3;
    context.moveTo(x, y + tip);
    context.lineTo(x + 3.2, y - tip);
    context.lineTo(x - 3.2, y - tip);
    context.closePath();
  }
  context.fill();
}

/** Returns the kinds whose places are loaded and not none, in their order. */
function lanes(): TargetKind[] {
  const { lists } = targets.getState();
  return targetKinds.filter((kind) => {
    const list = lists.get(kind);
    return list?.kind === 'there' && list.targets.length > 0;
  });
}

function row(kinds: readonly TargetKind[]): TimelineRow {
  const xOf = (timeSec: number, { range, widthPx }: RowScene) =>
    ((timeSec - range.fromSec) / (range.toSec - range.fromSec)) * widthPx;
  return {
    id: 'inspect.targets',
    title: 'Look at',
    heightPx: kinds.length * lanePx + 5,
    draw(context, scene) {
      const clock = recordingClock(scene.state);
      if (clock === undefined) return;
      const { shown, current } = targets.getState();
      kinds.forEach((kind, lane) => {
        const y = 2.5 + lane * lanePx + lanePx / 2;
        const ordered = orderedTargets(kind, targets.getState());
        let lastX = Number.NEGATIVE_INFINITY;
        for (const { frame } of byTime(ordered)) {
          const x = xOf(timeOf(frame, clock), scene);
          // One sign in each px is enough.
          if (x < -5 || x > scene.widthPx + 5 || x - lastX < 1) continue;
          lastX = x;
          drawSign(context, kind, x, y);
        }
        const chosen = kind === shown ? ordered[current] : undefined;
        if (chosen === undefined) return;
        context.strokeStyle = scene.color('--text');
        context.lineWidth = 1;
        context.strokeRect(xOf(timeOf(chosen.frame, clock), scene) - 5, y - 5, 10, 10);
      });
    },
    hit({ timeSec, y }, scene) {
      const clock = recordingClock(scene.state);
      const kind = kinds[Math.floor((y - 2.5) / lanePx)];
      if (clock === undefined || kind === undefined) return null;
      const reachSec = (5 / scene.widthPx) * (scene.range.toSec - scene.range.fromSec);
      const reach = Math.max(1, frameAt(timeSec + reachSec, clock) - frameAt(timeSec, clock));
      const index = nearestTarget(orderedTargets(kind, targets.getState()), frameAt(timeSec, clock), reach);
      return index < 0 ? null : { cursor: 'pointer', what: { kind, index } };
    },
    press(_pointer, hit) {
      const what = hit?.what as { kind: TargetKind; index: number } | undefined;
      if (what === undefined) return false;
      if (targets.getState().shown !== what.kind) targets.setState({ shown: what.kind });
      goToTarget(what.index);
      return true;
    },
    describe: () =>
      `Look at: ${kinds.map((kind) => `${orderedTargets(kind, targets.getState()).length} ${kind}`).join(', ')}`,
  };
}

const sorted = new WeakMap<object, ReturnType<typeof orderTargets>>();
function byTime(list: ReturnType<typeof orderedTargets>): ReturnType<typeof orderTargets> {
  const known = sorted.get(list) ?? orderTargets(list, 'time');
  sorted.set(list, known);
  return known;
}

/** Rows of this folder: signs of the places worth a look. */
export const inspectRows: readonly RowSource[] = [
  {
    rows: () => {
      const kinds = studio.getState().recordingId === null || !isAboutNow() ? [] : lanes();
      return kinds.length === 0 ? [] : [row(kinds)];
    },
    subscribe: (changed) => targets.subscribe(changed),
  },
];
