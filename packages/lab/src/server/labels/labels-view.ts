import { createHash, randomUUID } from 'node:crypto';
import { type LabeledFrames, type LabeledImage, visibilities } from '@zoopraxis/core';
import type { ChangedLabels, Manifest, PointData, VideoEntry } from '@zoopraxis/io';
import type { LabelRow, LabelsView, PointView } from '../api.js';
import type { ServerContext } from '../server-context.js';
import { groupShownAsVideo, imagesOfVideo } from './video-images.js';

/** Returns what tells which images the frames of a video are: while it is the same, a frame stays the same image. */
function layoutOf({ videos }: Manifest): string {
  const known = layouts.get(videos);
  if (known !== undefined) return known;
  const made = createHash('sha256').update(JSON.stringify(videos.map(({ id, source }) => [id, source])));
  const layout = made.digest('base64url').slice(0, 12);
  layouts.set(videos, layout);
  return layout;
}
const layouts = new WeakMap<Manifest['videos'], string>();

/** Another one with each start of the server: what was on the disk may have been replaced meanwhile. */
const start = randomUUID().slice(0, 8);

const versionOf = ({ project }: ServerContext, skeleton: string): string =>
  `${start}.${layoutOf(project.manifest)}.${encodeURIComponent(skeleton)}.${project.labelSeq}`;

/**
 * Returns the labels of one video and skeleton, by every annotator: all of them, or, where `since` is the version of an earlier
 * answer and the server still knows, only what changed.
 */
export async function labelsView(
  context: ServerContext,
  video: VideoEntry,
  { skeleton: wished, since }: { readonly skeleton?: string | undefined; readonly since?: string | undefined },
): Promise<LabelsView> {
  const { project } = context;
  const hasSkeleton = project.manifest.skeletons.length > 0;
  const skeleton = hasSkeleton ? project.skeleton(wished).name : '';
  const version = versionOf(context, skeleton);
  const own = await imagesOfVideo(context, video);
  const imageView = ({ group, file }: LabeledImage, frame: number) => ({ frame, group, file });
  const changed = hasSkeleton ? changedSince(context, video, { skeleton, since, version }) : undefined;
  if (changed !== undefined && since !== undefined) {
    const rows: LabelRow[] = [];
    const removed: Omit<LabelRow, 'points'>[] = [];
    for (const { image, individual, annotator, points } of changed.rows) {
      const frame = own.frameOf(image);
      if (frame === undefined) continue;
      if (points === undefined) removed.push({ frame, individual, annotator });
      else rows.push({ frame, individual, annotator, points: Object.fromEntries([...points].map(pointView)) });
    }
    const images = changed.images.flatMap((image) => {
      const frame = own.frameOf(image);
      return frame === undefined ? [] : [imageView(image, frame)];
    });
    return { skeleton, images, rows, version, changedSince: since, removed };
  }
  const images = own.images.map(({ image, frame }) => imageView(image, frame));
  if (!hasSkeleton) return { skeleton, images, rows: [], version };
  const labels = await project.readLabels({ skeleton });
  const rows: LabelRow[] = [];
  for (let row = 0; row < labels.image.length; row++) {
    const image = labels.images[labels.image[row] as number];
    const frame = image === undefined ? undefined : own.frameOf(image);
    if (frame === undefined) continue;
    rows.push({
      frame,
      individual: labels.individuals[labels.individual[row] as number] as string,
      annotator: labels.annotators[labels.annotator[row] as number] as string,
      points: pointsOf(labels, row),
    });
  }
  return { skeleton, images, rows, version };
}

function changedSince(
  { project }: ServerContext,
  video: VideoEntry,
  {
    skeleton,
    since,
    version,
  }: { readonly skeleton: string; readonly since: string | undefined; readonly version: string },
): ChangedLabels | undefined {
  // In a folder of images a new one moves the frames behind it.
  if (since === undefined || groupShownAsVideo(video) !== undefined) return undefined;
  const [head, seq] = [since.slice(0, since.lastIndexOf('.')), Number(since.slice(since.lastIndexOf('.') + 1))];
  if (head !== version.slice(0, version.lastIndexOf('.')) || !Number.isSafeInteger(seq)) return undefined;
  return project.labelChangesSince(seq, skeleton);
}

const pointView = ([keypoint, [x, y, seen]]: readonly [string, PointData]): readonly [string, PointView] => [
  keypoint,
  { x, y, visibility: seen === visibilities.occluded ? 'occluded' : 'visible' },
];

function pointsOf({ skeleton, position, visibility }: LabeledFrames, row: number): Record<string, PointView> {
  const count = skeleton.keypoints.length;
  const points: Record<string, PointView> = {};
  for (const [k, keypoint] of skeleton.keypoints.entries()) {
    const at = row * count + k;
    const seen = visibility[at];
    if (seen !== visibilities.visible && seen !== visibilities.occluded) continue;
    points[keypoint] = {
      x: position[2 * at] as number,
      y: position[2 * at + 1] as number,
      visibility: seen === visibilities.occluded ? 'occluded' : 'visible',
    };
  }
  return points;
}
