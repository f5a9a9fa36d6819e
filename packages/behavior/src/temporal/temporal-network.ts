import {
  add,
  type BuiltNetwork,
  binaryCrossEntropy,
  buildNetwork,
  channelDropout,
  constant,
  convolution,
  crossEntropy,
  div,
  maximum,
  mul,
  relu,
  type Scope,
  sigmoid,
  softmax,
  sum,
  transpose,
  type Value,
} from '@zoopraxis/nn';

/** The shape of a temporal network; plain data. */
export interface TemporalArchitecture {
  /** Channels of every layer within. */
  readonly channels: number;
  /** Residual layers; the dilation doubles from one to the next. */
  readonly layers: number;
  /** Taps of a dilated convolution, odd. */
  readonly kernel: number;
  /** Whether a frame sees only itself and what was before; else it sees as far ahead as back. */
  readonly causal: boolean;
}

/** What a network gives: classes that exclude each other, or each behavior for itself. */
export type TemporalOutput = 'softmax' | 'sigmoid';

/** Returns the frames before and after a frame that its prediction depends on. */
export function contextOf({ layers, kernel, causal }: TemporalArchitecture): { before: number; after: number } {
  const reach = (kernel - 1) * (2 ** layers - 1);
  return causal ? { before: reach, after: 0 } : { before: reach / 2, after: reach / 2 };
}

/** Throws RangeError naming what in an architecture cannot be. */
export function checkArchitecture({ channels, layers, kernel }: TemporalArchitecture): void {
  const check = (option: string, value: number, low: number, high: number, extra = true) => {
    if (!(Number.isInteger(value) && value >= low && value <= high && extra)) {
      throw new RangeError(
        `${option}: must be ${option === 'kernel' ? 'an odd number' : 'an integer'} in ${low}..${high}, got ${value}`,
      );
    }
  };
  check('channels', channels, 1, 1024);
  check('layers', layers, 1, 12);
  check('kernel', kernel, 3, 15, kernel % 2 === 1);
}

/** Rates of dropout in training. */
export interface TemporalDropout {
  /** Of input channels. */
  readonly input: number;
  /** Of the channels of each layer. */
  readonly hidden: number;
}

/**
 * Returns the logits `[batch, class, 1, frame]` of inputs `[batch, channel, 1, frame]`: dilated residual convolutions (Lea et
 * al. 2017, Farha and Gall 2019). After each layer what lies outside the recording is put back to 0 by `mask`
 * `[batch, 1, 1, frame]`, so that a recording's edge looks the same wherever a chunk is cut.
 */
function temporalLogits(
  scope: Scope,
  inputs: { readonly x: Value; readonly mask: Value },
  { channels, layers, kernel, causal }: TemporalArchitecture,
  { classCount, dropout }: { readonly classCount: number; readonly dropout: TemporalDropout },
): Value {
  const { x, mask } = inputs;
  const seen = channelDropout(scope.child('input'), x, dropout.input);
  let h = mul(relu(convolution(scope.child('first'), seen, channels, 1)), mask);
  for (let index = 0; index < layers; index++) {
    const layer = scope.child(`layer${index}`);
    const dilation = 2 ** index;
    const reach = dilation * (kernel - 1);
    const padding = causal ? ([0, reach, 0, 0] as const) : ([0, reach / 2, 0, reach / 2] as const);
    const wide = relu(
      convolution(layer.child('dilated'), h, channels, [1, kernel], { dilation: [1, dilation], padding }),
    );
    const mixed = convolution(layer.child('mix'), channelDropout(layer, wide, dropout.hidden), channels, 1);
    h = mul(add(h, mixed), mask);
  }
  return convolution(scope.child('head'), h, classCount, 1);
}

/** What a network is built for. */
export interface TemporalNetworkPlan {
  readonly architecture: TemporalArchitecture;
  readonly output: TemporalOutput;
  /** Input channels. */
  readonly inputCount: number;
  readonly classCount: number;
}

/**
 * Returns the network that predicts: inputs `x` `[1, channel, 1, frame]` and `mask` `[1, 1, 1, frame]` (1 = a frame of the
 * recording), output `probability` `[1, frame, class]`.
 */
export function inferenceNetwork(plan: TemporalNetworkPlan, frameCount: number): BuiltNetwork {
  const { architecture, output, inputCount, classCount } = plan;
  return buildNetwork((scope) => {
    const x = scope.input('x', [1, inputCount, 1, frameCount]);
    const mask = scope.input('mask', [1, 1, 1, frameCount]);
    const none = { input: 0, hidden: 0 };
    const logits = temporalLogits(scope, { x, mask }, architecture, { classCount, dropout: none });
    const byFrame = transpose(sum(logits, { axes: [2] }), [0, 2, 1]);
    return { probability: output === 'softmax' ? softmax(byFrame) : sigmoid(byFrame) };
  });
}

/** What a training network is built for, beside its plan. */
export interface TrainingNetworkOptions {
  readonly batchSize: number;
  readonly frameCount: number;
  readonly dropout: TemporalDropout;
  /** Factor of each class in the loss, shape `[class]`; for `sigmoid` that of its positive frames. */
  readonly classWeights: readonly number[];
}

/**
 * Returns the network that trains. Inputs: `x` `[batch, channel, 1, frame]`, `mask` `[batch, 1, 1, frame]`, and for softmax
 * `label` int32 `[batch, 1, frame]` (-1 = not scored), for sigmoid `target` and `weight` `[batch, class, 1, frame]`.
 */
export function trainingNetwork(plan: TemporalNetworkPlan, options: TrainingNetworkOptions): BuiltNetwork {
  const { architecture, output, inputCount, classCount } = plan;
  const { batchSize, frameCount, dropout, classWeights } = options;
  return buildNetwork(
    (scope) => {
      const x = scope.input('x', [batchSize, inputCount, 1, frameCount]);
      const mask = scope.input('mask', [batchSize, 1, 1, frameCount]);
      const logits = temporalLogits(scope, { x, mask }, architecture, { classCount, dropout });
      if (output === 'softmax') {
        const label = scope.input('label', [batchSize, 1, frameCount], 'int32');
        return { loss: crossEntropy(logits, label, { classWeight: constant([...classWeights], [classCount]) }) };
      }
      const shape = [batchSize, classCount, 1, frameCount];
      const target = scope.input('target', shape);
      const weight = scope.input('weight', shape);
      const positiveWeight = constant([...classWeights], [1, classCount, 1, 1]);
      const elements = binaryCrossEntropy(logits, target, { weight, positiveWeight, reduction: 'none' });
      return { loss: div(sum(elements), maximum(sum(weight), constant(1))) };
    },
    { training: true },
  );
}
