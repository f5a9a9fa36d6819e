/** A behavior that observers score. */
export interface Behavior {
  readonly name: string;
  /** `state`: lasts, scored as bouts; `point`: an instant. */
  readonly kind: 'state' | 'point';
  /** Key on the keyboard that scores it; upper and lower case are different keys. */
  readonly key?: string;
  /** `#rrggbb`. */
  readonly color?: string;
  /** Behaviors of the same animal that cannot happen at the same time; holds both ways. */
  readonly exclusiveWith: readonly string[];
  /** Coarser behavior that this one is a kind of (sniff face -> investigation). */
  readonly partOf?: string;
}

/** What is needed to make a behavior. */
export type BehaviorOptions = Pick<Behavior, 'name'> & Partial<Behavior>;

/** The catalogue of behaviors; what was observed is in `Annotations`. */
export interface Ethogram {
  readonly behaviors: readonly Behavior[];
}

/**
 * Returns a catalogue after checking it; behaviors are states unless told otherwise, and an exclusion that one of two
 * behaviors states holds for both.
 * @throws RangeError for a name or key twice, an unknown name, a color that is not `#rrggbb`, a circle of `partOf`, or a
 * behavior that excludes itself or what it is part of.
 */
export function createEthogram(behaviors: readonly BehaviorOptions[]): Ethogram {
  const byName = new Map<string, BehaviorOptions>();
  const byKey = new Map<string, string>();
  for (const behavior of behaviors) {
    const { name, key, color } = behavior;
    if (name.trim() === '') throw new RangeError('ethogram: names must not be empty');
    if (byName.has(name)) throw new RangeError(`ethogram: ${name} is listed twice`);
    byName.set(name, behavior);
    if (color !== undefined && !/^#[0-9a-f]{6}$/i.test(color)) {
      throw new RangeError(`ethogram: color of ${name} must be #rrggbb, got ${color}`);
    }
    if (key === undefined) continue;
    const other = byKey.get(key);
    if (other !== undefined) throw new RangeError(`ethogram: key ${key} is that of ${other} and of ${name}`);
    byKey.set(key, name);
  }
  const check = (name: string, what: string) => {
    if (!byName.has(name)) throw new RangeError(`ethogram: ${what} must name a behavior, got ${name}`);
  };
  const exclusions = new Map(behaviors.map(({ name }) => [name, new Set<string>()]));
  for (const { name, exclusiveWith = [], partOf } of behaviors) {
    for (const other of exclusiveWith) {
      check(other, `exclusiveWith of ${name}`);
      if (other === name) throw new RangeError(`ethogram: ${name} excludes itself`);
      exclusions.get(name)?.add(other);
      exclusions.get(other)?.add(name);
    }
    if (partOf !== undefined) check(partOf, `partOf of ${name}`);
  }
  const ethogram = {
    behaviors: behaviors.map(
      ({ name, kind = 'state', key, color, partOf }): Behavior => ({
        name,
        kind,
        ...(key === undefined ? {} : { key }),
        ...(color === undefined ? {} : { color }),
        exclusiveWith: [...(exclusions.get(name) ?? [])].sort(),
        ...(partOf === undefined ? {} : { partOf }),
      }),
    ),
  };
  for (const { name, exclusiveWith } of ethogram.behaviors) {
    for (const coarser of lineage(ethogram, name).slice(1)) {
      if (exclusiveWith.includes(coarser))
        throw new RangeError(`ethogram: ${name} is part of ${coarser} and excludes it`);
    }
  }
  return ethogram;
}

/**
 * Returns a behavior and the coarser ones it is part of, finest first.
 * @throws RangeError for an unknown name or a circle of `partOf`.
 */
export function lineage(ethogram: Ethogram, name: string): string[] {
  const line: string[] = [];
  for (let at: string | undefined = name; at !== undefined; ) {
    if (line.includes(at)) throw new RangeError(`ethogram: ${[...line, at].join(' is part of ')}`);
    const behavior: Behavior | undefined = ethogram.behaviors.find((candidate) => candidate.name === at);
    if (behavior === undefined) throw new RangeError(`ethogram: has no behavior ${at}`);
    line.push(at);
    at = behavior.partOf;
  }
  return line;
}
