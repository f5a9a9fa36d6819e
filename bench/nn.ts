import { fileURLToPath } from 'node:url';
import { describeMachine, doctor } from '@zoopraxis/nn/node';
import { jsonLines, peerPython } from './child.js';
import type { WorkResult } from './nn-work.js';
import { writeBetweenMarks } from './results.js';

/** One row of the comparison: our work, the peer's, and what the ratio should reach. */
interface Comparison {
  title: string;
  ours: string;
  peer: string;
  /** Ratio of our time to the peer's that is aimed at. */
  timeRatio: number;
  /** Ratio of our peak memory to the peer's that is aimed at. */
  memoryRatio?: number;
}

const comparisons: readonly Comparison[] = [
  {
    title: 'ResNet-50 pose, training step, 8 x 256x256',
    ours: 'step:resnet50:8x256x256',
    peer: 'step:resnet50:8x256x256',
    timeRatio: 1,
    memoryRatio: 1.2,
  },
  {
    title: 'ResNet-50 pose, training step, 1 x 640x480',
    ours: 'step:resnet50:1x480x640',
    peer: 'step:resnet50:1x480x640',
    timeRatio: 1,
    memoryRatio: 1.2,
  },
  {
    title: 'ResNet-50 pose, inference fp32, 640x480',
    ours: 'fp32:resnet50:1x480x640',
    peer: 'eager:resnet50:1x480x640',
    timeRatio: 1 / 1.5,
  },
  {
    title: 'ResNet-50 pose, inference int8, 640x480',
    ours: 'int8:resnet50:1x480x640',
    peer: 'eager:resnet50:1x480x640',
    timeRatio: 1 / 4,
  },
  {
    title: 'MobileNetV2 pose, training step, 8 x 256x256',
    ours: 'step:mobilenet_v2:8x256x256',
    peer: 'step:mobilenet_v2:8x256x256',
    timeRatio: 1.5,
    memoryRatio: 1.2,
  },
];

/** Works whose time is shown as size and batch grow. */
const growth: readonly string[] = [
  'step:resnet50:1x128x128',
  'step:resnet50:1x256x256',
  'step:resnet50:2x256x256',
  'step:resnet50:4x256x256',
  'step:mobilenet_v2:1x256x256',
  'step:mobilenet_v2:4x256x256',
  'fp32:resnet50:1x240x320',
  'fp32:resnet50:1x480x640',
];

/** Arithmetic of one image at 256x256, in 10^9 operations (2 per multiply-add), forward; a step is about three times it. */
const FORWARD_GFLOP: Readonly<Record<string, number>> = { resnet50: 10.7, mobilenet_v2: 0.8 };

const PAIRS = 3;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

async function ours(work: string, threads: number): Promise<WorkResult> {
  const script = fileURLToPath(new URL('./nn-work.js', import.meta.url));
  const [result] = await jsonLines<WorkResult>(process.execPath, [script, work, String(threads)], 600);
  if (result === undefined) throw new Error(`${work}: printed no result`);
  return result;
}

async function peerResult(python: string, work: string, threads: number): Promise<WorkResult> {
  const script = fileURLToPath(new URL('../../bench/peers/pytorch_networks.py', import.meta.url));
  const [result] = await jsonLines<WorkResult>(python, [script, String(threads), work], 600);
  if (result === undefined) throw new Error(`${work}: the peer printed no result`);
  return result;
}

function rate(work: string, seconds: number): number {
  const [what, network = '', size = ''] = work.split(':');
  const [batch = 0, height = 0, width = 0] = size.split('x').map(Number);
  const forward = ((FORWARD_GFLOP[network] ?? 0) * batch * height * width) / 65536;
  return (forward * (what === 'step' ? 3 : 1)) / seconds;
}

