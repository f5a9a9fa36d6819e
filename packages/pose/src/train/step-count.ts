import type { BatchSource, Trainer } from '@zoopraxis/nn';

/** Warm steps that are timed, and steps before them that are not: memory is still being taken then. */
const TIMED = 8;
const COLD = 2;

/** Part of the budget that timing may take; slow networks are timed on fewer steps. */
const LARGEST_SHARE = 0.05;

/** Part of the time left that is planned for: steps are not all alike, and the machine has other work too. */
const RESERVE = 0.95;

/** Returns the median seconds of a warm step, data included, on a trainer that is thrown away afterwards. */
export async function measureStepSec(
  trainer: Trainer,
  batches: BatchSource,
  budgetSec: number,
  signal?: AbortSignal,
): Promise<number> {
  const seconds: number[] = [];
  const start = performance.now();
  for (let step = 0; step < COLD + TIMED; step++) {
    signal?.throwIfAborted();
    const from = performance.now();
    await trainer.step(await batches.batch(step), { learningRate: 0, move: true });
    const now = performance.now();
    if (step >= COLD) seconds.push((now - from) / 1000);
    if (step > COLD && (now - start) / 1000 > LARGEST_SHARE * budgetSec) break;
  }
  seconds.sort((a, b) => a - b);
  return seconds[Math.floor(seconds.length / 2)] as number;
}

/** Returns the steps that fit into the seconds that are left beside the evaluations; at least 1. */
export function stepsWithin(leftSec: number, stepSec: number, evaluationsSec: number): number {
  return Math.max(1, Math.floor((RESERVE * leftSec - evaluationsSec) / stepSec));
}
