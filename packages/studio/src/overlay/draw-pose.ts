import type { TracksView } from 'zoopraxis';
import type { PictureView } from '../page/layer.js';
import { distinctColor } from '../page/palette.js';
import type { FramePose } from '../state/track-windows.js';
import { bodyEllipse, isBodyPoint, middleOf } from './body-ellipse.js';
import type { OverlaySettings } from './overlay-store.js';
import { keypointColor, type TracksLook } from './pose-look.js';

/** What is drawn of one set of tracks. */
export interface PoseScene {
  readonly tracks: TracksView;
  /** Shape `[individual, keypoint, 3]`: x, y, confidence; NaN = missing. */
  readonly pose: FramePose;
  /** Poses of the frames before, the latest first, list; undefined where one has not come yet. */
  readonly trail: readonly (FramePose | undefined)[];
  readonly view: PictureView;
  readonly look: TracksLook;
  /** Colors that others have before those of these animals. */
  readonly colorShift: number;
  readonly settings: OverlaySettings;
  /** Points with a lower confidence are hollow. */
  readonly cutoff: number;
  /** The point or animal that is chosen. */
  readonly chosen: { readonly individual: string; readonly keypoint?: string } | null;
}

/** A point of a pose. */
export interface PosePoint {
  readonly x: number;
  readonly y: number;
  /** 0..1; NaN = not known. */
  readonly confidence: number;
}

/** Returns a point of a pose (shape `[individual, keypoint, 3]`), null where it is missing. */
export function pointAt(
  pose: FramePose,
  individual: number,
  keypoint: number,
  keypointCount: number,
): PosePoint | null {
  const at = (individual * keypointCount + keypoint) * 3;
  const [x, y, confidence] = [pose[at] as number, pose[at + 1] as number, pose[at + 2] as number];
  return Number.isFinite(x) && Number.isFinite(y) ? { x, y, confidence } : null;
}

/** Tells whether a point is at or above the cutoff; one of unknown confidence is. */
export const isConfident = ({ confidence }: PosePoint, cutoff: number): boolean => !(confidence < cutoff);

const colorOf = ({ colorShift }: PoseScene, individual: number) => distinctColor(individual + colorShift);

const dark = 'rgb(0 0 0 / 75%)';

/** Draws trails, ellipses, skeletons, points and words of one set of tracks, in CSS px. */
export function drawPose(context: CanvasRenderingContext2D, scene: PoseScene): void {
  const { tracks, settings } = scene;
  context.lineJoin = 'round';
  context.lineCap = 'butt';
  for (let individual = 0; individual < tracks.individuals.length; individual++) {
    if (settings.trailFrames > 0) drawTrail(context, scene, individual);
    if (settings.hasEllipses) drawEllipse(context, scene, individual);
    if (settings.hasSkeleton) drawEdges(context, scene, individual);
    drawPoints(context, scene, individual);
    if (tracks.individuals.length > 1) drawName(context, scene, individual);
  }
}

const toScreen = ({ scale, offsetX, offsetY }: PictureView, { x, y }: { x: number; y: number }) =>
  [x * scale + offsetX, y * scale + offsetY] as const;

function bodyPoints({ tracks, cutoff }: PoseScene, pose: FramePose, individual: number): number[] {
  const { keypoints } = tracks;
  return keypoints.flatMap((name, keypoint) => {
    const point = isBodyPoint(name) ? pointAt(pose, individual, keypoint, keypoints.length) : null;
    return point !== null && isConfident(point, cutoff) ? [point.x, point.y] : [];
  });
}

/** Parts of a trail that are drawn with one strength each, the farthest faintest. */
const trailParts = 5;

