import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BehaviorModel,
  findColumns,
  planLearning,
  readRows,
  type TrainingRecording,
  type TrainingSettings,
} from '@zoopraxis/behavior';
import { jsonLines } from '../child.js';

/** What XGBoost says of the test recordings, in the order in which they were given. */
export interface PeerPrediction {
  readonly version: string;
  readonly trainSec: number;
  /** Shape `[frame, class]` of each recording; NaN where a frame was not scored. */
  readonly probability: readonly Float32Array[];
}

/** Returns the bytes of numbers as the machine has them: little-endian on all that Node runs on. */
const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Writes the chosen frames of recordings as one array, shape `[column, row]`. */
async function writeRows(
  path: string,
  recordings: readonly TrainingRecording[],
  frames: readonly Uint32Array[],
  columns: Int32Array,
): Promise<number> {
  const total = frames.reduce((sum, list) => sum + list.length, 0);
  const file = await open(path, 'w');
  try {
    let at = 0;
    const sources = recordings.map(({ features }) => features);
    for await (const { values, rowCount } of readRows(sources, frames, { columns })) {
      for (let c = 0; c < columns.length; c++) {
        const part = values.subarray(c * rowCount, (c + 1) * rowCount);
        await file.write(bytesOf(part), 0, part.byteLength, (c * total + at) * 4);
      }
      at += rowCount;
    }
  } finally {
    await file.close();
  }
  return total;
}

/** Returns what XGBoost itself predicts after learning from the same frames, columns and weights for as many rounds as a model. */
export async function predictWithXgboost(
  python: string,
  {
    model,
    settings,
    train,
    test,
    work,
  }: {
    readonly model: BehaviorModel;
    readonly settings: TrainingSettings;
    readonly train: readonly TrainingRecording[];
    readonly test: readonly TrainingRecording[];
    readonly work: string;
  },
): Promise<PeerPrediction> {
  const { rows } = planLearning(train, settings);
  const [first] = train;
  if (first === undefined) throw new RangeError('train: must hold a recording, got none');
  const columns = findColumns(first.features.columns, model.columns, 'columns');
  await mkdir(work, { recursive: true });
  try {
    const trainRows = await writeRows(join(work, 'train.f32'), train, rows.frames, columns);
    await writeFile(join(work, 'label.u8'), rows.label);
    await writeFile(join(work, 'weight.f32'), bytesOf(rows.weight));
    const scored = test.map(({ truth }) =>
      Uint32Array.from(truth.label.keys()).filter((frame) => truth.label[frame] !== 255),
    );
    const testRows = await writeRows(join(work, 'test.f32'), test, scored, columns);
    const { rounds } = model.card.training as { rounds: readonly number[] };
    const own = settings.family?.kind === 'trees' ? settings.family.settings : {};
    const job = {
      columns: columns.length,
      trainRows,
      testRows,
      rounds: rounds[0],
      params: {
        objective: 'multi:softprob',
        num_class: model.behaviors.length,
        tree_method: 'hist',
        nthread: 2,
        eta: own?.learningRate,
        max_depth: own?.maxDepth,
        min_child_weight: own?.minChildWeight,
        subsample: own?.subsample,
        colsample_bytree: own?.columnSample,
        lambda: own?.lambda,
        alpha: own?.alpha,
        gamma: own?.gamma,
        seed: settings.seed ?? 0,
      },
    };
    await writeFile(join(work, 'job.json'), JSON.stringify(job));
    const script = join('bench', 'peers', 'xgboost_folds.py');
    const [said] = await jsonLines<{ version: string; trainSec: number }>(python, ['-W', 'ignore', script, work], 3600);
    if (said === undefined) throw new Error('xgboost_folds.py said nothing');
    const bytes = await readFile(join(work, 'probability.f32'));
    const found = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const width = model.behaviors.length;
    let at = 0;
    const probability = test.map(({ truth }, index) => {
      const out = new Float32Array(truth.label.length * width).fill(Number.NaN);
      for (const frame of scored[index] as Uint32Array) {
        out.set(found.subarray(at, at + width), frame * width);
        at += width;
      }
      return out;
    });
    return { ...said, probability };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
