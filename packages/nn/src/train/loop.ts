import { Checkpoints } from './checkpoint.js';
import type { CheckpointOptions, Resumption, TrainOptions, TrainResult } from './loop-options.js';
import { MetricsLog } from './metrics-log.js';
import { Run, type RunParts } from './run.js';
import { differences, type RunProgress } from './run-record.js';
import type { Trainer } from './trainer.js';

function checkPositive(option: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
    throw new RangeError(`${option}: must be a positive integer, got ${value}`);
  }
}

/** Returns the steps of the whole run after checking the options. */
function totalSteps({ steps, epochs, batches, evaluation, checkpoints, earlyStopping, plateau }: TrainOptions): number {
  checkPositive('steps', steps);
  checkPositive('epochs', epochs);
  checkPositive('evaluation.every', evaluation?.every);
  checkPositive('checkpoints.every', checkpoints?.every);
  checkPositive('checkpoints.keep', checkpoints?.keep);
  if ((earlyStopping || plateau) && !evaluation) {
    throw new TypeError(`${plateau ? 'plateau' : 'earlyStopping'}: must come with an evaluation to go by`);
  }
  if ((steps === undefined) === (epochs === undefined)) throw new TypeError('steps, epochs: must give one of them');
  if (steps !== undefined) return steps;
  if (batches.stepsPerEpoch === undefined) {
    throw new TypeError('epochs: must come with batches that say their stepsPerEpoch; give steps instead');
  }
  return (epochs as number) * batches.stepsPerEpoch;
}

interface Opened {
  readonly trainer: Trainer;
  readonly checkpoints?: Checkpoints;
  readonly log?: MetricsLog;
  readonly progress?: RunProgress;
  readonly resumed?: Resumption;
}

/** Opens trainer and folder, and brings both to the newest checkpoint where there is one. */
async function openRun(options: TrainOptions): Promise<Opened> {
  const open = typeof options.trainer === 'function' ? options.trainer : async () => options.trainer as Trainer;
  if (!options.checkpoints) return { trainer: await open(undefined) };
  const { store, folder, keep = 3, resume = true }: CheckpointOptions = options.checkpoints;
  if (!resume && (await store.list(`${folder}/`)).length > 0) {
    throw new RangeError(`checkpoints.folder: must be empty to start a new run, holds one: ${folder}`);
  }
  const checkpoints = new Checkpoints(store, folder, keep);
  const log = new MetricsLog(store, `${folder}/metrics.jsonl`);
  const loaded = await checkpoints.load();
  const trainer = await open(loaded?.record.info);
  try {
    if (loaded) await trainer.loadState(loaded.bytes);
    const step = loaded?.record.progress.step ?? 0;
    await checkpoints.rewindTo(step);
    await log.rewindTo(step);
    if (!loaded) return { trainer, checkpoints, log };
    const { record, damaged } = loaded;
    const reasons = differences(record.info, trainer.info);
    const resumed = { step, bitIdentical: reasons.length === 0, reasons, damaged };
    await log.add({ event: 'resumed', ...resumed });
    return { trainer, checkpoints, log, progress: record.progress, resumed };
  } catch (error) {
    if (typeof options.trainer === 'function') await trainer.close();
    throw error;
  }
}

/**
 * Trains a network and returns its weights.
 *
 * With `checkpoints` a run that was killed at any instant goes on from its last checkpoint when it is started again
 * with the same options, and ends with the same bits on the same machine (`resumed` says so, or why not). Schedule,
 * data and evaluation must then depend on the step alone. Metrics of every step lie beside the checkpoints as
 * `metrics.jsonl`, each step once.
 *
 * @throws DivergenceError where the loss is no longer finite: the last good checkpoint stays. IntegrityError where the
 * folder holds the run of another network, or only damaged checkpoints. SampleError where the data fail.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const total = totalSteps(options);
  const { trainer, checkpoints, log, progress, resumed } = await openRun(options);
  try {
    const parts: RunParts = { options, total, trainer, checkpoints, log };
    const run = new Run(parts, progress);
    const ended = await run.toEnd();
    return { ...(await run.result()), ended, resumed };
  } finally {
    if (typeof options.trainer === 'function') await trainer.close();
  }
}
