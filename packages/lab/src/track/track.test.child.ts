import { killOptions } from './track.test.kit.js';
import { trackVideos } from './track-videos.js';

const [videos, modelFolder, outFolder, follow] = process.argv.slice(2) as [string, string, string, string];
const { failures } = await trackVideos([videos], {
  modelFolder,
  outFolder,
  ...killOptions(follow),
  onProgress: ({ frame }) => process.stdout.write(`${frame}\n`),
});
if (failures.length > 0) throw failures[0]?.error;
process.stdout.write('done\n');
