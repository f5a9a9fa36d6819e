import type { PoseCodec } from '../pose-codec.js';
import { readCoco } from './read-coco.js';
import { writeCoco } from './write-coco.js';

/** Keypoint labels in COCO's JSON. */
export const cocoKeypoints: PoseCodec = {
  name: 'coco',
  title: 'COCO keypoints',
  extensions: ['.json'],
  holds: 'labels',
  needsFps: false,
  sniff({ text, name }) {
    if (text === undefined || !/^\s*\{/.test(text)) return undefined;
    const found = ['images', 'annotations', 'categories'].filter((key) => text.includes(`"${key}"`));
    // The three lists may stand far behind the beginning that is looked at.
    if (found.length === 3 || (found.length > 0 && name.endsWith('.json'))) return `JSON with ${found.join(', ')}`;
    return undefined;
  },
  read: readCoco,
  write: async (content, options) => writeCoco(content.labels, options),
};
