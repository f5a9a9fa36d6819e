// Trains a small network to tell circles, squares and triangles apart, and saves it as an ONNX file.
import { type Random, Random as Rng } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import * as nn from '@zoopraxis/nn';
import { chooseForms, directBackend, openTrainer } from '@zoopraxis/nn/node';
import ort from 'onnxruntime-node';

const [SIZE, BATCH, STEPS, KINDS] = [32, 32, 240, ['circle', 'square', 'triangle']];

/** One synthetic picture [1, SIZE, SIZE]: a filled shape of some place, size and brightness on a noisy ground. */
function draw(kind: number, rng: Random): Float32Array {
  const radius = rng.between(6, 11);
  const [x0, y0, ink] = [rng.between(12, 20), rng.between(12, 20), rng.between(0.4, 1)];
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [(i % SIZE) - x0, Math.floor(i / SIZE) - y0];
    const square = Math.max(Math.abs(x), Math.abs(y)) < radius * 0.8;
    const triangle = y < radius * 0.7 && y > Math.abs(x) * 1.7 - radius;
    const inside = [Math.hypot(x, y) < radius, square, triangle][kind];
    return (inside ? ink : 0) + 0.15 * rng.normal();
  });
}

/** The network: three convolutions with batch norm, a mean over the picture, one linear layer. */
function classifier(scope: nn.Scope, picture: nn.Value): nn.Value {
  let x = picture;
  for (const [index, channels] of [16, 32, 32].entries()) {
    const layer = scope.child(`layer${index}`);
    x = nn.convolution(layer, x, channels, 3, { padding: 1, bias: false });
    x = nn.batchNormalization(layer.child('norm'), x, { activation: 'relu' });
    x = nn.maxPool2d(x, { kernel: 2 });
  }
  const features = nn.reshape(nn.globalAveragePool2d(x), [x.shape[0] ?? 1, -1]);
  return nn.linear(scope.child('head'), features, KINDS.length);
}

const training = nn.buildNetwork(
  (scope) => {
    const logits = classifier(scope, scope.input('picture', [BATCH, 1, SIZE, SIZE]));
    return { loss: nn.crossEntropy(logits, scope.input('kind', [BATCH], 'int64')) };
  },
  { training: true },
);
const outputs = nn.trainingGraph(training).outputs.values();
const program = nn.compileTraining(training, { target: 'cpu', forms: await chooseForms(outputs) });
const optimizer = { kind: 'adamw', learningRate: 3e-3 } as const;
const trainer = await openTrainer({ program, optimizer, weights: nn.initialWeights(training, 1), seed: 1 });
const sample = (index: number, rng: Random): nn.TensorMap => ({
  picture: { dtype: 'float32', shape: [1, SIZE, SIZE], data: draw(index % 3, rng) },
  kind: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(index % 3)) },
});
const batches = nn.datasetBatches({ length: 3000, sample }, { batchSize: BATCH, seed: 1 });
const schedule = nn.warmUp({ steps: 20, after: nn.cosine({ steps: STEPS - 20 }) });
const onProgress = ({ step, loss, stepsPerSec }: nn.TrainProgress): void => {
  if (step % 40 === 0) console.log(`step ${step}/${STEPS}  loss ${loss.toFixed(3)}  ${stepsPerSec.toFixed(0)} steps/s`);
};
const { weights } = await nn.train({ trainer, batches, steps: STEPS, schedule, onProgress });
await trainer.close();

const build = (count: number) =>
  nn.buildNetwork((scope) => ({ logits: classifier(scope, scope.input('picture', [count, 1, SIZE, SIZE])) }));
const file = await nn.exportModel(build, weights, { backend: directBackend('cpu') });
await new FolderStore('shapes-example').write('shapes.onnx', file);

// Anyone can run the file: here plain onnxruntime-node, on pictures that were never trained on.
const session = await ort.InferenceSession.create('shapes-example/shapes.onnx');
const test = Array.from({ length: 300 }, (_, i) => draw(i % 3, new Rng(1000 + i)));
const pictures = new ort.Tensor(
  'float32',
  test.flatMap((picture) => [...picture]),
  [300, 1, SIZE, SIZE],
);
const { logits } = await session.run({ picture: pictures });
const scores = logits?.data as Float32Array;
const right = test.filter((_, i) => {
  const row = [...scores.subarray(i * 3, i * 3 + 3)];
  return row.indexOf(Math.max(...row)) === i % 3;
}).length;
console.log(`right on ${((100 * right) / 300).toFixed(1)} % of 300 new pictures; saved shapes-example/shapes.onnx`);
