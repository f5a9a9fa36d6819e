import type { BoutView, StreamKey } from 'zoopraxis';

/** A bout worth a look. */
export interface Example {
  readonly stream: StreamKey;
  readonly bout: BoutView;
  /** Why it was chosen: `surest, 0.98`. */
  readonly why: string;
}

/** Examples of one behavior. */
export interface ExampleGroup {
  readonly behavior: string;
  readonly boutCount: number;
  readonly examples: readonly Example[];
}

/**
 * Returns for each behavior, sorted by name, the surest and the least sure bouts (`each` of both); where no probabilities are
 * known the longest and the shortest.
 */
export function exampleBouts(
  streams: readonly (StreamKey & { readonly bouts: readonly BoutView[] })[],
  each = 3,
): ExampleGroup[] {
  const byBehavior = new Map<string, Omit<Example, 'why'>[]>();
  for (const { bouts, ...stream } of streams) {
    for (const bout of bouts) {
      const list = byBehavior.get(bout.behavior) ?? [];
      list.push({ stream, bout });
      byBehavior.set(bout.behavior, list);
    }
  }
  return [...byBehavior]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([behavior, list]) => {
      const isSure = list.every(({ bout }) => bout.probability !== undefined);
      const sureness = ({ bout }: Omit<Example, 'why'>) => bout.probability ?? bout.endSec - bout.startSec;
      const ordered = [...list].sort((a, b) => sureness(b) - sureness(a) || a.bout.startSec - b.bout.startSec);
      const words = (word: string, one: Omit<Example, 'why'>) =>
        isSure ? `${word} sure, ${(one.bout.probability as number).toFixed(2)}` : word === 'most' ? 'long' : 'short';
      const most = ordered.slice(0, each).map((one) => ({ ...one, why: words('most', one) }));
      const least = ordered
        .slice(Math.max(each, ordered.length - each))
        .map((one) => ({ ...one, why: words('least', one) }));
      return { behavior, boutCount: list.length, examples: [...most, ...least] };
    });
}