function drawTrail(context: CanvasRenderingContext2D, scene: PoseScene, individual: number): void {
  const { tracks, settings, trail, pose, view, cutoff, look } = scene;
  const count = tracks.keypoints.length;
  const poses = [pose, ...trail.slice(0, settings.trailFrames)];
  const lines =
    settings.trailOf === 'center'
      ? [{ color: colorOf(scene, individual), at: (of: FramePose) => middleOf(bodyPoints(scene, of, individual)) }]
      : tracks.keypoints.map((_, keypoint) => ({
          color: settings.colorBy === 'keypoint' ? keypointColor(keypoint, count) : colorOf(scene, individual),
          at: (of: FramePose) => {
            const point = pointAt(of, individual, keypoint, count);
            return point !== null && isConfident(point, cutoff) ? point : null;
          },
        }));
  context.setLineDash([...look.dash]);
  context.lineWidth = 1.5;
  const size = Math.max(1, Math.ceil(poses.length / trailParts));
  for (const { color, at } of lines) {
    context.strokeStyle = color;
    for (let part = 0; part * size < poses.length; part++) {
      context.globalAlpha = 0.85 * (1 - part / trailParts);
      context.beginPath();
      let isDown = false;
      // The first point of the part before joins the parts.
      for (const of of poses.slice(part * size, (part + 1) * size + 1)) {
        const point = of === undefined ? null : at(of);
        if (point === null) {
          isDown = false;
          continue;
        }
        const [x, y] = toScreen(view, point);
        if (isDown) context.lineTo(x, y);
        else context.moveTo(x, y);
        isDown = true;
      }
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

function drawEllipse(context: CanvasRenderingContext2D, scene: PoseScene, individual: number): void {
  const ellipse = bodyEllipse(bodyPoints(scene, scene.pose, individual));
  if (ellipse === null) return;
  const [x, y] = toScreen(scene.view, ellipse);
  const { scale } = scene.view;
  context.setLineDash([...scene.look.dash]);
  context.lineWidth = 1.5;
  context.strokeStyle = colorOf(scene, individual);
  context.beginPath();
  context.ellipse(x, y, ellipse.semiMajor * scale, ellipse.semiMinor * scale, ellipse.angle, 0, 2 * Math.PI);
  context.stroke();
}

function drawEdges(context: CanvasRenderingContext2D, scene: PoseScene, individual: number): void {
  const { tracks, pose, view, look, cutoff } = scene;
  const count = tracks.keypoints.length;
  context.setLineDash([...look.dash]);
  context.lineWidth = 2;
  context.strokeStyle = colorOf(scene, individual);
  for (const [from, to] of tracks.edges) {
    const [a, b] = [pointAt(pose, individual, from, count), pointAt(pose, individual, to, count)];
    if (a === null || b === null) continue;
    context.globalAlpha = isConfident(a, cutoff) && isConfident(b, cutoff) ? 0.85 : 0.35;
    context.beginPath();
    context.moveTo(...toScreen(view, a));
    context.lineTo(...toScreen(view, b));
    context.stroke();
  }
  context.globalAlpha = 1;
}

function tracePoint(context: CanvasRenderingContext2D, shape: TracksLook['shape'], x: number, y: number, r: number) {
  context.beginPath();
  if (shape === 'circle') context.arc(x, y, r, 0, 2 * Math.PI);
  else if (shape === 'square') context.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else {
    const corners = shape === 'diamond' ? 4 : 3;
    for (let i = 0; i < corners; i++) {
      const turn = (2 * Math.PI * i) / corners - Math.PI / 2;
      const [px, py] = [x + r * 1.25 * Math.cos(turn), y + r * 1.25 * Math.sin(turn)];
      if (i === 0) context.moveTo(px, py);
      else context.lineTo(px, py);
    }
    context.closePath();
  }
}

function drawPoints(context: CanvasRenderingContext2D, scene: PoseScene, individual: number): void {
  const { tracks, pose, view, look, settings, cutoff, chosen } = scene;
  const { keypoints } = tracks;
  const radius = settings.pointSizePx;
  const isOwn = chosen?.individual === tracks.individuals[individual];
  context.setLineDash([]);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const [keypoint, name] of keypoints.entries()) {
    const point = pointAt(pose, individual, keypoint, keypoints.length);
    if (point === null) continue;
    const [x, y] = toScreen(view, point);
    const color =
      settings.colorBy === 'keypoint' ? keypointColor(keypoint, keypoints.length) : colorOf(scene, individual);
    const isFilled = isConfident(point, cutoff);
    tracePoint(context, look.shape, x, y, radius);
    context.strokeStyle = dark;
    context.lineWidth = isFilled ? 2 : 3.5;
    context.stroke();
    if (isFilled) {
      context.fillStyle = color;
      context.fill();
    } else {
      context.strokeStyle = color;
      context.lineWidth = 1.5;
      context.stroke();
    }
    if (isOwn && (chosen?.keypoint === undefined || chosen.keypoint === name)) {
      tracePoint(context, 'circle', x, y, radius + 4);
      context.strokeStyle = '#ffffff';
      context.lineWidth = 1.5;
      context.stroke();
    }
    const words = [
      settings.hasNames ? name : '',
      settings.hasConfidence && Number.isFinite(point.confidence) ? point.confidence.toFixed(2) : '',
    ].filter((part) => part !== '');
    if (words.length > 0) writeWords(context, words.join(' '), x + radius + 4, y);
  }
}

function drawName(context: CanvasRenderingContext2D, scene: PoseScene, individual: number): void {
  const { pose, view, tracks } = scene;
  const count = tracks.keypoints.length;
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let keypoint = 0; keypoint < count; keypoint++) {
    const point = pointAt(pose, individual, keypoint, count);
    if (point === null) continue;
    const [x, y] = toScreen(view, point);
    [left, top] = [Math.min(left, x), Math.min(top, y)];
  }
  if (!Number.isFinite(left)) return;
  context.font = '600 12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  writeWords(context, tracks.individuals[individual] as string, left, top - 14, colorOf(scene, individual));
}

function writeWords(context: CanvasRenderingContext2D, words: string, x: number, y: number, color = '#ffffff'): void {
  context.lineWidth = 3;
  context.strokeStyle = dark;
  context.strokeText(words, x, y);
  context.fillStyle = color;
  context.fillText(words, x, y);
}
