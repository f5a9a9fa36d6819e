import type { Behavior } from '@zoopraxis/core';

/** Which behaviors of a channel may go on at the same time: as the ethogram says, none, or any. */
export type OverlapRule = 'ethogram' | 'one' | 'many';

/** What the keys and edits need to know of an ethogram. */
export interface Exclusions {
  /** Tells whether two states cannot go on at the same time in one channel; a state never excludes itself. */
  excludes(first: string, second: string): boolean;
  /** Tells whether a behavior is an instant; what the ethogram does not know lasts. */
  isPoint(behavior: string): boolean;
  /** Says the rule in a sentence. */
  readonly sentence: string;
}

/**
 * Returns what excludes what. Where the ethogram states no exclusion at all, one state goes on at a time, as in BENTO's
 * channels; as soon as it states one, those that it states count (also for what is part of them) and all others may overlap.
 */
export function createExclusions(behaviors: readonly Behavior[], rule: OverlapRule): Exclusions {
  const byName = new Map(behaviors.map((behavior) => [behavior.name, behavior]));
  const isPoint = (name: string) => byName.get(name)?.kind === 'point';
  const lineageOf = (name: string): string[] => {
    const line: string[] = [];
    for (let at: string | undefined = name; at !== undefined && !line.includes(at); at = byName.get(at)?.partOf) {
      line.push(at);
    }
    return line;
  };
  const stated = behaviors.some(({ exclusiveWith }) => exclusiveWith.length > 0);
  const isAsStated = rule === 'ethogram' && stated;
  const byPair = new Map<string, boolean>();
  const areStated = (first: string, second: string) => {
    const [line, other] = [lineageOf(first), lineageOf(second)];
    return line.some((a) =>
      other.some(
        (b) => byName.get(a)?.exclusiveWith.includes(b) === true || byName.get(b)?.exclusiveWith.includes(a) === true,
      ),
    );
  };
  return {
    isPoint,
    excludes(first, second) {
      if (first === second || rule === 'many' || isPoint(first) || isPoint(second)) return false;
      if (!isAsStated) return true;
      const pair = JSON.stringify([first, second]);
      let answer = byPair.get(pair);
      if (answer === undefined) {
        answer = areStated(first, second);
        byPair.set(pair, answer);
      }
      return answer;
    },
    sentence:
      rule === 'many'
        ? 'Behaviors may overlap: a letter leaves the others going on.'
        : isAsStated
          ? 'As the ethogram says: a letter closes the behaviors that it excludes, others go on.'
          : 'One behavior at a time: a letter closes the one before it.',
  };
}
