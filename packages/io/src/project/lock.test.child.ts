// Takes the lock of a folder, says how that went in one line, and holds it until killed or told to end.
import { takeLock } from './lock.node.js';

const [folder = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
try {
  const lock = await takeLock(folder);
  say('won');
  process.stdin.once('data', async () => {
    await lock.release();
    process.exit(0);
  });
} catch (error) {
  say(`lost: ${error instanceof Error ? error.message : error}`);
}
