import {
  type BuiltNetwork,
  backbones,
  buildNetwork,
  mean,
  mul,
  sub,
  transposedConvolution,
  type Value,
} from '@zoopraxis/nn';

/** Backbones that the bench times, each with one transposed convolution to 16 score maps, as a pose network has. */
export type BenchNetwork = 'resnet50' | 'mobilenet_v2';

/** Batch, height and width of the image. */
export type BenchSize = readonly [number, number, number];

/** Returns a pose network over an image input, with a mean squared error loss where it is built for training. */
export function benchNetwork(name: BenchNetwork, [batch, height, width]: BenchSize, training: boolean): BuiltNetwork {
  return buildNetwork(
    (scope): Record<string, Value> => {
      const image = scope.input('image', [batch, 3, height, width]);
      const { stages } = backbones[name](scope.child('backbone'), image, { classes: 0 });
      const deepest = stages.at(-1);
      if (deepest === undefined) throw new TypeError(`${name}: gives no stage`);
      const head = { stride: 2, padding: 1, outputPadding: 1 };
      const scores = transposedConvolution(scope.child('head'), deepest.value, 16, 3, head);
      if (!training) return { scores };
      const error = sub(scores, scope.input('target', scores.shape));
      return { loss: mean(mul(error, error)) };
    },
    { training },
  );
}
