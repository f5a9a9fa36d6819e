import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openVideo } from './open-video.node.js';

const folder = process.env.ZOOPRAXIS_DATA ?? join(process.cwd(), '../shared/data');
const present = existsSync(join(folder, 'openfield/videos/m3v1mp4.mp4'));
if (!present) process.stderr.write(`real-data.test: skipped, there are no recordings in ${folder}\n`);

describe.skipIf(!present)('recordings of laboratories', () => {
  it.each([
    ['openfield/videos/m3v1mp4.mp4', { frameCount: 2330, widthPx: 640, heightPx: 480, codec: 'h264' }],
    ['trimouse/vid.avi', { frameCount: 256 }],
    ['amadeusgpt/MABe/EGS8X2MN4SSUGFWAV976.mp4', { frameCount: 1801 }],
    ['sleap/centered_pair_small.mp4', { frameCount: 1100, widthPx: 384, heightPx: 384 }],
  ])('%s has its frames, alone and in order', async (name, expected) => {
    const video = await openVideo(join(folder, name), { widthPx: 96 });
    try {
      expect(video.information).toMatchObject({ ...expected, isTruncated: false });
      const middle = Math.floor(video.frameCount / 2);
      for await (const frame of video.frames(middle, middle + 5)) {
        expect(Buffer.compare((await video.frame(frame.index)).rgb, frame.rgb)).toBe(0);
      }
      expect((await video.frame(video.frameCount - 1)).corrupt).toBe(false);
      expect(video.corruptFrameCount).toBe(0);
    } finally {
      await video.close();
    }
  });
});
