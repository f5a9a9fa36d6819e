/** What a pickle may name; everything else is refused. This is the allow-list: a reader writes its own. */
export interface PickleVocabulary {
  /** Returns what stands for a global such as `collections.OrderedDict`, or undefined to refuse it. */
  resolve(name: string): unknown;
  /** Returns what stands for a persistent id (in PyTorch's files: a storage). Throws {@link PickleRefusal} on others. */
  persistent?(id: unknown): unknown;
}

/** A function or class of the vocabulary: our own code, run in place of what the pickle names. */
export class PickleCallable {
  constructor(
    readonly name: string,
    readonly call: (args: readonly unknown[]) => unknown,
  ) {}
}

/** Something that a callable of a vocabulary made and that the pickle may give a state. */
export abstract class PickleObject {
  /** Takes the state; throws {@link PickleRefusal} on one that it does not accept. */
  abstract build(state: unknown): void;
  /** Values inside, list: depth and size of the whole are bounded through it. */
  abstract contents(): readonly unknown[];
}

/** Thrown by a vocabulary on arguments that it does not accept; becomes a FormatError with the place in the file. */
export class PickleRefusal extends Error {
  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(`expected ${expected}, found ${found}`);
  }
}
