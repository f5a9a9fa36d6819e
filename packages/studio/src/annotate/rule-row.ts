import { drawStrip, hatch, stripLook } from '../page/draw-strip.js';
import type { RowScene, TimelineRow } from '../page/row.js';
import { boutAt, stripOf } from '../page/strip.js';
import { clockText } from '../state/clock.js';
import { studio } from '../state/studio-store.js';
import { type RulePreview, rules } from './rules-store.js';

const heightPx = 34;
const topPx = 3;

function draw(context: CanvasRenderingContext2D, scene: RowScene, preview: RulePreview): void {
  const { range, widthPx, state } = scene;
  // The ground says that these bouts are a trial, not saved.
  hatch(context, { x: 0, y: 0, width: widthPx, height: heightPx }, { color: scene.color('--line'), gapPx: 10 });
  const look = stripLook(state.project?.ethogram.behaviors ?? [], scene.color);
  drawStrip(context, stripOf(preview.bouts), { range, widthPx, topPx, heightPx: heightPx - 2 * topPx }, look);
}

/** Returns the row in which the rule that is being made shows what it finds; null where none is. */
export function rulePreviewRow(): TimelineRow | null {
  const { draft, preview, isShown } = rules.getState();
  if (draft === null || preview === null || !isShown || studio.getState().mode !== 'annotate') return null;
  const { bouts } = preview;
  const at = (timeSec: number) => boutAt(stripOf(bouts), timeSec, { reachSec: 1e-6 })?.bout;
  return {
    id: 'rule-preview',
    title: `rule: ${draft.name}`,
    detail: 'tried, not saved',
    heightPx,
    isFirst: true,
    draw: (context, scene) => draw(context, scene, preview),
    hit({ timeSec }) {
      const bout = at(timeSec);
      if (bout === undefined) return null;
      const words = `${bout.behavior}, ${clockText(bout.startSec)} – ${clockText(bout.endSec)}`;
      return { cursor: 'pointer', what: bout, words, span: { fromSec: bout.startSec, toSec: bout.endSec } };
    },
    valueAt: (timeSec) => at(timeSec)?.behavior ?? '',
    describe: () => `What the rule ${draft.name} finds: ${bouts.length} bouts, not saved`,
  };
}
