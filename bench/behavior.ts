import { describeMachine } from '@zoopraxis/nn/node';
import { benchBehaviorFeatures } from './behavior-features.js';
import { benchBehaviorRecording } from './behavior-recording.js';
import { benchBehaviorTrees } from './behavior-trees.js';
import { writeBetweenMarks } from './results.js';

/** Parts of the suite by name, in the order of the page; each gives its table. */
const parts: Readonly<Record<string, () => Promise<string>>> = {
  features: benchBehaviorFeatures,
  trees: benchBehaviorTrees,
  recording: benchBehaviorRecording,
};

/**
 * Times features and classifiers: all parts, or those named. `--write` puts the tables of all parts into
 * docs/results/behavior-speed.md.
 */
export async function benchBehavior(args: readonly string[]): Promise<void> {
  const named = args.filter((name) => !name.startsWith('--'));
  const strange = named.find((name) => parts[name] === undefined);
  if (strange !== undefined) {
    throw new RangeError(`bench behavior: parts are ${Object.keys(parts).join(', ')}, got ${strange}`);
  }
  const machine = describeMachine();
  const tables: string[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (named.length === 0 || named.includes(name)) tables.push(await run());
  }
  const text = `- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.platform}; Node ${machine.node}

${tables.join('\n')}`;
  process.stdout.write(text);
  if (args.includes('--write') && named.length === 0) await writeBetweenMarks('docs/results/behavior-speed.md', text);
}
