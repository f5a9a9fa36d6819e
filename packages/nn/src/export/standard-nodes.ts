import { apply, type OperationDefinition } from '../graph/operation.js';
import type { Call, Value } from '../graph/value.js';
import { reshape } from '../ops/shape.js';
import type { RewriteContext } from './rewrite-context.js';

interface ResizeAttributes {
  readonly height: number;
  readonly width: number;
}

const wholeResize: OperationDefinition<ResizeAttributes> = {
  name: 'resizeNearest',
  doc: 'Rows and columns repeated.',
  infer: ([x], { height, width }) => [{ dtype: 'float32', shape: [...(x?.shape.slice(0, 2) ?? []), height, width] }],
  emit: (e, [x], { attributes: { height, width }, inputs: [type] }) => {
    const [, , rows = 1, columns = 1] = type?.shape ?? [];
    return e.node('Resize', [x as string, '', e.floats([1, 1, height / rows, width / columns])], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  },
};

/** Returns nearest resizing by whole factors as one Resize, which other runtimes know and int8 passes through; else undefined. */
export function standardResize(call: Call, context: RewriteContext): Value | undefined {
  const [x] = call.inputs as readonly [Value];
  const { height, width } = call.attributes as ResizeAttributes;
  const [, , rows = 1, columns = 1] = x.shape;
  if (height % rows !== 0 || width % columns !== 0) return undefined;
  return apply(wholeResize, [context.now(x)], { height, width });
}

const imageMean: OperationDefinition<null> = {
  name: 'imageMean',
  doc: 'Mean over rows and columns, which are kept with size 1.',
  infer: ([x]) => [{ dtype: 'float32', shape: [...(x?.shape.slice(0, 2) ?? []), 1, 1] }],
  emit: (e, [x]) => e.node('GlobalAveragePool', [x as string]),
};

/**
 * Returns a mean over rows and columns, which is a sum times a number, as one GlobalAveragePool; else undefined.
 * Between int8 layers a sum in float32 over ONNX Runtime's inner layout took half the time of EfficientNet-B0.
 */
export function standardMean(call: Call, context: RewriteContext): Value | undefined {
  const [total, share] = call.inputs as readonly [Value, Value];
  if (share.source.kind !== 'constant' || share.shape.length !== 0) return undefined;
  const step = context.soleCall(total);
  const sum = step?.operation.name === 'reshape' ? context.soleCall(step.inputs[0] as Value) : step;
  if (sum?.operation.name !== 'sum') return undefined;
  const { axes } = sum.attributes as { axes: readonly number[] };
  const [x] = sum.inputs as readonly [Value];
  const [, , rows = 1, columns = 1] = x.shape;
  const isMean =
    x.shape.length === 4 && axes.join() === '2,3' && share.source.data[0] === Math.fround(1 / (rows * columns));
  return isMean ? reshape(apply(imageMean, [context.now(x)], null), total.shape) : undefined;
}
