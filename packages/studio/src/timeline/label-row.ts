import type { LabelsView } from 'zoopraxis';
import type { TimelineRow } from '../page/row.js';
import { firstFrom } from '../page/strip.js';
import { clockText, type FrameClock, timeOf } from '../state/clock.js';
import { studio } from '../state/studio-store.js';
import { drawTicks } from './draw-curve.js';
import { labelRowId, reachPx } from './row-order.js';

/** Times of labeled and of suggested frames, seconds, each of shape `[frame]`, rising. */
export interface LabelTimes {
  readonly labeled: Float64Array;
  readonly suggested: Float64Array;
}

/** Returns when labeled and suggested frames are shown; images without labels are suggestions. */
export function labelTimesOf(
  { images, rows }: Pick<LabelsView, 'images' | 'rows'>,
  clock: FrameClock | undefined,
): LabelTimes {
  if (clock === undefined) return { labeled: new Float64Array(), suggested: new Float64Array() };
  const labeled = new Set(rows.filter(({ points }) => Object.keys(points).length > 0).map(({ frame }) => frame));
  const suggested = new Set(images.map(({ frame }) => frame).filter((frame) => !labeled.has(frame)));
  const times = (frames: Set<number>) => Float64Array.from(frames, (frame) => timeOf(frame, clock)).sort();
  return { labeled: times(labeled), suggested: times(suggested) };
}

/** Returns the row of labeled (filled) and suggested (hollow) frames. */
export function labelRow({ labeled, suggested }: LabelTimes): TimelineRow {
  const nearest = (times: Float64Array, timeSec: number, reachSec: number) => {
    const at = firstFrom(times, timeSec);
    const near = [times[at - 1], times[at]].filter(
      (time) => time !== undefined && Math.abs(time - timeSec) <= reachSec,
    );
    return near.sort((a, b) => Math.abs((a as number) - timeSec) - Math.abs((b as number) - timeSec))[0];
  };
  return {
    id: labelRowId,
    title: 'labeled frames',
    detail: `${labeled.length} ● · ${suggested.length} ○ to do`,
    heightPx: 24,
    draw(context, scene) {
      drawTicks(context, suggested, scene, { color: scene.color('--warn'), isHollow: true });
      drawTicks(context, labeled, scene, { color: scene.color('--accent'), isHollow: false });
    },
    hit({ timeSec }, scene) {
      const reach = (reachPx * (scene.range.toSec - scene.range.fromSec)) / scene.widthPx;
      const time = nearest(labeled, timeSec, reach) ?? nearest(suggested, timeSec, reach);
      if (time === undefined) return null;
      const isLabeled = labeled[firstFrom(labeled, time)] === time;
      return {
        cursor: 'pointer',
        what: time,
        words: `${isLabeled ? 'labeled' : 'suggested'} frame at ${clockText(time)}`,
      };
    },
    press(_pointer, hit) {
      if (hit === null) return false;
      studio.setState({ timeSec: hit.what as number, isPlaying: false });
      return true;
    },
    valueAt(timeSec) {
      const isAt = (times: Float64Array) => Math.abs((times[firstFrom(times, timeSec - 1e-6)] ?? -1) - timeSec) < 1e-6;
      return isAt(labeled) ? 'labeled' : isAt(suggested) ? 'to do' : '';
    },
  };
}
