import {
  createLabeledFrames,
  type LabeledFrames,
  type LabeledImage,
  type PoseTracks,
  visibilities,
} from '@zoopraxis/core';

/**
 * Returns positions of tracks as labels of one image a frame, named `frame000012`: to score tracks against known truth.
 * Animals without any point in a frame have no row there.
 * @param options `frames`: list of frames, default all. `visibility`: shape `[frame, individual, keypoint]`, values of
 * `visibilities` of core, default visible; what it calls absent is no label.
 * @throws RangeError for tracks that are not in image px, or a frame outside.
 */
export function labelsFromTracks(
  tracks: PoseTracks,
  options: { group: string; annotator?: string; frames?: readonly number[]; visibility?: Uint8Array },
): LabeledFrames {
  const { group, annotator = 'tracks', visibility } = options;
  const { skeleton, individuals, timeBase } = tracks;
  const frames = options.frames ?? Array.from({ length: timeBase.frameCount }, (_, frame) => frame);
  if (tracks.space !== 'image' || tracks.dimensions !== 2) {
    throw new RangeError(`labels: tracks must be in image px, got ${tracks.dimensions}-D ${tracks.space}`);
  }
  const points = skeleton.keypoints.length;
  const images: LabeledImage[] = [];
  const [image, individual]: [number[], number[]] = [[], []];
  const position = new Float64Array(frames.length * individuals.length * points * 2);
  const seen = new Uint8Array(frames.length * individuals.length * points);
  for (const frame of frames) {
    if (!Number.isSafeInteger(frame) || frame < 0 || frame >= timeBase.frameCount) {
      throw new RangeError(`labels: frames must be whole numbers below ${timeBase.frameCount}, got ${frame}`);
    }
    images.push({ group, file: `frame${String(frame).padStart(6, '0')}`, frame });
    for (let animal = 0; animal < individuals.length; animal++) {
      const row = image.length;
      let labeledPoints = 0;
      for (let k = 0; k < points; k++) {
        const from = (frame * individuals.length + animal) * points + k;
        const to = row * points + k;
        const [x, y] = [tracks.position[2 * from] as number, tracks.position[2 * from + 1] as number];
        const how = visibility?.[from] ?? visibilities.visible;
        const isThere = how !== visibilities.absent && Number.isFinite(x) && Number.isFinite(y);
        position.set(isThere ? [x, y] : [Number.NaN, Number.NaN], 2 * to);
        seen[to] = isThere ? how : visibilities.absent;
        if (isThere) labeledPoints++;
      }
      if (labeledPoints === 0) continue;
      image.push(images.length - 1);
      individual.push(animal);
    }
  }
  return createLabeledFrames({
    skeleton,
    individuals,
    annotators: [annotator],
    images,
    image: Int32Array.from(image),
    individual: Int32Array.from(individual),
    annotator: new Int32Array(image.length),
    position: position.slice(0, image.length * points * 2),
    visibility: seen.slice(0, image.length * points),
  });
}
