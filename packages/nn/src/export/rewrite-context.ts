import type { Call, Value } from '../graph/value.js';

/** What a rule sees of the graph that is rewritten. */
export interface RewriteContext {
  /** Returns the new value that stands for an old one. */
  now(value: Value): Value;
  /** Returns whether a value depends on constants, parameters and buffers alone. */
  isConstant(value: Value): boolean;
  /** Returns the call that gives a value, if nothing else uses that value. */
  soleCall(value: Value): Call | undefined;
}
