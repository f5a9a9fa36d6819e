import type { BatchSource, Trainer } from '@zoopraxis/nn';

/**
 * Steps are timed for this part of the budget, at most so many seconds, and at least so many steps. The first few are far
 * faster or slower than the rest: memory is still being taken, and data workers have batches in store, so only the second
 * half counts. Eight steps at the start promised 6.2 steps/s where training came to 5.0.
 */
const SHARE = 0.03;
const MOST_SEC = 20;
const LEAST_STEPS = 8;

/** Part of the budget after which timing ends in any case: slow networks are timed on fewer steps. */
const LARGEST_SHARE = 0.06;

/** Part of the time left that is planned for: steps are not all alike, and the machine has other work too. */
const RESERVE = 0.95;

/** Returns the mean seconds of a warm step, data included, on a trainer that is thrown away afterwards. */
export async function measureStepSec(
  trainer: Trainer,
  batches: BatchSource,
  budgetSec: number,
  signal?: AbortSignal,
): Promise<number> {
  const seconds: number[] = [];
  const start = performance.now();
  const timingSec = Math.min(MOST_SEC, SHARE * budgetSec);
  for (let step = 0; ; step++) {
    signal?.throwIfAborted();
    const from = performance.now();
    await trainer.step(await batches.batch(step), { learningRate: 0, move: true });
    const now = performance.now();
    seconds.push((now - from) / 1000);
    const elapsedSec = (now - start) / 1000;
    if (elapsedSec >= timingSec && seconds.length >= LEAST_STEPS) break;
    if (elapsedSec >= LARGEST_SHARE * budgetSec && seconds.length >= 2) break;
  }
  const warm = seconds.slice(Math.floor(seconds.length / 2));
  return warm.reduce((sum, value) => sum + value, 0) / warm.length;
}

/** Returns the steps that fit into the seconds that are left beside the evaluations; at least 1. */
export function stepsWithin(leftSec: number, stepSec: number, evaluationsSec: number): number {
  return Math.max(1, Math.floor((RESERVE * leftSec - evaluationsSec) / stepSec));
}
