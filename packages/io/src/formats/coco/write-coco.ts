// Pixel centers: as in read-coco.ts, keypoints are not shifted. A box of COCO is measured between the edges of pixels:
// a single point at (3, 4) has the box [3, 4, 1, 1].
import { type LabeledFrames, type LabeledImage, visibilities } from '@zoopraxis/core';
import type { Report } from '../file-problem.js';
import type { PictureSize } from '../picture-size.js';

/** How a COCO file is written. */
export interface CocoWriteOptions {
  /** Returns the size of an image, which COCO asks for; default: none is written. */
  readonly sizeOf?: (image: LabeledImage) => PictureSize | undefined;
  /** Takes what the format cannot hold. */
  readonly report: Report;
}

/**
 * Returns the bytes of a COCO keypoint file: each skeleton a category, each labeled animal an annotation with its box,
 * flag 1 for occluded and 2 for visible points. Individuals are kept as `track_id`, named in `tracks`.
 */
export function writeCoco(all: readonly LabeledFrames[], options: CocoWriteOptions): Uint8Array {
  const images = new Map<string, { id: number; image: LabeledImage }>();
  const imageId = (image: LabeledImage): number => {
    const key = `${image.group}/${image.file}`;
    const known = images.get(key);
    if (known !== undefined) return known.id;
    images.set(key, { id: images.size + 1, image });
    return images.size;
  };
  const tracks = new Map<string, number>();
  const trackId = (name: string): number => {
    const known = tracks.get(name);
    if (known !== undefined) return known;
    tracks.set(name, tracks.size + 1);
    return tracks.size;
  };
  const annotations: Record<string, unknown>[] = [];
  for (const [category, labels] of all.entries()) {
    if (new Set(labels.annotator).size > 1) {
      throw new RangeError(`COCO keypoints: labels must be of one annotator, got ${labels.annotators.join(', ')}`);
    }
    for (const image of labels.images) imageId(image);
    const points = labels.skeleton.keypoints.length;
    for (let row = 0; row < labels.image.length; row++) {
      const keypoints: number[] = [];
      let [left, top, right, bottom, count] = [Infinity, Infinity, -Infinity, -Infinity, 0];
      for (let k = 0; k < points; k++) {
        const at = row * points + k;
        const flag = labels.visibility[at] as number;
        if (flag === visibilities.absent) {
          keypoints.push(0, 0, 0);
          continue;
        }
        const [x, y] = [labels.position[2 * at] as number, labels.position[2 * at + 1] as number];
        keypoints.push(x, y, flag === visibilities.occluded ? 1 : 2);
        [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
        count++;
      }
      const box = count === 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
      annotations.push({
        id: annotations.length + 1,
        image_id: imageId(labels.images[labels.image[row] as number] as LabeledImage),
        category_id: category + 1,
        keypoints,
        num_keypoints: count,
        bbox: box,
        area: (box[2] as number) * (box[3] as number),
        iscrowd: 0,
        track_id: trackId(labels.individuals[labels.individual[row] as number] as string),
      });
    }
  }
  let unsized = 0;
  const document = {
    info: { description: 'Keypoint labels' },
    images: [...images.values()].map(({ id, image }) => {
      const size = options.sizeOf?.(image);
      if (size === undefined) unsized++;
      const sized = size === undefined ? {} : { width: size.widthPx, height: size.heightPx };
      return { id, file_name: `${image.group}/${image.file}`, ...sized };
    }),
    categories: all.map(({ skeleton }, i) => ({
      id: i + 1,
      name: skeleton.name,
      supercategory: 'animal',
      keypoints: skeleton.keypoints,
      skeleton: skeleton.edges.map(([a, b]) => [a + 1, b + 1]),
    })),
    annotations,
    tracks: [...tracks].map(([name, id]) => ({ id, name })),
  };
  if (unsized > 0) {
    const message = `${unsized} images have no size in the file; programs that need it must read the images.`;
    options.report({ severity: 'note', code: 'not-stored', file: '', where: 'images', message });
  }
  return new TextEncoder().encode(`${JSON.stringify(document)}\n`);
}
