import { createLabeledFrames, createSkeleton, type LabeledFrames } from '@zoopraxis/core';

/** A point with its visibility; absent where x is NaN. */
export type LabelPoint = readonly [x: number, y: number, visibility?: 1 | 2];

/** Rows of one image: for each annotator the points of the animal, undefined = did not label it. */
export type ImageLabels = readonly (readonly LabelPoint[] | undefined)[];

export const absent: LabelPoint = [Number.NaN, Number.NaN];

/** Returns labels of one animal in images of one group each, named `g0`, `g1`, ... or as given. */
export function labelImages(
  images: readonly ImageLabels[],
  { keypoints = ['nose', 'tail'], groups }: { keypoints?: readonly string[]; groups?: readonly string[] } = {},
): LabeledFrames {
  const rows = images.flatMap((image, i) =>
    image.flatMap((points, annotator) => (points === undefined ? [] : [{ image: i, annotator, points }])),
  );
  return createLabeledFrames({
    skeleton: createSkeleton({ name: 'm', keypoints }),
    individuals: ['a'],
    annotators: Array.from({ length: Math.max(...images.map((image) => image.length)) }, (_, i) => `ann ${i}`),
    images: images.map((_, i) => ({ group: groups?.[i] ?? `g${i}`, file: `${i}.png` })),
    image: Int32Array.from(rows, (row) => row.image),
    individual: new Int32Array(rows.length),
    annotator: Int32Array.from(rows, (row) => row.annotator),
    position: Float64Array.from(rows.flatMap(({ points }) => points.flatMap((point) => point.slice(0, 2) as number[]))),
    visibility: Uint8Array.from(
      rows.flatMap(({ points }) => points.map(([x, , how]) => (Number.isNaN(x) ? 0 : (how ?? 2)))),
    ),
  });
}
