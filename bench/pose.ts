import { fileURLToPath } from 'node:url';
import { describeMachine } from '@zoopraxis/nn/node';
import { jsonLines } from './child.js';
import { benchVideo } from './pose-video.js';
import type { PoseWorkResult } from './pose-work.js';
import { writeBetweenMarks } from './results.js';

/** What the peer's script prints. */
interface PeerResult {
  readonly framesPerSec: number;
  readonly networkFramesPerSec: number;
  readonly version: string;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const whole = (value: number): string => (Number.isFinite(value) ? value.toFixed(value < 100 ? 1 : 0) : '–');

const script = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function ours(work: string, threads: number): Promise<PoseWorkResult> {
  const [result] = await jsonLines<PoseWorkResult>(
    process.execPath,
    [script('./pose-work.js'), work, String(threads)],
    900,
  );
  if (result === undefined) throw new Error(`${work}: printed no result`);
  return result;
}

/** Returns the Python that has DeepLabCut (`PEER_PYTHON`, else `python3`), or undefined where none has. */
async function deepLabCutPython(): Promise<string | undefined> {
  const python = process.env.PEER_PYTHON ?? 'python3';
  const look =
    'import importlib.util,json\nif importlib.util.find_spec("deeplabcut") and importlib.util.find_spec("torch"): print(json.dumps({"found":1}))';
  try {
    const [found] = await jsonLines<{ found: number }>(python, ['-c', look], 60);
    return found ? python : undefined;
  } catch {
    return undefined;
  }
}

async function deepLabCut(python: string, norm: string, video: string, frames: number, threads: number) {
  const file = script('../../bench/peers/deeplabcut_tracking.py');
  const args = ['-W', 'ignore', file, String(threads), video, String(frames), '1', norm];
  const [result] = await jsonLines<PeerResult>(python, args, 900);
  if (result === undefined) throw new Error(`DeepLabCut (${norm}): printed no result`);
  return result;
}

interface Amounts {
  readonly rounds: number;
  readonly deepFrames: number;
  readonly compactFrames: number;
  readonly decodedFrames: number;
  readonly samples: number;
  readonly memoryFrames: number;
}

const full: Amounts = {
  rounds: 3,
  deepFrames: 120,
  compactFrames: 600,
  decodedFrames: 600,
  samples: 300,
  memoryFrames: 230,
};
const small: Amounts = {
  rounds: 1,
  deepFrames: 4,
  compactFrames: 20,
  decodedFrames: 20,
  samples: 10,
  memoryFrames: 20,
};

/** The share of the network's own rate that tracking reaches, for several networks. */
async function trackingRows(amounts: Amounts, threads: number, log: (text: string) => void) {
  const { rounds, deepFrames, compactFrames } = amounts;
  const rows: string[] = [];
  const rates = new Map<string, number>();
  for (const [title, work, frames, aim] of [
    ['ResNet-50, fp32', 'track:resnet50:fp32:1', deepFrames, 'at least 95 % of the network'],
    ['ResNet-50, int8', 'track:resnet50:int8:1', deepFrames, ''],
    ['compact (`unet`), fp32', 'track:unet:fp32:3', compactFrames, 'at least 60 frames/s'],
    ['compact (`unet`), int8', 'track:unet:int8:3', compactFrames, ''],
  ] as const) {
    const { numbers, peakMiB } = await ours(`${work}:${frames}:${rounds}`, threads);
    const { networkFramesPerSec = Number.NaN, framesPerSec = Number.NaN, share = Number.NaN } = numbers;
    rates.set(work, framesPerSec);
    rows.push(
      `| ${title} | ${whole(framesPerSec)} | ${whole(networkFramesPerSec)} | ${(100 * share).toFixed(1)} % | ${aim} | ${peakMiB.toFixed(0)} |`,
    );
    log(rows.at(-1) ?? '');
  }
  return { rows, rates };
}

/** DeepLabCut and ourselves in turn, so that what else the machine does falls on both. */
async function peerRows(amounts: Amounts, threads: number, log: (text: string) => void) {
  const python = await deepLabCutPython();
  if (python === undefined) {
    log('bench pose: DeepLabCut is absent (set PEER_PYTHON to a Python that has deeplabcut 3): its rows are left out');
    return { rows: [], version: 'absent' };
  }
  const { path } = await benchVideo();
  const { rounds, deepFrames } = amounts;
  const rows: string[] = [];
  let version = '';
  for (const [title, norm] of [
    ['DeepLabCut as it configures ResNet-50 (group norm)', 'own'],
    ['DeepLabCut with batch norm', 'batch-norm'],
  ] as const) {
    const theirs: number[] = [];
    const network: number[] = [];
    const ratios: number[] = [];
    const int8Ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const peer = await deepLabCut(python, norm, path, deepFrames, threads);
      const float = await ours(`track:resnet50:fp32:1:${deepFrames}:1`, threads);
      const int8 = await ours(`track:resnet50:int8:1:${deepFrames}:1`, threads);
      version = peer.version;
      theirs.push(peer.framesPerSec);
      network.push(peer.networkFramesPerSec);
      ratios.push((float.numbers.framesPerSec ?? Number.NaN) / peer.framesPerSec);
      int8Ratios.push((int8.numbers.framesPerSec ?? Number.NaN) / peer.framesPerSec);
    }
    rows.push(
      `| ${title} | ${whole(median(theirs))} | ${whole(median(network))} | ${median(ratios).toFixed(2)}x (aim 2x) | ${median(int8Ratios).toFixed(2)}x |`,
    );
    log(rows.at(-1) ?? '');
  }
  return { rows, version };
}

