import type { JobView } from 'zoopraxis';

/** Words for the states of jobs. */
export const stateWords: Readonly<Record<JobView['state'], string>> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
};

/** Returns a span of time as people say it, to about two digits: `40 s`, `12 min`, `3 h 20 min`. */
export function spanText(sec: number): string {
  const seconds = Math.max(0, Math.round(sec));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

const count = (value: number) => Math.round(value).toLocaleString('en-US');

/** Returns a speed as people say it: by the second, or by the minute or hour where it is slow; empty where it is not known. */
function rateText(unit: string, perSec: number | null): string[] {
  if (perSec === null || !(perSec > 0)) return [];
  const [value, span] = perSec >= 1 ? [perSec, 's'] : perSec >= 1 / 60 ? [60 * perSec, 'min'] : [3600 * perSec, 'h'];
  return [`${Number(value.toPrecision(value >= 100 ? 3 : 2)).toLocaleString('en-US')} ${unit}/${span}`];
}

/** Returns what a job is doing, in a sentence without a full stop; empty where it has said nothing. */
export function workText({ progress, ratePerSec }: Pick<JobView, 'progress' | 'ratePerSec'>): string {
  const { work, stage } = progress;
  if (work === undefined) return stage?.text ?? '';
  if (work.unit === '%') return work.detail === undefined ? work.task : `${work.task}: ${work.detail}`;
  const amount =
    work.total === undefined
      ? `${count(work.done)} ${work.unit}`
      : `${count(work.done)} of ${count(work.total)} ${work.unit}`;
  const rate = rateText(work.unit, ratePerSec ?? null);
  return [`${work.task}: ${amount}`, ...(work.detail === undefined ? [] : [work.detail]), ...rate].join(', ');
}

/** Returns how far a job is, in words for people and screen readers: `42 %, 3 min left`. */
export function shareText({ share, secondsLeft, state }: Pick<JobView, 'share' | 'secondsLeft' | 'state'>): string {
  if (state === 'waiting') return 'waits for the work before it';
  const parts = [
    ...(share === null ? [] : [`${Math.floor(Math.max(0, Math.min(1, share)) * 100)} %`]),
    ...(secondsLeft === null || state !== 'running' ? [] : [`${spanText(secondsLeft)} left`]),
  ];
  return parts.join(', ');
}

/** Returns how long a job has run or ran, seconds; NaN where its times cannot be read. */
export function elapsedSec({ startedAt, endedAt }: Pick<JobView, 'startedAt' | 'endedAt'>, now: number): number {
  return ((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)) / 1000;
}

/** What of a job is worth opening when it is done. */
export type JobResult =
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'recording'; readonly recording: string }
  /** The recording that has this video. */
  | { readonly kind: 'video'; readonly video: string }
  | { readonly kind: 'report'; readonly model: string; readonly file: string };

const lastPart = (path: string) => path.split(/[\\/]/).at(-1) ?? path;

/** Returns what a finished job leads to, by its recipe, input and output; list, best first. */
export function jobResults({ recipe, input, output, state }: JobView): JobResult[] {
  if (state !== 'done' && state !== 'stopped') return [];
  const text = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.flatMap(text) : []);
  const from = (output ?? {}) as Record<string, unknown>;
  if (/^train /.test(recipe)) {
    const [model] = [...text(from.model).map(lastPart), ...text(input.name)];
    return state === 'done' && model !== undefined ? [{ kind: 'model', model }] : [];
  }
  if (/^evaluate |^report/.test(recipe)) {
    const [model] = text(input.model);
    const [file] = text(from.report).map(lastPart);
    if (model === undefined) return [];
    return [...(file === undefined ? [] : [{ kind: 'report' as const, model, file }]), { kind: 'model', model }];
  }
  const [video] = list(input.videos);
  if (video !== undefined) return [{ kind: 'video', video }];
  const [recording] = list(input.recordings);
  return recording === undefined ? [] : [{ kind: 'recording', recording }];
}
