import type { Kernel } from './encode.js';
import { f32, f64, get, i32, leaveIf, loop, set, tee } from './instructions.js';

/** Rows that are walked side by side: their reads overlap. */
export const CHAINS = 4;
/** Bytes of a node: offset of its column in the block, threshold, left child (bit 0: missing goes right), value of a leaf. */
export const NODE_BYTES = 16;

/**
 * Adds what one tree says of rows to their sums. Every row takes as many steps as the tree is deep, a leaf leads to itself,
 * so that no branch has to be guessed. The right child lies behind the left one.
 */
const addTree: Kernel = {
  name: 'addTree',
  parameters: { root: 'i32', depth: 'i32', values: 'i32', sums: 'i32', end: 'i32' },
  locals: {
    step: 'i32',
    left: 'i32',
    value: 'f32',
    ...Object.fromEntries(Array.from({ length: CHAINS }, (_, chain) => [`node${chain}`, 'i32'] as const)),
  },
  code: (at) => {
    const read = (name: string) => get(at(name));
    const chains = Array.from({ length: CHAINS }, (_, chain) => chain);
    const advance = (chain: number) => {
      const node = read(`node${chain}`);
      const value = f32.load(i32.add(read('values'), i32.load(node)), 4 * chain);
      const goesRight = i32.or(
        f32.atLeast(tee(at('value'), value), f32.load(node, 4)),
        i32.and(f32.differ(read('value'), read('value')), tee(at('left'), i32.load(node, 8))),
      );
      return set(
        at(`node${chain}`),
        i32.add(i32.shiftLeft(goesRight, i32.constant(4)), i32.and(read('left'), i32.constant(-16))),
      );
    };
    return loop(
      ...chains.map((chain) => set(at(`node${chain}`), read('root'))),
      set(at('step'), read('depth')),
      loop(...chains.map(advance), leaveIf(0, tee(at('step'), i32.subtract(read('step'), i32.constant(1))))),
      ...chains.map((chain) =>
        f64.store(
          read('sums'),
          f64.add(f64.load(read('sums'), 8 * chain), f64.fromFloat(f32.load(read(`node${chain}`), 12))),
          8 * chain,
        ),
      ),
      set(at('values'), i32.add(read('values'), i32.constant(4 * CHAINS))),
      leaveIf(0, i32.below(tee(at('sums'), i32.add(read('sums'), i32.constant(8 * CHAINS))), read('end'))),
    );
  },
};
/** The kernels of prediction. */
export const predictKernels: readonly Kernel[] = [addTree];

/** The kernels as functions; addresses are bytes into the memory. The depth is at least 1. */
export interface PredictKernels {
  addTree(root: number, depth: number, values: number, sums: number, end: number): void;
}
