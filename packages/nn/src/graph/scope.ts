import type { Initializer } from './initializer.js';
import { type DataType, input, leaf, type RandomFill, type Value } from './value.js';

/** What a network declared while it was built, by full name, in order of declaration. */
export interface Declarations {
  readonly inputs: Map<string, Value>;
  /** Values that training changes. */
  readonly parameters: Map<string, Value>;
  /** Values that are saved with the weights but are not trained, such as running statistics. */
  readonly buffers: Map<string, Value>;
  /** Values drawn anew for every step. */
  readonly randoms: Map<string, Value>;
  /** New values of buffers after a training step. */
  readonly updates: Map<string, Value>;
}

function declare(table: Map<string, Value>, kind: string, name: string, value: Value): Value {
  if (table.has(name)) throw new TypeError(`${kind} ${name}: the name is taken`);
  table.set(name, value);
  return value;
}

/**
 * The place where a network declares what it needs. A network is a function of a scope and of input values;
 * names are joined with dots, so `scope.child('layer1').parameter('weight', ...)` is `layer1.weight`.
 */
export class Scope {
  readonly declared: Declarations;
  readonly #prefix: string;

  /** Starts a scope; `training` is what dropout and batch norm go by. */
  constructor(
    readonly training: boolean,
    prefix = '',
    declared?: Declarations,
  ) {
    this.#prefix = prefix;
    this.declared = declared ?? {
      inputs: new Map(),
      parameters: new Map(),
      buffers: new Map(),
      randoms: new Map(),
      updates: new Map(),
    };
  }

  /** Returns a scope whose names begin with this one's and `name`; with `training: false` its norms and dropout are at rest. */
  child(name: string, options: { training?: boolean } = {}): Scope {
    return new Scope(this.training && (options.training ?? true), this.fullName(name), this.declared);
  }

  /** Returns a name with this scope's prefix. */
  fullName(name: string): string {
    return this.#prefix === '' ? name : `${this.#prefix}.${name}`;
  }

  /** Declares what is fed at every run; its name gets no prefix. */
  input(name: string, shape: readonly number[], dtype: DataType = 'float32'): Value {
    return declare(this.declared.inputs, 'input', name, input(name, shape, dtype));
  }

  /** Declares values that training changes, with a shape (list of axis sizes). */
  parameter(name: string, shape: readonly number[], initializer: Initializer): Value {
    const full = this.fullName(name);
    return declare(
      this.declared.parameters,
      'parameter',
      full,
      leaf({ kind: 'parameter', name: full, initializer }, shape),
    );
  }

  /** Declares values that are saved but not trained, with a shape (list of axis sizes). */
  buffer(name: string, shape: readonly number[], initializer: Initializer): Value {
    const full = this.fullName(name);
    return declare(this.declared.buffers, 'buffer', full, leaf({ kind: 'buffer', name: full, initializer }, shape));
  }

  /** Declares values drawn from the step's seeded generator, with a shape (list of axis sizes). */
  random(name: string, shape: readonly number[], fill: RandomFill): Value {
    const full = this.fullName(name);
    return declare(this.declared.randoms, 'random', full, leaf({ kind: 'random', name: full, fill }, shape));
  }

  /** Sets what a buffer of this scope becomes after a training step. */
  update(name: string, value: Value): void {
    declare(this.declared.updates, 'update', this.fullName(name), value);
  }
}
