import type { Initializer } from '../graph/initializer.js';
import { type Declarations, Scope } from '../graph/scope.js';
import { sameShape, shapeText, type Value } from '../graph/value.js';

/** A scope whose parameters and buffers are given values, so that a layer can be checked like an operation of all its inputs. */
export class FedScope extends Scope {
  readonly #values: ReadonlyMap<string, Value>;

  /** Starts a scope in which every declared name must be in `values`. */
  constructor(values: ReadonlyMap<string, Value>, training = true, prefix = '', declared?: Declarations) {
    super(training, prefix, declared);
    this.#values = values;
  }

  override child(name: string): Scope {
    return new FedScope(this.#values, this.training, this.fullName(name), this.declared);
  }

  override parameter(name: string, shape: readonly number[], _initializer: Initializer): Value {
    const full = this.fullName(name);
    const value = this.#values.get(full);
    if (!value || !sameShape(value.shape, shape)) {
      const found = value ? `one of shape ${shapeText(value.shape)}` : `only ${[...this.#values.keys()].join(', ')}`;
      throw new TypeError(`fed scope: the layer asks for ${full} ${shapeText(shape)}, the case gives ${found}`);
    }
    return value;
  }

  override buffer(name: string, shape: readonly number[], initializer: Initializer): Value {
    return this.parameter(name, shape, initializer);
  }
}
