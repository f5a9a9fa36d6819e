import type { PoseCodec } from '../pose-codec.js';
import { readNwb } from './read-nwb.js';

/** Poses in Neurodata Without Borders (extension ndx-pose). */
export const nwbPose: PoseCodec = {
  name: 'nwb',
  title: 'NWB poses (ndx-pose)',
  extensions: ['.nwb'],
  holds: 'both',
  needsFps: false,
  sniff({ hdf5 }) {
    const version = hdf5?.attributes['/@nwb_version'];
    const typed = hdf5?.attributes['/@neurodata_type'] === 'NWBFile';
    return version !== undefined || typed ? `its root says NWB ${version ?? ''}`.trim() : undefined;
  },
  read: readNwb,
};
