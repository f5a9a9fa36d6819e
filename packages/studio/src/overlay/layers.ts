import type { Layer, LayerHit } from '../page/layer.js';
import { labels } from '../state/labels.js';
import { type Selection, studio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import { drawPose } from './draw-pose.js';
import { hitPose, type PoseHit } from './hit-pose.js';
import { overlay } from './overlay-store.js';
import { tracksOver } from './shown-tracks.js';

function chosenOf(selection: Selection): { individual: string; keypoint?: string } | null {
  if (selection.kind === 'point') return { individual: selection.individual, keypoint: selection.keypoint };
  return selection.kind === 'individual' ? { individual: selection.individual } : null;
}

const poseLayer: Layer = {
  id: 'pose',
  modes: ['view', 'annotate'],
  draw(context, { state, video, frame, view }) {
    const settings = overlay.getState();
    // While its frames are labeled, predictions stand there as suggestions of the layer of labels.
    if (!settings.isShown || (state.mode === 'label' && labels.getState().video === video)) return;
    for (const { tracks, look, colorShift } of tracksOver(video, state)) {
      const pose = trackWindows.frame(tracks, frame);
      if (pose === undefined) continue;
      const length = Math.min(settings.trailFrames, frame);
      const trail = Array.from({ length }, (_, i) => trackWindows.frame(tracks, frame - 1 - i));
      const cutoff = state.confidenceCutoff;
      const chosen = chosenOf(state.selection);
      drawPose(context, { tracks, pose, trail, view, look, colorShift, settings, cutoff, chosen });
    }
  },
  hit(pointer, { state, video, frame, view }): LayerHit | null {
    if (!overlay.getState().isShown) return null;
    let best: PoseHit | null = null;
    for (const { tracks } of tracksOver(video, state)) {
      const pose = trackWindows.frame(tracks, frame);
      const hit = pose === undefined ? null : hitPose(tracks, pose, view, pointer);
      if (hit !== null && (best === null || hit.distance < best.distance)) best = hit;
    }
    return best === null ? null : { layer: 'pose', distance: best.distance, cursor: 'pointer', what: best };
  },
  press(pointer, hit) {
    if (hit === null || pointer.button !== 0) return false;
    const { individual, keypoint } = hit.what as PoseHit;
    studio.setState({ selection: { kind: 'point', individual, keypoint } });
    return true;
  },
  subscribe: (redraw) => overlay.subscribe(redraw),
};

/** Layers of this folder, from the bottom to the top. */
export const overlayLayers: readonly Layer[] = [poseLayer];
