import { benchBehavior } from './behavior.js';
import { benchMeasures } from './measures.js';
import { benchMedia } from './media.js';
import { benchNn } from './nn.js';
import { benchPose } from './pose.js';
import { benchStudio } from './studio.js';

/** Every suite by name. */
const suites: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  behavior: benchBehavior,
  measures: benchMeasures,
  media: benchMedia,
  nn: benchNn,
  pose: benchPose,
  studio: benchStudio,
};

const [name, ...args] = process.argv.slice(2);
const chosen = name === undefined ? Object.keys(suites) : [name];
for (const suite of chosen) {
  const run = suites[suite];
  if (run === undefined) {
    process.stderr.write(`bench: no suite ${suite}; there are: ${Object.keys(suites).join(', ')}\n`);
    process.exitCode = 2;
    break;
  }
  await run(args);
}
