// Trains a small network to tell circles, squares and triangles apart, and saves it as an ONNX file.
import { Random } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import * as nn from '@zoopraxis/nn/node';
import ort from 'onnxruntime-node';

const [SIZE, BATCH, STEPS] = [32, 32, 240];

/** A synthetic picture [1, SIZE, SIZE]: a filled shape (0 circle, 1 square, 2 triangle) on a noisy ground. */
function draw(kind: number, rng: Random): Float32Array {
  const [radius, x0, y0, ink] = [rng.between(6, 11), rng.between(12, 20), rng.between(12, 20), rng.between(0.4, 1)];
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [(i % SIZE) - x0, Math.floor(i / SIZE) - y0];
    const square = Math.max(Math.abs(x), Math.abs(y)) < radius * 0.8;
    const triangle = y < radius * 0.7 && y > Math.abs(x) * 1.7 - radius;
    return ([Math.hypot(x, y) < radius, square, triangle][kind] ? ink : 0) + 0.15 * rng.normal();
  });
}

function classifier(scope: nn.Scope, picture: nn.Value): nn.Value {
  let x = picture;
  for (const [index, channels] of [16, 32, 32].entries()) {
    const layer = scope.child(`layer${index}`);
    x = nn.convolution(layer, x, channels, 3, { padding: 1, bias: false });
    x = nn.maxPool2d(nn.batchNormalization(layer.child('norm'), x, { activation: 'relu' }), { kernel: 2 });
  }
  return nn.linear(scope.child('head'), nn.mean(x, { axes: [2, 3] }), 3);
}

const picture = (scope: nn.Scope, count: number) => scope.input('picture', [count, 1, SIZE, SIZE]);
const lossOf = (scope: nn.Scope) => ({
  loss: nn.crossEntropy(classifier(scope, picture(scope, BATCH)), scope.input('kind', [BATCH], 'int64')),
});
const network = nn.buildNetwork(lossOf, { training: true });
const program = nn.compileTraining(network, { target: 'cpu' });
const optimizer = { kind: 'adamw', learningRate: 3e-3 } as const;
const trainer = await nn.openTrainer({ program, optimizer, weights: nn.initialWeights(network, 1), seed: 1 });
const sample = (index: number, rng: Random): nn.TensorMap => ({
  picture: { dtype: 'float32', shape: [1, SIZE, SIZE], data: draw(index % 3, rng) },
  kind: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(index % 3)) },
});
const batches = nn.datasetBatches({ length: 3000, sample }, { batchSize: BATCH, seed: 1 });
const onProgress = ({ step, loss }: nn.TrainProgress) => step % 40 || console.log(step, loss.toFixed(3));
const schedule = nn.cosine({ steps: STEPS });
const { weights } = await nn.train({ trainer, batches, steps: STEPS, schedule, onProgress });
await trainer.close();

const build = (count: number) => nn.buildNetwork((scope) => ({ scores: classifier(scope, picture(scope, count)) }));
const file = await nn.exportModel(build, weights, { backend: nn.directBackend('cpu') });
await new FolderStore('shapes-example').write('shapes.onnx', file);

// Anyone can run the file: here plain onnxruntime-node, on pictures that were never trained on.
const session = await ort.InferenceSession.create('shapes-example/shapes.onnx');
const unseen = Array.from({ length: 300 }, (_, i) => [...draw(i % 3, new Random(1000 + i))]).flat();
const { scores } = await session.run({ picture: new ort.Tensor('float32', unseen, [300, 1, SIZE, SIZE]) });
const rows = Array.from({ length: 300 }, (_, i) => Array.from(scores?.data.slice(3 * i, 3 * i + 3) as Float32Array));
const right = rows.filter((row, i) => row.indexOf(Math.max(...row)) === i % 3).length;
console.log(`right on ${(right / 3).toFixed(1)} % of 300 new pictures; saved shapes-example/shapes.onnx`);
