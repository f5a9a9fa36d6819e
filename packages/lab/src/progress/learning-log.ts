import { shortNumber, textChart } from './text-chart.js';

/** What is kept of a training to draw it: short however long the training. */
export interface LearningLog {
  add(event: { step: number; loss?: number; heldOutErrorPx?: number }): void;
  /** Returns the two curves side by side, a list of lines; empty before the first loss. */
  lines(columns: number, endStep?: number): string[];
  /** Returns the newest numbers in one line. */
  summary(): string;
}

/** Losses kept before neighbors are joined. */
const most = 2048;

/** Returns an empty log of a training. */
export function createLearningLog(): LearningLog {
  let losses: { x: number; y: number; count: number }[] = [];
  const errors: { x: number; y: number }[] = [];
  let each = 1;
  const best = () =>
    errors.reduce<{ x: number; y: number } | undefined>((a, b) => (a && a.y <= b.y ? a : b), undefined);
  const errorText = () => {
    const [last, least] = [errors.at(-1), best()];
    if (last === undefined || least === undefined) return 'held-out error: not measured yet';
    return `held-out error ${shortNumber(last.y)} px (best ${shortNumber(least.y)} at step ${least.x})`;
  };
  const lossText = () => (losses.length === 0 ? 'loss' : `loss ${shortNumber((losses.at(-1) as { y: number }).y)}`);
  return {
    add({ step, loss, heldOutErrorPx }) {
      if (loss !== undefined) {
        const last = losses.at(-1);
        if (last !== undefined && last.count < each) {
          last.y += (loss - last.y) / ++last.count;
          last.x = step;
        } else losses.push({ x: step, y: loss, count: 1 });
        if (losses.length >= most) {
          each *= 2;
          losses = losses.flatMap((point, i) => {
            const next = losses[i + 1];
            if (i % 2 === 1) return [];
            return next === undefined ? [point] : [{ x: next.x, y: (point.y + next.y) / 2, count: each }];
          });
        }
      }
      if (heldOutErrorPx !== undefined) errors.push({ x: step, y: heldOutErrorPx });
    },
    lines(columns, endStep) {
      if (losses.length === 0) return [];
      const wide = Math.max(16, Math.floor((Math.min(columns, 120) - 3) / 2));
      const options = { columns: wide, rows: 6, ...(endStep === undefined ? {} : { endX: endStep }) };
      const [left, right] = [textChart(losses, options), textChart(errors, options)];
      return [
        `${lossText().padEnd(wide)}   ${errorText()}`,
        ...left.map((line, row) => `${line}   ${right[row]}`.trimEnd()),
      ].map((line) => [...line].slice(0, columns).join(''));
    },
    summary: () => `${lossText()}, ${errorText()}`,
  };
}
