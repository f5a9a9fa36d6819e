// Runs the built tests on each supported line of Node that the npm registry offers for this machine
// (packages `node-<system>-<processor>`), kept in .cache/nodes. Arguments go to Vitest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const lines = ['20.19.0', '22', '24'];
const isWindows = process.platform === 'win32';
const system = isWindows ? 'win' : process.platform;
const cache = join(process.cwd(), '.cache', 'nodes');
mkdirSync(cache, { recursive: true });

/** Returns the path of a Node of a line, fetched where it is not kept, or why it cannot be had. */
function fetchNode(line: string): { node: string } | { reason: string } {
  const name = `node-${system}-${process.arch}`;
  const packed = spawnSync(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', cache, `${name}@${line}`],
    {
      encoding: 'utf8',
      shell: isWindows,
    },
  );
  const archive = packed.stdout?.trim().split('\n').at(-1) ?? '';
  if (packed.status !== 0 || archive === '' || !existsSync(join(cache, archive))) {
    // Without a network, what an earlier run unpacked still serves.
    const kept = readdirSync(cache).find((folder) => folder.startsWith(`${name}-${line}`) && !folder.endsWith('.tgz'));
    if (kept === undefined) return { reason: `npm cannot fetch ${name}@${line}` };
    return { node: join(cache, kept, 'package', 'bin', isWindows ? 'node.exe' : 'node') };
  }
  const folder = join(cache, archive.replace(/\.tgz$/, ''));
  const node = join(folder, 'package', 'bin', isWindows ? 'node.exe' : 'node');
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    const unpacked = spawnSync('tar', ['-xzf', join(cache, archive), '-C', folder], { encoding: 'utf8' });
    if (unpacked.status !== 0 || !existsSync(node))
      return { reason: `tar cannot unpack ${archive}: ${unpacked.stderr}` };
  }
  return { node };
}

const outcomes: string[] = [];
let failed = 0;
let tested = 0;
for (const line of lines) {
  const fetched = fetchNode(line);
  if ('reason' in fetched) {
    outcomes.push(`Node ${line}: skipped, ${fetched.reason}`);
    continue;
  }
  const version = spawnSync(fetched.node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  console.log(`\nNode ${version}`);
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const run = spawnSync(fetched.node, [vitest, 'run', ...process.argv.slice(2)], { stdio: 'inherit' });
  tested++;
  if (run.status !== 0) failed++;
  outcomes.push(`Node ${version}: ${run.status === 0 ? 'passed' : 'failed'}`);
}
console.log(`\n${outcomes.join('\n')}`);
if (failed > 0 || tested === 0) process.exitCode = 1;
