import type { PoseCodec } from '../pose-codec.js';
import { readMarsPose } from './pose-json.js';

/** Pose files of MARS: two mice of seven points. Only read here: writing needs the size of the video. */
export const marsPose: PoseCodec = {
  name: 'mars',
  title: 'MARS pose',
  extensions: ['.json'],
  holds: 'tracks',
  needsFps: true,
  sniff: ({ text }) =>
    text !== undefined && /^\s*\{\s*"(keypoints|scores|bbox|bscores)"\s*:\s*\[\s*\[/.test(text)
      ? 'JSON that begins with a list for each frame'
      : undefined,
  read: readMarsPose,
};
