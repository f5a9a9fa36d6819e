import { onlyOne, type PoseCodec } from '../pose-codec.js';
import { readSleapAnalysis } from './read-analysis.js';
import { readSleap } from './read-sleap.js';
import { writeSleapAnalysis } from './write-analysis.js';
import { writeSleap } from './write-sleap.js';

/** Projects and packages of SLEAP. */
export const sleapLabels: PoseCodec = {
  name: 'sleap',
  title: 'SLEAP labels',
  extensions: ['.slp', '.pkg.slp'],
  holds: 'both',
  needsFps: true,
  sniff({ hdf5 }) {
    const paths = new Set(hdf5?.paths);
    const has = (name: string) => paths.has(`/${name}`);
    return has('metadata') && (has('videos_json') || has('frames') || has('instances'))
      ? 'it holds metadata, frames and instances as SLEAP stores them'
      : undefined;
  },
  read: readSleap,
  write: writeSleap,
};

/** Analysis exports of SLEAP. */
export const sleapAnalysis: PoseCodec = {
  name: 'sleap-analysis',
  title: 'SLEAP analysis (HDF5)',
  extensions: ['.analysis.h5', '.h5'],
  holds: 'tracks',
  needsFps: true,
  sniff({ hdf5 }) {
    const paths = new Set(hdf5?.paths);
    return ['/tracks', '/node_names', '/track_occupancy'].every((path) => paths.has(path))
      ? 'it holds tracks, node_names and track_occupancy'
      : undefined;
  },
  read: readSleapAnalysis,
  async write(content, options) {
    return writeSleapAnalysis(onlyOne('SLEAP analysis HDF5', 'video', content.tracks), options);
  },
};
