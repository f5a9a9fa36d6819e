import type { PoseCodec } from '../pose-codec.js';
import { readJabs } from './read-jabs.js';

/** Pose files of JABS. */
export const jabsPose: PoseCodec = {
  name: 'jabs',
  title: 'JABS pose',
  extensions: ['.h5'],
  holds: 'tracks',
  needsFps: true,
  sniff: ({ hdf5 }) => (hdf5?.paths.includes('/poseest/points') ? 'it holds poseest/points' : undefined),
  read: readJabs,
};
