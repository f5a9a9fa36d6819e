// Runs a small network in this thread or in a worker, as named on the command line, in a process of its own.
import { isMainThread, Worker } from 'node:worker_threads';
import { emitGraph } from '../graph/emit.js';
import { input } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { relu } from '../ops/activation.js';

const where = process.argv[2];
const model = encodeModel(emitGraph(new Map([['y', relu(input('x', [2]))]]), { target: 'cpu' }).model);
const feeds = { x: { dtype: 'float32' as const, shape: [2], data: Float32Array.of(-1, 3) } };

async function run(): Promise<void> {
  const backend =
    where === 'worker'
      ? (await import('./session.node.js')).workerBackend()
      : (await import('./ort-backend.node.js')).directBackend();
  const session = await backend.createSession(model, { threads: 1 });
  const { y } = await session.run(feeds);
  process.stdout.write(`${y?.data}\n`);
  await session.close();
}

// A foreign thread: the main thread of its process knows nothing of this package.
if (where === 'thread' && isMainThread) new Worker(new URL(import.meta.url), { argv: ['thread'] });
else {
  await run().catch((error: Error) => {
    process.stdout.write(`${error.name}: ${error.message}\n`);
  });
}
