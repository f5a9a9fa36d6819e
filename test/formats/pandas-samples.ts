import {
  createLabeledFrames,
  createPoseTracks,
  createSkeleton,
  type LabeledFrames,
  type PoseTracks,
} from '@zoopraxis/core';
import {
  writeCoco,
  writeDeepLabCutLabelsCsv,
  writeDeepLabCutLabelsHdf5,
  writeDeepLabCutTracksCsv,
  writeDeepLabCutTracksHdf5,
  writeSleapAnalysis,
} from '@zoopraxis/io';

const nan = Number.NaN;
const provenance = { operation: 'track', versions: {}, inputs: [], parameters: {} };

/** Names with what tables stumble over: commas, quotes, backslashes, other scripts. */
const keypoints = ['snout', 'left, ear', 'Pfote ü', 'the "tip"\\'];

/** Returns a value that is exact in 32 bits and differs at every place. */
const valueAt = (i: number) => Math.fround(((i * 7919) % 6401) / 7 + i);

function tracksOf(individuals: string[], frameCount: number): PoseTracks {
  const points = frameCount * individuals.length * keypoints.length;
  const position = Float32Array.from({ length: points * 2 }, (_, i) => ((i >> 1) % 5 === 3 ? nan : valueAt(i)));
  return createPoseTracks({
    skeleton: createSkeleton({ name: 'mouse', keypoints, edges: [[0, 1]] }),
    individuals,
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps: 30 },
    position,
    confidence: Float32Array.from({ length: points }, (_, i) => (i % 5 === 3 ? nan : (i % 97) / 97)),
    provenance,
  });
}

function labelsOf(individuals: string[]): LabeledFrames {
  const images = Array.from({ length: 5 }, (_, i) => ({
    group: 'video 1, ü',
    file: `img${i * 30}.png`,
    frame: i * 30,
  }));
  const rows = images
    .slice(1)
    .flatMap((_, image) => individuals.map((__, individual) => [image + 1, individual] as const));
  const position = Float64Array.from({ length: rows.length * keypoints.length * 2 }, (_, i) =>
    (i >> 1) % 7 === 5 ? nan : (i * 7919.1) / 641.3,
  );
  return createLabeledFrames({
    skeleton: createSkeleton({ name: 'mouse', keypoints, edges: [[0, 1]] }),
    individuals,
    annotators: ['Änn'],
    images,
    image: Int32Array.from(rows, ([image]) => image),
    individual: Int32Array.from(rows, ([, individual]) => individual),
    annotator: new Int32Array(rows.length),
    position,
    visibility: Uint8Array.from({ length: position.length / 2 }, (_, i) => (Number.isNaN(position[2 * i]) ? 0 : 2)),
  });
}

/** Returns tracks whose first frame is empty, which CSV readers stumble over. */
function lateTracks(): PoseTracks {
  const tracks = tracksOf(['animal'], 3);
  tracks.position.fill(nan, 0, keypoints.length * 2);
  tracks.confidence.fill(nan, 0, keypoints.length);
  return tracks;
}

/** Poses behind the samples, for comparing with what other programs saw. */
export const samplePoses = {
  oneTrack: tracksOf(['animal'], 9),
  manyTracks: tracksOf(['m1', 'm2', 'single'], 6),
  lateTrack: lateTracks(),
  longTrack: tracksOf(['animal'], 5000),
  oneLabeled: labelsOf(['animal']),
  manyLabeled: labelsOf(['m1', 'single']),
};

const report = () => undefined;
const unique = [keypoints[3] as string];

/** Returns the files that `test/reference/formats/read_samples.py` opens with pandas and others, by name. */
export function sampleFiles(): Record<string, Uint8Array> {
  const { oneTrack, manyTracks, lateTrack, longTrack, oneLabeled, manyLabeled } = samplePoses;
  const one = { scorer: 'DLC_Resnet50_x', firstFrame: 3, report };
  const many = { scorer: 'DLC_Resnet50_x', uniqueKeypoints: unique, report };
  const labels = { group: 'video 1, ü', report };
  const manyLabels = { ...labels, uniqueKeypoints: unique };
  return {
    'tracks-one.csv': writeDeepLabCutTracksCsv(oneTrack, one),
    'tracks-one.table.h5': writeDeepLabCutTracksHdf5(oneTrack, one),
    'tracks-one.fixed.h5': writeDeepLabCutTracksHdf5(oneTrack, { ...one, layout: 'fixed' }),
    'tracks-late.csv': writeDeepLabCutTracksCsv(lateTrack, { ...one, firstFrame: 0 }),
    'tracks-long.table.h5': writeDeepLabCutTracksHdf5(longTrack, one),
    'tracks-many.csv': writeDeepLabCutTracksCsv(manyTracks, many),
    'tracks-many.table.h5': writeDeepLabCutTracksHdf5(manyTracks, many),
    'tracks-many.fixed.h5': writeDeepLabCutTracksHdf5(manyTracks, { ...many, layout: 'fixed' }),
    'labels-one.csv': writeDeepLabCutLabelsCsv(oneLabeled, labels),
    'labels-one.path.csv': writeDeepLabCutLabelsCsv(oneLabeled, { ...labels, rowNames: 'path' }),
    'labels-one.fixed.h5': writeDeepLabCutLabelsHdf5(oneLabeled, labels),
    'labels-one.path.fixed.h5': writeDeepLabCutLabelsHdf5(oneLabeled, { ...labels, rowNames: 'path' }),
    'labels-one.path.table.h5': writeDeepLabCutLabelsHdf5(oneLabeled, { ...labels, rowNames: 'path', layout: 'table' }),
    'labels-many.csv': writeDeepLabCutLabelsCsv(manyLabeled, manyLabels),
    'labels-many.fixed.h5': writeDeepLabCutLabelsHdf5(manyLabeled, manyLabels),
    'tracks.analysis.h5': writeSleapAnalysis({ video: 'videos/a.mp4', tracks: manyTracks, firstFrame: 2 }, { report }),
    'labels.coco.json': writeCoco([oneLabeled, manyLabeled], {
      sizeOf: () => ({ widthPx: 640, heightPx: 480 }),
      report,
    }),
  };
}
