import { fileURLToPath } from 'node:url';
import { jsonLines } from './child.js';

/** Runs of each work that are timed. */
export const RUNS = 3;

/** What a work took, and what another program took for the same. */
export interface MeasureTimes {
  /** Seconds of each run of ours, list. */
  readonly ours: readonly number[];
  /** The other program, and the seconds of each of its runs, list; absent where it is not installed. */
  readonly peer?: { readonly name: string; readonly seconds: readonly number[] };
}

/** Returns the seconds of each run of a work, list; one run before them warms up. */
export async function timeRuns(work: () => unknown, runs = RUNS): Promise<number[]> {
  await work();
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const begin = performance.now();
    await work();
    seconds.push((performance.now() - begin) / 1000);
  }
  return seconds;
}

/** What a script of `bench/peers` prints: seconds of each run, list, the version of its library, and what it found. */
export type PeerRun<Found> = Found & { readonly seconds: readonly number[]; readonly version: string };

/** Returns what a script of `bench/peers` measured, or undefined where its library is absent. */
export async function runPeer<Found = object>(
  library: string,
  script: string,
  args: readonly (string | number)[],
): Promise<PeerRun<Found> | undefined> {
  const python = process.env.PEER_PYTHON ?? 'python3';
  try {
    await jsonLines(
      python,
      ['-W', 'ignore', '-c', `import importlib.util as u; raise SystemExit(u.find_spec('${library}') is None)`],
      60,
    );
  } catch {
    process.stderr.write(`bench measures: ${library} is absent (set PEER_PYTHON to a Python that has it)\n`);
    return undefined;
  }
  const path = fileURLToPath(new URL(`../../bench/peers/${script}`, import.meta.url));
  const [found] = await jsonLines<PeerRun<Found>>(
    python,
    ['-W', 'ignore', path, ...args.map(String), String(RUNS)],
    300,
  );
  if (found === undefined) throw new Error(`bench measures: ${script} printed nothing`);
  return found;
}

/** Throws where two programs do not agree to a relative 1e-9: times of different works say nothing. */
export function expectSame(what: string, ours: readonly number[], theirs: readonly number[]): void {
  const same =
    ours.length === theirs.length &&
    ours.every((value, i) => Math.abs(value - (theirs[i] as number)) <= 1e-9 * Math.max(1, Math.abs(value)));
  if (!same) throw new Error(`bench measures: ${what}: ours found ${ours.join(', ')}, the other ${theirs.join(', ')}`);
}