/** Runs the comparison with PyTorch and the growth series; `--write` puts the table into docs/results/nn.md. */
export async function benchNn(args: readonly string[]): Promise<void> {
  const machine = describeMachine();
  const threads = machine.cores;
  const log = (text: string): void => void process.stderr.write(`${text}\n`);
  const python = await peerPython();
  if (python === undefined)
    log('bench nn: PyTorch is absent (set PEER_PYTHON to a Python that has it): ratios are left out');
  const report = await doctor({ threads });
  const peak = report.speeds.find(({ device }) => device === 'cpu')?.gflopPerSec ?? Number.NaN;
  const rows: string[] = [];
  let peerVersion = 'absent';
  for (const { title, ours: work, peer, timeRatio, memoryRatio } of comparisons) {
    const pairs: { mine: WorkResult; other?: WorkResult }[] = [];
    // Forms are probed and remembered before anything is timed.
    if (work.startsWith('step')) await ours(work.replace(/^step/, 'first'), threads);
    for (let pair = 0; pair < PAIRS; pair++) {
      const mine = await ours(work, threads);
      const other = python === undefined ? undefined : await peerResult(python, peer, threads);
      pairs.push(other ? { mine, other } : { mine });
      log(`${title}: ${mine.seconds.toFixed(3)} s${other ? `, PyTorch ${other.seconds.toFixed(3)} s` : ''}`);
    }
    const seconds = median(pairs.map(({ mine }) => mine.seconds));
    const memory = median(pairs.map(({ mine }) => mine.peakMiB));
    const others = pairs.flatMap(({ mine, other }) => (other ? [{ mine, other }] : []));
    peerVersion = others[0]?.other.version ?? peerVersion;
    const ratio = others.length ? median(others.map(({ mine, other }) => mine.seconds / other.seconds)) : Number.NaN;
    const memoryBy = others.length ? median(others.map(({ mine, other }) => mine.peakMiB / other.peakMiB)) : Number.NaN;
    const peerSeconds = others.length ? median(others.map(({ other }) => other.seconds)) : Number.NaN;
    const isInference = !work.startsWith('step');
    const reached = isInference
      ? `${(1 / ratio).toFixed(2)}x faster (aim ${(1 / timeRatio).toFixed(1)}x)`
      : `${ratio.toFixed(2)}x its time (aim ${timeRatio.toFixed(1)}x)`;
    const memoryText = memoryRatio ? `${memoryBy.toFixed(2)}x (aim ${memoryRatio}x)` : '';
    rows.push(
      `| ${title} | ${(seconds * 1000).toFixed(0)} | ${(peerSeconds * 1000).toFixed(0)} | ${reached} | ${rate(work, seconds).toFixed(0)} | ${memory.toFixed(0)} | ${memoryText} |`,
    );
  }
  const first = await ours('first:resnet50:8x256x256', threads);
  const growthRows: string[] = [];
  for (const work of growth) {
    if (work.startsWith('step')) await ours(work.replace(/^step/, 'first'), threads);
    const { seconds, peakMiB } = await ours(work, threads);
    growthRows.push(
      `| ${work} | ${(seconds * 1000).toFixed(0)} | ${rate(work, seconds).toFixed(0)} | ${peakMiB.toFixed(0)} |`,
    );
    log(growthRows.at(-1) ?? '');
  }
  const text = `Medians of ${PAIRS} processes each, ours and the peer's in turn.

- Machine: ${machine.cpu}, ${machine.cores} cores, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.platform}; Node ${machine.node}, ONNX Runtime ${machine.onnxRuntime}
- Peer: PyTorch ${peerVersion} on the CPU, eager; both sides use ${threads} threads
- Peak of a 1024 x 1024 float32 matrix product in ONNX Runtime: ${peak.toFixed(0)} GFLOP/s
- A training step is forward, backward and SGD with momentum. Peak memory is of the whole process.

| work | ours, ms | PyTorch, ms | ratio | GFLOP/s | peak, MiB | peak to PyTorch's |
|---|---|---|---|---|---|---|
${rows.join('\n')}

Time to the first training step, ResNet-50, 8 x 256x256, from the start of the process with the probe's choices cached: ready after ${first.readySeconds?.toFixed(2)} s, first step done after ${first.seconds.toFixed(2)} s (aim 2 s).

## Growth with picture size and batch

Work is \`what:network:batch x height x width\`.

| work | ms | GFLOP/s | peak, MiB |
|---|---|---|---|
${growthRows.join('\n')}
`;
  process.stdout.write(text);
  if (args.includes('--write')) await writeBetweenMarks('docs/results/nn.md', text);
}
