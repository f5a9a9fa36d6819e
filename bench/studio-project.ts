// Makes a project of a million frames to try the studio on: node build/bench/studio-project.js <folder> [frames] [--no-video]
import { makeLongProject } from '../test/browser/long-project.test.kit.js';

const [folder, frames] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (folder === undefined) throw new RangeError('studio-project: the folder must be given');
await makeLongProject(folder, {
  ...(frames === undefined ? {} : { frameCount: Number(frames) }),
  hasVideo: !process.argv.includes('--no-video'),
  onProgress: (what, share) => process.stderr.write(`\r${what} ${(100 * share).toFixed(0)} %   `),
});
process.stderr.write('\n');
