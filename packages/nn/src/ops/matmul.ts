import { apply, defineOperation, type Emitter } from '../graph/operation.js';
import { shapeText, type TensorType, type Value } from '../graph/value.js';
import { broadcastShape, checkFloat } from './broadcast.js';
import { sumTo } from './reduce.js';

interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function swapLast(shape: readonly number[]): number[] {
  return [...shape.slice(0, -2), shape.at(-1) as number, shape.at(-2) as number];
}

/** Writes the product of the last two axes of `a` and `b`, either transposed; `ranks` (two) are their numbers of axes. */
export function emitProduct(
  e: Emitter,
  a: string,
  b: string,
  options: MatmulAttributes & { readonly ranks: readonly [number, number] },
): string {
  const { transposeA, transposeB, ranks } = options;
  if (!transposeA && !transposeB) return e.node('MatMul', [a, b]);
  if (e.target === 'cpu') {
    const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: 1 } };
    return e.node('FusedMatMul', [a, b], flags, 'com.microsoft');
  }
  const turn = (name: string, rank: number): string =>
    e.node('Transpose', [name], { perm: swapLast(Array.from({ length: rank }, (_, axis) => axis)) });
  return e.node('MatMul', [transposeA ? turn(a, ranks[0]) : a, transposeB ? turn(b, ranks[1]) : b]);
}

const matmulOperation = defineOperation<MatmulAttributes>({
  name: 'matmul',
  doc: 'Matrix product of the last two axes, either transposed on request; leading axes broadcast.',
  infer: (inputs, { transposeA, transposeB }) => {
    checkFloat('matmul', inputs);
    const [a, b] = inputs as readonly [TensorType, TensorType];
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw new RangeError(`matmul: inputs need two axes or more, got ${shapeText(a.shape)} and ${shapeText(b.shape)}`);
    }
    const left = transposeA ? swapLast(a.shape) : a.shape;
    const right = transposeB ? swapLast(b.shape) : b.shape;
    if (left.at(-1) !== right.at(-2)) {
      throw new RangeError(`matmul: inner sizes differ: ${shapeText(left)} times ${shapeText(right)}`);
    }
    const batch = broadcastShape('matmul', left.slice(0, -2), right.slice(0, -2));
    return [{ dtype: 'float32', shape: [...batch, left.at(-2) as number, right.at(-1) as number] }];
  },
  emit: (e, inputs, { attributes: { transposeA, transposeB }, inputs: types }) => {
    const [a, b] = inputs as readonly [string, string];
    const [left, right] = types as readonly [TensorType, TensorType];
    const ranks = [left.shape.length, right.shape.length] as const;
    return emitProduct(e, a, b, { transposeA, transposeB, ranks });
  },
  gradient: ({ attributes: { transposeA, transposeB }, inputs, gradients, needed }) => {
    const [a, b] = inputs as readonly [Value, Value];
    const g = gradients[0] as Value;
    const byA = (): Value =>
      transposeA
        ? matmul(b, g, { transposeA: transposeB, transposeB: true })
        : matmul(g, b, { transposeB: !transposeB });
    const byB = (): Value =>
      transposeB
        ? matmul(g, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, g, { transposeA: !transposeA });
    return [needed[0] ? sumTo(byA(), a.shape) : undefined, needed[1] ? sumTo(byB(), b.shape) : undefined];
  },
});

/** Returns the matrix product over the last two axes; leading axes are batches and broadcast. */
export function matmul(a: Value, b: Value, options: { transposeA?: boolean; transposeB?: boolean } = {}): Value {
  return apply(matmulOperation, [a, b], {
    transposeA: options.transposeA ?? false,
    transposeB: options.transposeB ?? false,
  });
}
