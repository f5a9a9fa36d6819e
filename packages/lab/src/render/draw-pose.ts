import type { Picture, PoseTracks } from '@zoopraxis/core';
import { categoryColor, colorChannels } from '@zoopraxis/figures';
import { type Color, drawDisc, drawLine, drawRectangle } from './draw.js';
import { drawText, textSizePx } from './font.js';

/** How poses are drawn on pictures. */
export interface PoseStyle {
  /** Points less sure than this are left out, default 0.6; points without a confidence are drawn. */
  readonly cutoff?: number;
  /** Frames of the path behind each point, default 0. */
  readonly trailFrames?: number;
  /** Radius of a point in px; default 1/130 of the picture's longer side, at least 2. */
  readonly radiusPx?: number;
}

/** Returns the position of a keypoint in px where it is known and sure enough. */
function pointOf(
  tracks: PoseTracks,
  [frame, individual, keypoint]: readonly [number, number, number],
  cutoff: number,
): [number, number] | undefined {
  const points = tracks.skeleton.keypoints.length;
  const at = (frame * tracks.individuals.length + individual) * points + keypoint;
  const [x, y] = [
    tracks.position[at * tracks.dimensions] as number,
    tracks.position[at * tracks.dimensions + 1] as number,
  ];
  return Number.isFinite(x) && Number.isFinite(y) && !((tracks.confidence[at] as number) < cutoff) ? [x, y] : undefined;
}

/**
 * Draws the poses of one frame: skeleton edges, points colored by keypoint (by individual for several animals) and, if
 * wished, the path of the frames before. `scale` maps px of the tracks to px of the picture.
 */
export function drawPose(
  picture: Picture,
  tracks: PoseTracks,
  { frame, scale = 1, style = {} }: { frame: number; scale?: number; style?: PoseStyle },
): void {
  if (tracks.space !== 'image') throw new RangeError(`draw: tracks must be in px of the image, got ${tracks.space}`);
  const { cutoff = 0.6, trailFrames = 0 } = style;
  const radius = style.radiusPx ?? Math.max(2, Math.max(picture.widthPx, picture.heightPx) / 130);
  const place = ([x, y]: readonly [number, number]): [number, number] => [
    (x + 0.5) * scale - 0.5,
    (y + 0.5) * scale - 0.5,
  ];
  const several = tracks.individuals.length > 1;
  for (let individual = 0; individual < tracks.individuals.length; individual++) {
    const colorOf = (keypoint: number): Color => colorChannels(categoryColor(several ? individual : keypoint));
    const points = tracks.skeleton.keypoints.map((_, keypoint) =>
      pointOf(tracks, [frame, individual, keypoint], cutoff),
    );
    for (const [keypoint] of points.entries()) {
      let after = points[keypoint];
      for (let age = 1; age <= trailFrames && frame - age >= 0; age++) {
        const before = pointOf(tracks, [frame - age, individual, keypoint], cutoff);
        if (before !== undefined && after !== undefined) {
          const opacity = 0.75 * (1 - age / (trailFrames + 1));
          drawLine(picture, place(before), place(after), { width: radius * 0.6, color: colorOf(keypoint), opacity });
        }
        after = before;
      }
    }
    for (const [a, b] of tracks.skeleton.edges) {
      const [from, to] = [points[a], points[b]];
      if (from === undefined || to === undefined) continue;
      drawLine(picture, place(from), place(to), { width: radius * 0.9 + 2, color: [0, 0, 0], opacity: 0.35 });
      drawLine(picture, place(from), place(to), { width: radius * 0.9, color: [255, 255, 255], opacity: 0.8 });
    }
    for (const [keypoint, point] of points.entries()) {
      if (point === undefined) continue;
      drawDisc(picture, place(point), { radius: radius + 1.4, color: [255, 255, 255], opacity: 0.9 });
      drawDisc(picture, place(point), { radius, color: colorOf(keypoint) });
    }
  }
}

/** Draws a line of text on a dark plate in a corner: `frame 1203 · 0:40.10`. */
export function drawCaption(picture: Picture, text: string): void {
  const scale = Math.max(1, Math.round(picture.widthPx / 420));
  const { widthPx, heightPx } = textSizePx(text, scale);
  const pad = 3 * scale;
  const top = picture.heightPx - heightPx - 2 * pad;
  drawRectangle(picture, [0, top, widthPx + 2 * pad, picture.heightPx], { color: [0, 0, 0], opacity: 0.55 });
  drawText(picture, text, { left: pad, top: top + pad, scale, color: [255, 255, 255] });
}
