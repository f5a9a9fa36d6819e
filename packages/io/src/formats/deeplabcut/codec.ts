import { joinBytes, type LabeledFrames } from '@zoopraxis/core';
import { onlyOne, type PoseCodec, type PoseWriteOptions } from '../pose-codec.js';
import { neededFps, type PoseFile, type PoseReadOptions } from '../pose-file.js';
import type { Probe } from '../probe.js';
import { uniqueIndividual } from './columns.js';
import { readDeepLabCutLabels } from './read-labels.js';
import { readDeepLabCutTracks } from './read-tracks.js';
import { writeDeepLabCutLabelsCsv, writeDeepLabCutLabelsHdf5 } from './write-labels.js';
import { deepLabCutTracksCsvPieces, deepLabCutTracksHdf5Pieces } from './write-tracks.js';

/** Returns what the first field of the first row behind the header of a DeepLabCut CSV is, or undefined. */
function csvRows({ records }: Probe): 'number' | 'text' | 'none' | undefined {
  const last = records.findIndex((record) => record[0]?.trim() === 'coords');
  if (records[0]?.[0]?.trim() !== 'scorer' || last < 2 || last > 3) return undefined;
  const label = records[last + 1]?.[0];
  if (label === undefined) return 'none';
  return /^\d+(\.0*)?$/.test(label.trim()) ? 'number' : 'text';
}

async function readLabels(bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile> {
  const { labels } = await readDeepLabCutLabels(bytes, options);
  return { labels: [labels], tracks: [] };
}

async function readTracks(bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile> {
  const fps = neededFps('DeepLabCut tracks', options.fps);
  const { tracks, firstFrame } = await readDeepLabCutTracks(bytes, { ...options, fps });
  return { labels: [], tracks: [{ video: '', tracks, firstFrame }] };
}

/** Returns what a label writer needs; keypoints that only `single` ever has are unique ones. */
function labelOptions(content: PoseFile, options: PoseWriteOptions) {
  const labels = onlyOne('DeepLabCut labels', 'skeleton', content.labels);
  const groups = [...new Set(labels.images.map((image) => image.group))];
  const group = onlyOne('DeepLabCut labels', 'folder of images', groups);
  const scorer = options.scorer === undefined ? {} : { scorer: options.scorer };
  return { labels, options: { group, report: options.report, ...scorer, ...severalAnimals(labels) } };
}

function trackOptions(content: PoseFile, options: PoseWriteOptions) {
  const { tracks, firstFrame } = onlyOne('DeepLabCut tracks', 'video', content.tracks);
  const { scorer = 'Zoopraxis', report } = options;
  return { tracks, options: { scorer, firstFrame, report, ...severalAnimals(tracks) } };
}

/** A lone individual keeps its name only in a header of several animals, unless it is the name given to lone ones. */
function severalAnimals({ individuals }: Pick<LabeledFrames, 'individuals'>): { multiAnimal: boolean } {
  return {
    multiAnimal: individuals.length > 1 || (individuals[0] !== 'animal' && individuals[0] !== uniqueIndividual),
  };
}

const scorerHint = 'the first rows are scorer, bodyparts and coords';

/** Labels of DeepLabCut as CSV. */
export const deepLabCutLabelsCsv: PoseCodec = {
  name: 'deeplabcut-labels-csv',
  title: 'DeepLabCut labels (CSV)',
  extensions: ['.csv', '.csv.gz'],
  holds: 'labels',
  needsFps: false,
  sniff: (probe) => (csvRows(probe) === 'text' ? `${scorerHint}, rows are named by images` : undefined),
  read: readLabels,
  async write(content, options) {
    const { labels, options: given } = labelOptions(content, options);
    return writeDeepLabCutLabelsCsv(labels, given);
  },
};

/** Labels of DeepLabCut as HDF5. */
export const deepLabCutLabelsHdf5: PoseCodec = {
  name: 'deeplabcut-labels-hdf5',
  title: 'DeepLabCut labels (HDF5)',
  extensions: ['.h5', '.hdf5'],
  holds: 'labels',
  needsFps: false,
  sniff: ({ hdf5 }) =>
    hdf5?.pandasIndex === 'text' ? 'it holds a pandas table whose rows are named by images' : undefined,
  read: readLabels,
  async write(content, options) {
    const { labels, options: given } = labelOptions(content, options);
    return writeDeepLabCutLabelsHdf5(labels, given);
  },
};

/** Predictions of DeepLabCut as CSV. */
export const deepLabCutTracksCsv: PoseCodec = {
  name: 'deeplabcut-tracks-csv',
  title: 'DeepLabCut tracks (CSV)',
  extensions: ['.csv', '.csv.gz'],
  holds: 'tracks',
  needsFps: true,
  sniff(probe) {
    const rows = csvRows(probe);
    if (rows !== 'number' && rows !== 'none') return undefined;
    return `${scorerHint}, ${rows === 'number' ? 'rows are numbered frames' : 'no row follows'}`;
  },
  read: readTracks,
  async write(content, options) {
    const { tracks, options: given } = trackOptions(content, options);
    return joinBytes([...deepLabCutTracksCsvPieces(tracks, given)]);
  },
};

/** Predictions of DeepLabCut as HDF5. */
export const deepLabCutTracksHdf5: PoseCodec = {
  name: 'deeplabcut-tracks-hdf5',
  title: 'DeepLabCut tracks (HDF5)',
  extensions: ['.h5', '.hdf5'],
  holds: 'tracks',
  needsFps: true,
  sniff: ({ hdf5 }) =>
    hdf5?.pandasIndex === 'number' ? 'it holds a pandas table whose rows are numbered frames' : undefined,
  read: readTracks,
  async write(content, options) {
    const { tracks, options: given } = trackOptions(content, options);
    return joinBytes([...deepLabCutTracksHdf5Pieces(tracks, given)]);
  },
};
