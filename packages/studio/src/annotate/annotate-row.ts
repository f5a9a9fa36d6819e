import type { BoutView, StreamKey } from 'zoopraxis';
import { drawStrip, hatch, stripLook } from '../page/draw-strip.js';
import { behaviorColor, inkOn } from '../page/palette.js';
import type { RowHit, RowPointer, RowScene, TimelineRow } from '../page/row.js';
import { type BoutHit, boutAt, endSeen, firstSeen, stripOf } from '../page/strip.js';
import { tellProblem } from '../page/tell.js';
import { bouts as boutStore, streamId } from '../state/bouts.js';
import { clockText, type FrameClock, frameAt, timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import { chooseBout, moveEdges, rulesOf } from './actions.js';
import { activeStream, animalsText, streamOf, writerText } from './active-stream.js';
import { annotate, openBoutsOf, say } from './annotate-store.js';
import { applyChange, setEdges } from './bout-changes.js';
import { coveredBy, endOfFrame, type OpenBout } from './letters.js';
import { movedBy, snapEdge } from './snap-edge.js';

const heightPx = 46;
const topPx = 4;
const edgeReachPx = 7;
const snapReachPx = 8;
const moveStartPx = 4;

interface Drag {
  readonly stream: StreamKey;
  readonly bout: BoutView;
  readonly part: BoutHit['part'];
  readonly fromX: number;
  readonly fromSec: number;
  isMoving: boolean;
  startSec: number;
  endSec: number;
  /** Bouts as they would be, made anew for every step. */
  preview: readonly BoutView[];
}

let drag: Drag | null = null;
const listeners = new Set<() => void>();
const redraw = () => {
  for (const listener of listeners) listener();
};

/** Calls back whenever the row looks different; returns the way to stop. */
export function followRow(changed: () => void): () => void {
  listeners.add(changed);
  const stop = [
    annotate.subscribe(changed),
    boutStore.subscribe(changed),
    studio.subscribe((now, before) => {
      const isOther = (['mode', 'activeStream', 'recordingId', 'annotator'] as const).some(
        (part) => now[part] !== before[part],
      );
      if (isOther) changed();
    }),
  ];
  return () => {
    listeners.delete(changed);
    for (const each of stop) each();
  };
}

const none: readonly BoutView[] = [];
const secPerPx = ({ range, widthPx }: RowScene) => (range.toSec - range.fromSec) / Math.max(1, widthPx);

function shownBouts(stream: StreamKey): readonly BoutView[] {
  if (drag?.isMoving === true && streamId(drag.stream) === streamId(stream)) return drag.preview;
  return streamOf(stream)?.bouts ?? none;
}

function hitOf(pointer: RowPointer, scene: RowScene, stream: StreamKey): BoutHit | null {
  const strip = stripOf(streamOf(stream)?.bouts ?? none);
  const laneHeight = (heightPx - 2 * topPx) / strip.laneCount;
  const lane = Math.max(0, Math.min(strip.laneCount - 1, Math.floor((pointer.y - topPx) / laneHeight)));
  return boutAt(strip, pointer.timeSec, { reachSec: edgeReachPx * secPerPx(scene), lane });
}

/** Edges of all bouts about a time and of the frame on the screen, seconds, list: what edges snap to. */
function edgesNear(timeSec: number, reachSec: number, { bout, stream }: Drag, clock: FrameClock): number[] {
  const frame = frameAt(studio.getState().timeSec, clock);
  const edges = [timeOf(frame, clock), endOfFrame(frame, clock)];
  const own = streamId(stream);
  for (const each of boutStore.getState().streams) {
    const strip = stripOf(each.bouts);
    const end = endSeen(strip, timeSec + reachSec);
    for (let at = firstSeen(strip, timeSec - reachSec); at < end; at++) {
      const other = strip.bouts[at] as BoutView;
      if (other.id === bout.id && streamId(each) === own) continue;
      edges.push(other.startSec, other.endSec);
    }
  }
  return edges;
}

function step(pointer: RowPointer, scene: RowScene, clock: FrameClock, active: Drag): void {
  const { bout, part, fromSec, stream } = active;
  if (part === 'body') Object.assign(active, movedBy(bout, pointer.timeSec - fromSec, clock));
  else {
    const reachSec = snapReachPx * secPerPx(scene);
    const edges = pointer.altKey ? [] : edgesNear(pointer.timeSec, reachSec, active, clock);
    const atSec = snapEdge(pointer.timeSec, clock, { edges, reachSec });
    if (part === 'start')
      active.startSec = Math.min(atSec, timeOf(Math.max(0, frameAt(bout.endSec, clock) - 1), clock));
    else active.endSec = Math.max(atSec, endOfFrame(frameAt(bout.startSec, clock), clock));
    if (active.endSec <= active.startSec) Object.assign(active, { startSec: bout.startSec, endSec: bout.endSec });
  }
  const before = streamOf(stream)?.bouts ?? none;
  const { startSec, endSec } = active;
  const change = setEdges(before, bout, { startSec, endSec }, rulesOf(clock));
  active.preview = change === null ? before : applyChange(before, change);
}

function drawOpen(
  context: CanvasRenderingContext2D,
  scene: RowScene,
  open: readonly OpenBout[],
  clock: FrameClock,
): void {
  const { state, range, widthPx } = scene;
  const behaviors = state.project?.ethogram.behaviors ?? [];
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const frame = frameAt(state.timeSec, clock);
  const boxHeight = (heightPx - 2 * topPx) / open.length;
  for (const [at, bout] of open.entries()) {
    const { startSec, endSec } = coveredBy(bout, frame, clock);
    const [left, right] = [(startSec - range.fromSec) * pxPerSec, (endSec - range.fromSec) * pxPerSec];
    if (right < 0 || left > widthPx) continue;
    const color = behaviorColor(bout.behavior, behaviors);
    const box = { x: left, y: topPx + at * boxHeight, width: Math.max(2, right - left), height: boxHeight };
    context.globalAlpha = 0.55;
    context.fillStyle = color;
    context.fillRect(box.x, box.y, box.width, box.height);
    context.globalAlpha = 1;
    hatch(context, box, { color: inkOn(color), gapPx: 9, phasePx: left });
    context.strokeStyle = scene.color('--text');
    context.lineWidth = 2;
    context.setLineDash([5, 3]);
    context.strokeRect(box.x + 1, box.y + 1, Math.max(1, box.width - 2), box.height - 2);
    context.setLineDash([]);
    context.font = '700 11px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
    const words = `${bout.behavior} …`;
    const width = context.measureText(words).width + 8;
    const textX = Math.max(0, Math.min(left, widthPx - width));
    context.fillStyle = scene.color('--raised');
    context.fillRect(textX, box.y + box.height / 2 - 8, width, 16);
    context.fillStyle = scene.color('--text');
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillText(words, textX + 4, box.y + box.height / 2 + 0.5);
  }
}

function draw(context: CanvasRenderingContext2D, scene: RowScene, stream: StreamKey): void {
  const { state, range, widthPx } = scene;
  const behaviors = state.project?.ethogram.behaviors ?? [];
  const { selection } = state;
  const chosenId =
    selection.kind === 'bout' && streamId(selection.stream) === streamId(stream) ? selection.bout.id : undefined;
  const look = stripLook(behaviors, scene.color, { chosenId });
  const box = { range, widthPx, topPx, heightPx: heightPx - 2 * topPx };
  drawStrip(context, stripOf(shownBouts(stream)), box, look);
  const clock = recordingClock(state);
  if (clock !== undefined) drawOpen(context, scene, openBoutsOf(stream), clock);
  if (drag?.isMoving !== true) return;
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  context.fillStyle = scene.color('--text');
  for (const edge of drag.part === 'body'
    ? [drag.startSec, drag.endSec]
    : [drag.part === 'start' ? drag.startSec : drag.endSec]) {
    context.fillRect(Math.round((edge - range.fromSec) * pxPerSec) - 0.5, 0, 1.5, heightPx);
  }
}

function wordsOf({ behavior, startSec, endSec, probability }: BoutView): string {
  const times =
    endSec <= startSec
      ? clockText(startSec)
      : `${clockText(startSec)} – ${clockText(endSec)}, ${(endSec - startSec).toFixed(2)} s`;
  return `${behavior}, ${times}${probability === undefined ? '' : `, probability ${probability.toFixed(2)}`}`;
}

function hit(pointer: RowPointer, scene: RowScene, stream: StreamKey): RowHit | null {
  const found = hitOf(pointer, scene, stream);
  if (found === null) return null;
  const isHuman = streamOf(stream)?.isHuman ?? true;
  const isGrip = isHuman && found.part !== 'body';
  return {
    cursor: isGrip ? 'ew-resize' : 'pointer',
    what: isHuman ? found : { ...found, part: 'body' },
    words: wordsOf(found.bout),
    span: { fromSec: found.bout.startSec, toSec: found.bout.endSec },
  };
}

function press(pointer: RowPointer, found: RowHit | null, stream: StreamKey): boolean {
  if (found === null) return false;
  const { bout, part } = found.what as BoutHit;
  const { selection } = studio.getState();
  const wasChosen = selection.kind === 'bout' && selection.bout.id === bout.id;
  chooseBout(stream, bout);
  if (!wasChosen) say(`${wordsOf(bout)} chosen`);
  if (pointer.button === 2) {
    annotate.setState({ menu: { x: pointer.clientX, y: pointer.clientY } });
    return true;
  }
  if (streamOf(stream)?.isHuman === false) return false;
  // The body of a bout moves once it is chosen, so that a click that only looks there moves nothing.
  if (part === 'body' && !wasChosen) return false;
  const { startSec, endSec } = bout;
  const { timeSec: fromSec, x: fromX } = pointer;
  drag = { stream, bout, part, fromX, fromSec, isMoving: false, startSec, endSec, preview: none };
  return true;
}

function moveDrag(pointer: RowPointer, scene: RowScene): void {
  const clock = recordingClock();
  if (drag === null || clock === undefined) return;
  if (!drag.isMoving && Math.abs(pointer.x - drag.fromX) < moveStartPx) return;
  drag.isMoving = true;
  step(pointer, scene, clock, drag);
  redraw();
}

function release(pointer: RowPointer): void {
  const active = drag;
  drag = null;
  if (active === null) return;
  if (active.isMoving) {
    const { bout, startSec, endSec } = active;
    moveEdges(bout, { startSec, endSec }).catch(tellProblem);
  } else if (active.part === 'body') {
    const clock = recordingClock();
    if (clock !== undefined) studio.setState({ timeSec: timeOf(frameAt(pointer.timeSec, clock), clock) });
  }
  redraw();
}

/** Returns the row of the stream that letters write into: large, with edges that can be dragged; null outside of Annotate. */
export function annotateRow(): TimelineRow | null {
  const state = studio.getState();
  const stream = activeStream(state);
  if (state.mode !== 'annotate' || stream === null) return null;
  const isHuman = streamOf(stream)?.isHuman ?? true;
  return {
    id: 'annotate',
    title: animalsText(stream),
    detail: isHuman ? `${writerText(stream)}, letters write here` : `${writerText(stream)}, read only`,
    heightPx,
    isFirst: true,
    covers: streamId(stream),
    draw: (context, scene) => draw(context, scene, stream),
    hit: (pointer, scene) => hit(pointer, scene, stream),
    press: (pointer, found) => press(pointer, found, stream),
    drag: moveDrag,
    release,
    valueAt(timeSec) {
      const strip = stripOf(streamOf(stream)?.bouts ?? none);
      return boutAt(strip, timeSec, { reachSec: 1e-6 })?.bout.behavior ?? '';
    },
    describe: () => {
      const count = streamOf(stream)?.bouts.length ?? 0;
      return `Bouts of ${animalsText(stream)} by ${stream.annotator}: ${count}`;
    },
  };
}