async function decodeRow(amounts: Amounts, threads: number): Promise<string> {
  const { rounds, decodedFrames } = amounts;
  const rate = async (who: string): Promise<number> => {
    try {
      return (await ours(`decode:${who}:${decodedFrames}`, threads)).numbers.framesPerSec ?? Number.NaN;
    } catch {
      return Number.NaN;
    }
  };
  // The first call makes the video.
  await rate('ours');
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round++) pairs.push([await rate('ours'), await rate('ffmpeg')]);
  const ratio = median(pairs.map(([mine, other]) => mine / other));
  return `| decode 1280x1024 h264 to RGB | ${whole(median(pairs.map(([mine]) => mine)))} frames/s | ${whole(median(pairs.map(([, other]) => other)))} frames/s by an ffmpeg pipe | ${ratio.toFixed(2)}x (aim 1x) |`;
}

/** Runs the speed table of pose; `--small` only shows that it runs, `--write` puts the table into docs/results/pose.md. */
export async function benchPose(args: readonly string[]): Promise<void> {
  const amounts = args.includes('--small') ? small : full;
  const machine = describeMachine();
  const threads = machine.cores;
  const log = (text: string): void => void process.stderr.write(`${text}\n`);
  const { isReal } = await benchVideo();
  const tracking = await trackingRows(amounts, threads, log);
  const peer = await peerRows(amounts, threads, log);
  const other: string[] = [await decodeRow(amounts, threads)];
  log(other.at(-1) ?? '');
  for (const network of ['unet', 'resnet50']) {
    const { sampleMs, stepMs, batchSize } = (await ours(`augment:${network}:${amounts.samples}`, threads)).numbers;
    const [sample = Number.NaN, step = Number.NaN, batch = Number.NaN] = [sampleMs, stepMs, batchSize];
    other.push(
      `| one training sample for \`${network}\` (reading from memory, augmentation, targets), one thread | ${sample.toFixed(1)} ms | a training step of ${batch} samples takes ${step.toFixed(0)} ms | ${((sample * batch) / step).toFixed(2)} of the step on one of ${threads} threads (aim below 1) |`,
    );
    log(other.at(-1) ?? '');
  }
  const { memoryFrames } = amounts;
  const short = await ours(`track:unet:fp32:3:${memoryFrames}:1`, threads);
  const long = await ours(`track:unet:fp32:3:${10 * memoryFrames}:1`, threads);
  other.push(
    `| peak memory while tracking ${short.numbers.frames} frames, \`unet\` | ${short.peakMiB.toFixed(0)} MiB | ${long.peakMiB.toFixed(0)} MiB for ${long.numbers.frames} frames | ${(long.peakMiB / short.peakMiB).toFixed(2)}x (aim: flat) |`,
  );
  const text = `${amounts === small ? '**Small mode: shows that the bench runs, its numbers mean nothing.**\n\n' : ''}- Machine: ${machine.cpu}, ${machine.cores} cores, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.platform}; Node ${machine.node}, ONNX Runtime ${machine.onnxRuntime}; ${threads} threads on all sides
- Video: ${isReal ? '`openfield/videos/m3v1mp4.mp4` (h264, 640x480)' : 'a drawn one (h264, 640x480)'}; random weights, four keypoints; presets' own scale (1 for ResNet-50, 0.5 for the compact network)
- End to end is decoding, scaling, network, peaks and chunks; the network alone has its input in memory. Both in turn in one process, medians of ${amounts.rounds}

### Tracking

| network | end to end, frames/s | network alone, frames/s | share | aim | peak, MiB |
|---|---|---|---|---|---|
${tracking.rows.join('\n')}

### Against DeepLabCut 3

Peer: ${peer.version}, on the CPU, its own video reader and post-processing, the same frames; ours and the peer's in turn, medians of ${amounts.rounds} processes each.

| peer | its end to end, frames/s | its network alone, frames/s | ours in fp32 against it | ours in int8 against it |
|---|---|---|---|---|
${peer.rows.join('\n')}

### Decoding, augmentation, memory

| work | ours | beside it | ratio |
|---|---|---|---|
${other.join('\n')}
`;
  process.stdout.write(text);
  if (args.includes('--write')) await writeBetweenMarks('docs/results/pose.md', text);
}
