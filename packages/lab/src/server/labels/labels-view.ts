import { type LabeledFrames, visibilities } from '@zoopraxis/core';
import type { VideoEntry } from '@zoopraxis/io';
import type { LabelRow, LabelsView, PointView } from '../api.js';
import type { ServerContext } from '../server-context.js';
import { imagesOfVideo } from './video-images.js';

/** Returns all labels of one video and skeleton, by every annotator. */
export async function labelsView(
  context: ServerContext,
  video: VideoEntry,
  skeleton: string | undefined,
): Promise<LabelsView> {
  const { project } = context;
  const { manifest } = project;
  const own = await imagesOfVideo(context, video);
  const images = own.images.map(({ image, frame }) => ({ frame, group: image.group, file: image.file }));
  if (manifest.skeletons.length === 0) return { skeleton: '', images, rows: [] };
  const labels = await project.readLabels(skeleton === undefined ? {} : { skeleton });
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
  return { skeleton: labels.skeleton.name, images, rows };
}

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
