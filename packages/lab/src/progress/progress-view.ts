import { formatDuration, formatNumber } from '@zoopraxis/figures';
import { createLearningLog } from './learning-log.js';
import type { ProgressEvent } from './progress-event.js';
import { createRate } from './rate.js';
import { shortNumber } from './text-chart.js';

/** Where progress is drawn. */
export interface ProgressTarget {
  write(text: string): void;
  /** True for a terminal that understands cursor movement. */
  readonly live: boolean;
  readonly columns: number;
}

/** A drawing of progress; `close` leaves the last state readable. */
export interface ProgressView {
  show(event: ProgressEvent): void;
  close(): void;
}

/** Seconds between two drawings: ten a second are smooth on a terminal, one in five seconds keeps a log short. */
const livePauseSec = 0.1;
const plainPauseSec = 5;

/** Returns a view that draws a moving bar on a terminal, and a plain line every few seconds elsewhere. */
export function createProgressView(target: ProgressTarget, nowSec = () => performance.now() / 1000): ProgressView {
  const rate = createRate();
  let learning = createLearningLog();
  let work: Extract<ProgressEvent, { kind: 'work' }> | undefined;
  let [drawnLines, drawnAtSec, learned, changed] = [0, Number.NEGATIVE_INFINITY, false, false];
  const pauseSec = target.live ? livePauseSec : plainPauseSec;

  const numbers = (): string => {
    if (work === undefined) return '';
    const { done, total, unit, detail } = work;
    const detailText = detail === undefined ? [] : [detail];
    const perSec = rate.perSec();
    const left = rate.leftSec(total);
    const leftText = left >= 1 && left < Number.POSITIVE_INFINITY ? [`${formatDuration(left)} left`] : [];
    if (unit === '%')
      return [...(target.live ? [`${Math.floor(done)} %`] : []), ...leftText, ...detailText].join(' · ');
    const parts = [
      total === undefined ? `${formatNumber(done)} ${unit}` : `${formatNumber(done)} of ${formatNumber(total)} ${unit}`,
    ];
    if (perSec > 0) parts.push(`${shortNumber(perSec)} ${unit}/s`);
    return [...parts, ...leftText, ...detailText].join(' · ');
  };
  const erase = () => {
    if (drawnLines > 0) target.write(`\u001b[${drawnLines}A\u001b[0J`);
    drawnLines = 0;
  };
  const draw = () => {
    changed = false;
    drawnAtSec = nowSec();
    if (work === undefined) return;
    if (!target.live) {
      const percent = work.total ? `${Math.floor((100 * work.done) / work.total)} % · ` : '';
      target.write(`${work.task}: ${percent}${numbers()}${learned ? ` · ${learning.summary()}` : ''}\n`);
      return;
    }
    erase();
    const lines = [`${work.task} · ${numbers()}`.slice(0, target.columns - 1)];
    if (work.total !== undefined) lines.push(bar(work.done / work.total, Math.min(target.columns - 1, 60)));
    if (learned) lines.push(...learning.lines(target.columns - 1, work.total));
    target.write(`${lines.join('\n')}\n`);
    drawnLines = lines.length;
  };
  /** Leaves the last state of a work on the screen; what comes next gets lines of its own. */
  const finish = () => {
    if (work === undefined) return;
    if (changed) draw();
    if (!target.live && learned) target.write(`${learning.lines(Math.max(target.columns, 110)).join('\n')}\n`);
    work = undefined;
    [drawnLines, learned] = [0, false];
    learning = createLearningLog();
    rate.restart();
  };
  return {
    show(event) {
      if (event.kind === 'stage') {
        finish();
        target.write(`${event.text}\n`);
        return;
      }
      if (event.kind === 'note') {
        if (target.live) erase();
        else if (changed) draw();
        target.write(`${event.text}\n`);
        if (target.live) draw();
        return;
      }
      // A terminal has no pictures.
      if (event.kind === 'samples') return;
      if (event.kind === 'learning') {
        learned = true;
        learning.add(event);
      } else {
        if (event.task !== work?.task) {
          finish();
          rate.restart(event.unit === '%' ? Number.POSITIVE_INFINITY : undefined);
          drawnAtSec = target.live ? Number.NEGATIVE_INFINITY : nowSec();
        }
        work = event;
        rate.add(event.done, nowSec());
      }
      changed = true;
      if (nowSec() - drawnAtSec >= pauseSec) draw();
    },
    close: finish,
  };
}

/** Returns a bar of block characters, eighths at its end. */
function bar(share: number, columns: number): string {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * columns * 8);
  const full = '█'.repeat(eighths >> 3);
  const part = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths & 7] as string;
  return (full + part).padEnd(columns, '░');
}
