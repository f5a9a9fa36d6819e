import type { WeightArrays } from '../graph/network.js';
import { initialPlateau, isBetter, observePlateau } from '../optimize/plateau.js';
import type { TensorMap } from '../runtime/backend.js';
import { unlessAborted } from './abortable.js';
import type { Checkpoints } from './checkpoint.js';
import { DivergenceError } from './errors.js';
import type { TrainOptions, TrainResult } from './loop-options.js';
import type { MetricsLog } from './metrics-log.js';
import type { RunProgress, RunRecord } from './run-record.js';
import type { StepResult, Trainer } from './trainer.js';

/** What a run works with. */
export interface RunParts {
  readonly options: TrainOptions;
  /** Steps of the whole run. */
  readonly total: number;
  readonly trainer: Trainer;
  readonly checkpoints: Checkpoints | undefined;
  readonly log: MetricsLog | undefined;
}

/** A training run under way, from any step to its end. */
export class Run {
  readonly #parts: RunParts;
  readonly #progress: RunProgress;
  #bestWeights: WeightArrays | undefined;
  #savedStep: number;
  #secondsPerStep: number | undefined;
  #last: { readonly result: StepResult; readonly learningRate: number } | undefined;

  /** Starts at the beginning, or where `progress` says, to which `trainer` has been set. */
  constructor(parts: RunParts, progress?: RunProgress) {
    this.#parts = parts;
    this.#progress = progress ?? { step: 0, evaluatedStep: 0, plateau: null, best: null, badCount: 0 };
    // A checkpoint that an abort left before the evaluation of its step is written anew after it.
    this.#savedStep = progress && !this.#isEvaluationDue() ? progress.step : 0;
  }

  /** Goes on to the end, an early stop or an abort. */
  async toEnd(): Promise<TrainResult['ended']> {
    const { signal } = this.#parts.options;
    try {
      return await this.#loop();
    } catch (error) {
      if (signal?.aborted && error === signal.reason) {
        await this.#save();
        return 'aborted';
      }
      await this.#parts.log?.add({ step: this.#progress.step, event: 'failed', reason: String(error) });
      await this.#parts.log?.flush();
      throw error instanceof DivergenceError ? this.#withWayBack(error) : error;
    }
  }

  /** Returns what the run came to. */
  async result(): Promise<Pick<TrainResult, 'step' | 'weights' | 'best'>> {
    const { step, best } = this.#progress;
    const weights = await this.#weights();
    if (best === null) return { step, weights, best: undefined };
    const bestWeights = this.#bestWeights ?? (await this.#parts.checkpoints?.readBest(best.step)) ?? weights;
    return { step, weights, best: { ...best, weights: bestWeights } };
  }

