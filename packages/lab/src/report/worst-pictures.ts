import type { Picture } from '@zoopraxis/core';
import { formatMeasure } from '@zoopraxis/figures';
import { findWorstFrames, type PosePairs } from '@zoopraxis/pose';
import { cutOut } from '../render/cut-out.js';

/** A picture in which the predictions are far from the labels, cut to the animal. */
export interface WorstPicture {
  readonly view: Picture;
  readonly caption: string;
  readonly detail: string;
  /** Shape `[keypoint, 2]` in px of the view; NaN = missing. */
  readonly predicted: Float64Array;
  /** Shape `[keypoint, 2]` in px of the view; NaN = missing. */
  readonly labeled: Float64Array;
}

/** What the worst pictures are found in. */
export interface WorstPictureOptions {
  readonly pairs: PosePairs;
  /** Distances in px, shape `[pair, keypoint]`; NaN = no label or no prediction. */
  readonly distances: Float64Array;
  /** Returns a picture by its place in the pairs' images, undefined where it is not shown. */
  readonly picture: (image: number) => Promise<Picture | undefined>;
  /** Default 6. */
  readonly pictureCount?: number;
}

/** Yields the pictures with the largest errors, worst first. */
export async function* worstPictures(options: WorstPictureOptions): AsyncGenerator<WorstPicture> {
  const { pairs, distances, picture, pictureCount = 6 } = options;
  const points = pairs.skeleton.keypoints.length;
  const px = (value: number | null) => formatMeasure(value ?? Number.NaN);
  for (const worst of findWorstFrames(pairs, distances, pictureCount)) {
    const pair = pairs.individuals.findIndex((individual, at) => {
      const image = pairs.images[pairs.image[at] as number];
      return individual === worst.individual && image?.group === worst.group && image.file === worst.file;
    });
    const pixels = pair < 0 ? undefined : await picture(pairs.image[pair] as number);
    if (pixels === undefined) continue;
    const labeled = pairs.labeled.subarray(pair * points * 2, (pair + 1) * points * 2);
    const predicted = pairs.predicted.subarray(pair * points * 2, (pair + 1) * points * 2);
    const { picture: view, origin } = cutOut(pixels, [labeled, predicted]);
    const moved = (values: Float64Array) => values.map((value, i) => value - (origin[i % 2] as number));
    yield {
      view,
      caption: `${worst.group}/${worst.file}`,
      detail:
        worst.keypoint === null
          ? 'nothing was predicted'
          : `mean ${px(worst.meanErrorPx)} px, largest ${px(worst.largestErrorPx)} px (${worst.keypoint})`,
      predicted: moved(predicted),
      labeled: moved(labeled),
    };
  }
}
