import type { ProgressEvent } from '../../progress/progress-event.js';
import { createRate } from '../../progress/rate.js';
import type { JobView } from '../api.js';
import type { JobRecord } from './job-record.js';

/** How far a running job is: what its events say, put together. */
export interface JobMeter {
  readonly progress: JobView['progress'];
  readonly share: number | null;
  readonly secondsLeft: number | null;
  /** Units of the work in hand in a second; null = not known. */
  readonly ratePerSec: number | null;
  add(step: number, event: ProgressEvent): void;
}

/** Returns the meter of a job of several steps, which count alike. */
export function createMeter(stepCount: number, nowSec = () => performance.now() / 1000): JobMeter {
  const progress: { [Kind in ProgressEvent['kind']]?: Extract<ProgressEvent, { kind: Kind }> } = {};
  const rate = createRate();
  const speed = createRate();
  let share: number | null = null;
  let task: string | undefined;
  return {
    progress,
    get share() {
      return share;
    },
    get secondsLeft() {
      const left = rate.leftSec(1);
      return Number.isFinite(left) && left >= 0 ? left : null;
    },
    get ratePerSec() {
      const rate = speed.perSec();
      return Number.isFinite(rate) && rate > 0 ? rate : null;
    },
    add(step, event) {
      Object.assign(progress, { [event.kind]: event });
      if (event.kind !== 'work') return;
      if (event.task !== task) speed.restart();
      speed.add(event.done, nowSec());
      // With several steps the rate is that of the whole, else that of the task in hand.
      if (stepCount === 1 && event.task !== task) {
        rate.restart(event.unit === '%' ? Number.POSITIVE_INFINITY : undefined);
      }
      task = event.task;
      const own = event.total === undefined || event.total <= 0 ? undefined : Math.min(1, event.done / event.total);
      share = own === undefined ? (stepCount === 1 ? null : step / stepCount) : (step + own) / stepCount;
      if (share !== null) rate.add(share, nowSec());
    },
  };
}

/** Returns a job as pages see it. */
export function jobView(record: JobRecord, meter: JobMeter | undefined): JobView {
  const { id, recipe, title, input, state, startedAt, endedAt, error, output } = record;
  const isRunning = state === 'running';
  return {
    id,
    recipe,
    title,
    input,
    state,
    startedAt,
    endedAt,
    progress: { ...(record.progress as JobView['progress']), ...meter?.progress },
    share: state === 'done' ? 1 : isRunning ? (meter?.share ?? null) : null,
    secondsLeft: isRunning ? (meter?.secondsLeft ?? null) : null,
    ratePerSec: isRunning ? (meter?.ratePerSec ?? null) : null,
    error,
    output: output ?? null,
  };
}