  async #loop(): Promise<TrainResult['ended']> {
    const { total, options } = this.#parts;
    const { signal, checkpoints } = options;
    let coming = this.#fetch();
    for (;;) {
      const evaluation = this.#isEvaluationDue() ? await this.#evaluate() : undefined;
      this.#tell(evaluation);
      const { step, badCount } = this.#progress;
      const isTired = options.earlyStopping !== undefined && badCount > options.earlyStopping.patience;
      const isOver = isTired || step >= total || signal?.aborted === true;
      if (isOver || (checkpoints && step % checkpoints.every === 0)) await this.#save();
      if (isTired) return 'stopped early';
      if (step >= total) return 'finished';
      if (signal?.aborted) return 'aborted';
      const inputs = await unlessAborted(coming, signal);
      coming = this.#fetch(1);
      await this.#step(inputs);
    }
  }

  /** Asks for the batch of the step that is `ahead` of the next; an empty one where the run ends before. */
  #fetch(ahead = 0): Promise<TensorMap> {
    const step = this.#progress.step + ahead;
    if (step >= this.#parts.total) return Promise.resolve({});
    const batch = this.#parts.options.batches.batch(step);
    // One that is not waited for in the end must not count as an unhandled rejection.
    batch.catch(() => undefined);
    return batch;
  }

  async #step(inputs: TensorMap): Promise<void> {
    const { trainer, options, log } = this.#parts;
    const progress = this.#progress;
    const factor = (options.schedule?.(progress.step) ?? 1) * (progress.plateau?.factor ?? 1);
    const learningRate = trainer.info.optimizer.learningRate * factor;
    const start = performance.now();
    const result = await trainer.step(inputs, { learningRate, move: true });
    const seconds = (performance.now() - start) / 1000;
    if (result.step !== progress.step + 1) {
      throw new TypeError(
        `trainer: took step ${result.step} where the run takes step ${progress.step + 1}: a new run needs a new trainer`,
      );
    }
    this.#secondsPerStep = this.#secondsPerStep === undefined ? seconds : 0.9 * this.#secondsPerStep + 0.1 * seconds;
    progress.step = result.step;
    this.#last = { result, learningRate };
    await log?.add({ step: result.step, ...result.metrics, learningRate, seconds });
  }

  #isEvaluationDue(): boolean {
    const { options, total } = this.#parts;
    const { step, evaluatedStep } = this.#progress;
    if (!options.evaluation || step === 0 || evaluatedStep === step) return false;
    return step % options.evaluation.every === 0 || step >= total;
  }

  async #evaluate(): Promise<Readonly<Record<string, number>>> {
    const { options, log, trainer, checkpoints } = this.#parts;
    const { run, monitor = 'loss', mode = 'min' } = options.evaluation as NonNullable<typeof options.evaluation>;
    const progress = this.#progress;
    const { step } = progress;
    const weights = (): Promise<WeightArrays> => this.#weights();
    const measured = await unlessAborted(run({ step, weights, signal: options.signal }), options.signal);
    const value = measured[monitor];
    if (value === undefined) {
      const given = Object.keys(measured).join(', ') || 'nothing';
      throw new TypeError(`evaluation: must return ${monitor}, the monitored number, got ${given}`);
    }
    progress.evaluatedStep = step;
    if (options.plateau) {
      progress.plateau = observePlateau({ ...options.plateau, mode }, progress.plateau ?? initialPlateau(), value);
    }
    const threshold = options.earlyStopping?.minDelta ?? 0;
    if (isBetter(value, progress.best?.value ?? null, { mode, threshold })) {
      progress.best = { step, value };
      progress.badCount = 0;
      if (checkpoints) await checkpoints.saveBest(trainer, this.#record());
      else this.#bestWeights = await this.#weights();
    } else {
      progress.badCount++;
    }
    await log?.add({ step, evaluation: measured });
    return measured;
  }

  #tell(evaluation: Readonly<Record<string, number>> | undefined): void {
    const { options, total } = this.#parts;
    if (this.#last === undefined || !options.onProgress) return;
    const { result, learningRate } = this.#last;
    const seconds = this.#secondsPerStep ?? 0;
    options.onProgress({
      step: result.step,
      steps: total,
      epoch: this.#epoch() ?? undefined,
      loss: result.loss,
      learningRate,
      metrics: result.metrics,
      stepsPerSec: 1 / seconds,
      secondsLeft: (total - result.step) * seconds,
      evaluation,
    });
  }

  async #save(): Promise<void> {
    const { checkpoints, log, trainer } = this.#parts;
    if (!checkpoints || this.#savedStep === this.#progress.step) {
      await log?.flush();
      return;
    }
    // Before the checkpoint: a resumed run counts on the lines of all steps that it does not take again.
    await log?.flush();
    await checkpoints.save(trainer, this.#record());
    this.#savedStep = this.#progress.step;
  }

  #record(): RunRecord {
    return { format: 1, progress: this.#progress, epoch: this.#epoch(), info: this.#parts.trainer.info };
  }

  #epoch(): number | null {
    const perEpoch = this.#parts.options.batches.stepsPerEpoch;
    return perEpoch === undefined ? null : Math.floor(this.#progress.step / perEpoch);
  }

  #weights(): Promise<WeightArrays> {
    const { trainer } = this.#parts;
    return trainer.weights({ average: trainer.info.optimizer.average !== undefined });
  }

  #withWayBack(error: DivergenceError): DivergenceError {
    const way = this.#parts.checkpoints
      ? this.#savedStep > 0
        ? `The last good checkpoint is of step ${this.#savedStep}.`
        : 'There is no checkpoint yet.'
      : '';
    const hint = [error.hint, way].filter(Boolean).join(' ');
    return new DivergenceError(error.message, { hint, cause: error });
  }
}
