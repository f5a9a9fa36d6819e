import type { StreamKey } from 'zoopraxis';
import { drawStrip, hatch, stripLook } from '../page/draw-strip.js';
import type { RowHit, RowPointer, RowScene, TimelineRow } from '../page/row.js';
import { boutAt, firstFrom, stripOf } from '../page/strip.js';
import { type BoutStream, streamId } from '../state/bouts.js';
import { clockText } from '../state/clock.js';
import { studio } from '../state/studio-store.js';
import type { Differing, Stretches } from './disagreement.js';
import { reachPx, streamRowId } from './row-order.js';

const stripTopPx = 3;

/** Returns the words of a bout, as labels and lists say them. */
export function boutWords(bout: BoutStream['bouts'][number]): string {
  const { behavior, startSec, endSec, probability, modifiers = [] } = bout;
  const when =
    endSec <= startSec
      ? `at ${clockText(startSec)}`
      : `${clockText(startSec)} – ${clockText(endSec)} (${(endSec - startSec).toFixed(2)} s)`;
  const sure = probability === undefined ? '' : ` · ${(100 * probability).toFixed(0)} %`;
  return `${behavior} ${when}${sure}${modifiers.length === 0 ? '' : ` · ${modifiers.join(', ')}`}`;
}

/** Returns the words for a stream: who, of whom, and the set where another of them is called the same. */
export function streamTitle(
  stream: BoutStream,
  all: readonly BoutStream[] = [],
): {
  readonly title: string;
  readonly detail: string;
} {
  const { subject, target, annotator, channel, set, isHuman } = stream;
  const isTwice = all.some(
    (other) =>
      other.set !== set &&
      other.annotator === annotator &&
      other.channel === channel &&
      other.subject === subject &&
      other.target === target,
  );
  const whom = target === undefined ? subject : `${subject} → ${target}`;
  const where = channel === '' || channel === 'default' ? '' : ` · ${channel}`;
  const from = isTwice ? ` · set ${set}` : '';
  return { title: `${annotator || (isHuman ? 'human' : 'model')}${where}`, detail: `${whom}${from}` };
}

/** Returns the key of a stream alone: what selections and edits carry. */
export function keyOf({ set, recording, subject, target, annotator, channel }: BoutStream): StreamKey {
  return { set, recording, subject, ...(target === undefined ? {} : { target }), annotator, channel };
}

const secPerPxOf = ({ range, widthPx }: RowScene) => (range.toSec - range.fromSec) / widthPx;

let looks: { key: readonly unknown[]; look: ReturnType<typeof stripLook> } | undefined;

function lookOf({ state, color }: RowScene, stream: BoutStream) {
  const { selection } = state;
  const behaviors = state.project?.ethogram.behaviors ?? [];
  const isIts = selection.kind === 'bout' && streamId(selection.stream) === streamId(stream);
  const chosenId = isIts ? selection.bout.id : undefined;
  const key = [behaviors, chosenId, color('--text')];
  if (looks === undefined || !looks.key.every((part, at) => part === key[at])) {
    looks = { key, look: stripLook(behaviors, color, { chosenId }) };
  }
  return looks.look;
}

function hitOfStream(stream: BoutStream, { timeSec, y }: RowPointer, scene: RowScene): RowHit | null {
  const strip = stripOf(stream.bouts);
  const share = (y - stripTopPx) / (scene.heightPx - 2 * stripTopPx);
  const lane = Math.max(0, Math.min(strip.laneCount - 1, Math.floor(share * strip.laneCount)));
  const found = boutAt(strip, timeSec, { reachSec: reachPx * secPerPxOf(scene), lane });
  if (found === null) return null;
  const { bout } = found;
  const span = { fromSec: bout.startSec, toSec: bout.endSec };
  return { cursor: 'pointer', what: bout, words: boutWords(bout), span };
}

/** Returns the row of a stream of bouts, with the places hatched where it differs from a human's stream of the same animal. */
export function streamRow(
  stream: BoutStream,
  differing: Differing | undefined,
  all: readonly BoutStream[] = [],
): TimelineRow {
  const { title, detail } = streamTitle(stream, all);
  return {
    id: streamRowId(stream),
    title,
    detail: [detail, stream.isHuman ? '' : 'model'].filter((part) => part !== '').join(' · '),
    group: stream.subject,
    heightPx: 36,
    draw(context, scene) {
      const { range, widthPx, heightPx } = scene;
      const under =
        differing === undefined ? {} : { under: () => drawDiffering(context, differing(scene.range), scene) };
      const box = { range, widthPx, topPx: stripTopPx, heightPx: heightPx - 2 * stripTopPx };
      drawStrip(context, stripOf(stream.bouts), box, { ...lookOf(scene, stream), ...under });
    },
    hit: (pointer, scene) => hitOfStream(stream, pointer, scene),
    press(_pointer, hit) {
      if (hit !== null)
        studio.setState({
          selection: { kind: 'bout', stream: keyOf(stream), bout: hit.what as BoutStream['bouts'][number] },
        });
      return false;
    },
    valueAt(timeSec) {
      const strip = stripOf(stream.bouts);
      const end = firstFrom(strip.startSec, timeSec + 1e-6);
      const names: string[] = [];
      for (let at = firstFrom(strip.latestEndSec, timeSec, true); at < end; at++) {
        if ((strip.endSec[at] as number) > timeSec + 1e-6)
          names.push((strip.bouts[at] as { behavior: string }).behavior);
      }
      return names.join(', ') || '–';
    },
    describe: ({ range }) => {
      const strip = stripOf(stream.bouts);
      const count = firstFrom(strip.startSec, range.toSec) - firstFrom(strip.latestEndSec, range.fromSec);
      return `${title}, ${detail}: ${Math.max(0, count)} bouts in sight`;
    },
  };
}

/** Stretches narrower than this are shown as their share of each px. */
const narrowPx = 4;

function drawDiffering(
  context: CanvasRenderingContext2D,
  { fromSec, toSec }: Stretches,
  { range, widthPx, heightPx, color }: RowScene,
): void {
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const end = firstFrom(fromSec, range.toSec);
  const phasePx = -range.fromSec * pxPerSec;
  const tallest = (heightPx - 2 * stripTopPx) / 2;
  const bottom = heightPx - stripTopPx;
  let [px, share] = [-1, 0];
  const drawShare = () => {
    if (share <= 0) return;
    const height = Math.max(2, Math.min(1, share) * tallest);
    context.fillStyle = color('--ground');
    context.fillRect(px, bottom - height - 1, 1, 1);
    context.fillStyle = color('--text');
    context.fillRect(px, bottom - height, 1, height);
  };
  for (let at = firstFrom(toSec, range.fromSec, true); at < end; at++) {
    const left = ((fromSec[at] as number) - range.fromSec) * pxPerSec;
    const right = ((toSec[at] as number) - range.fromSec) * pxPerSec;
    if (right - left < narrowPx) {
      for (let column = Math.max(0, Math.floor(left)); column < right && column < widthPx; column++) {
        if (column !== px) {
          drawShare();
          [px, share] = [column, 0];
        }
        share += Math.min(right, column + 1) - Math.max(left, column);
      }
      continue;
    }
    const x = Math.max(-8, left);
    const width = Math.min(widthPx + 8, right) - x;
    context.globalAlpha = 0.8;
    hatch(
      context,
      { x, y: stripTopPx, width, height: bottom - stripTopPx },
      { color: color('--text'), gapPx: 7, phasePx },
    );
    context.globalAlpha = 1;
    context.fillStyle = color('--text');
    context.fillRect(x, bottom + 1, width, 1.5);
  }
  drawShare();
}
