import { columnsOfRule, type Rule } from '@zoopraxis/behavior';
import type { BoutEdit, BoutView, RecordingView, StreamKey, TraceView } from 'zoopraxis';
import { call, callBytes, ServerRefusal } from '../server/client.js';
import { editBouts, streamId } from '../state/bouts.js';
import type { FrameClock } from '../state/clock.js';
import { readClock } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import { newBoutId } from './actions.js';
import type { RuleAnswer, RuleQuestion } from './rule-worker.js';
import { boundaryTime } from './snap-edge.js';

/** Most bouts that a rule writes in one step. */
export const mostRuleBouts = 100_000;

/** Frames of a trace that one answer holds. */
const framesAtOnce = 2_097_152;

/** Returns the trace that a rule means: rules name traces by title, which is the same in all recordings. */
export const traceOf = (list: readonly TraceView[], column: string): TraceView | undefined =>
  list.find(({ title }) => title === column);

/** Returns all values of a trace, shape `[frame]`. */
export async function readTrace(recording: string, trace: TraceView, signal: AbortSignal): Promise<Float32Array> {
  const values = new Float32Array(trace.frameCount);
  const place = `/api/recordings/${encodeURIComponent(recording)}/traces/${encodeURIComponent(trace.id)}`;
  for (let from = 0; from < trace.frameCount; from += framesAtOnce) {
    const to = Math.min(trace.frameCount, from + framesAtOnce);
    const bytes = await callBytes(`${place}?from=${from}&to=${to}` as `/api/${string}`, { signal });
    values.set(new Float32Array(bytes), from);
  }
  return values;
}

/** Returns the clock of traces: that of the recording where they have as many frames, else by their own rate. */
export function clockOfTrace(trace: TraceView | undefined, clock: FrameClock | undefined): FrameClock | undefined {
  if (trace === undefined || clock?.frameCount === trace.frameCount) return clock;
  return { frameCount: trace.frameCount, fps: trace.fps, offsetSec: clock?.offsetSec ?? 0 };
}

/** Returns what a rule found as bouts; frames have the shape `[bout]`, the last one not included. */
export function boutsOfFrames(
  behavior: string,
  { startFrame, endFrame }: { readonly startFrame: Int32Array; readonly endFrame: Int32Array },
  clock: FrameClock,
  idOf: (i: number) => string,
): BoutView[] {
  return Array.from(startFrame, (start, i) => ({
    id: idOf(i),
    behavior,
    startSec: boundaryTime(start, clock),
    endSec: boundaryTime(endFrame[i] as number, clock),
  }));
}

/** Starts the worker that tries rules. */
export function startRuleWorker(): Worker {
  return new Worker(new URL('./rules.worker.js', import.meta.url), { type: 'module' });
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<RuleAnswer> {
  return new Promise((resolve, reject) => {
    const take = ({ data }: MessageEvent<RuleAnswer>) => {
      if (data.kind === 'histogram') return;
      worker.removeEventListener('message', take);
      resolve(data);
    };
    worker.addEventListener('message', take);
    worker.addEventListener('error', ({ message }) => reject(new Error(message)), { once: true });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function editOf(
  rule: Rule,
  recording: RecordingView,
  stream: StreamKey,
  worker: Worker,
  signal: AbortSignal,
): Promise<BoutEdit | 'no traces'> {
  const list = await call('GET /api/recordings/:recording/traces', { path: { recording: recording.id }, signal });
  const used = columnsOfRule(rule).map((column) => traceOf(list, column));
  const found = used.filter((trace) => trace !== undefined);
  const clock = clockOfTrace(found[0], await readClock(recording, studio.getState()));
  if (found.length < used.length || clock === undefined) return 'no traces';
  const ask = (question: RuleQuestion, transfer: Transferable[] = []) => worker.postMessage(question, transfer);
  ask({ kind: 'clear' });
  for (const trace of found) {
    const values = await readTrace(recording.id, trace, signal);
    ask({ kind: 'column', column: trace.title, values }, [values.buffer]);
  }
  const { fps, timesSec } = clock;
  ask({ kind: 'apply', turn: 0, rule, fps, ...(timesSec === undefined ? {} : { timesSec }) });
  const answer = await answerOf(worker, signal);
  if (answer.kind !== 'bouts') {
    throw new Error(`${recording.id}: ${answer.kind === 'problem' ? answer.message : 'no answer'}`);
  }
  // Files that name no animal name the one of each recording after it.
  const subject = stream.subject === stream.recording ? recording.id : stream.subject;
  const key = { ...stream, recording: recording.id, subject };
  const before = await call('GET /api/bouts', { query: { set: key.set, recording: key.recording }, signal }).catch(
    (error) => {
      if (error instanceof ServerRefusal && error.status === 404) return [];
      throw error;
    },
  );
  const remove = before.find((each) => streamId(each) === streamId(key))?.bouts.map(({ id }) => id) ?? [];
  const add = boutsOfFrames(rule.behavior, answer, clock, newBoutId);
  return { stream: key, remove, add };
}

/** What a rule did in all recordings. */
export interface EverywhereResult {
  readonly boutCount: number;
  readonly recordingCount: number;
  /** Recordings that lack a trace of the rule, list. */
  readonly without: readonly string[];
}

/**
 * Writes what a rule finds in all recordings, as one step of undo, in place of what it wrote before; nothing is written where
 * it is called off.
 */
export async function applyEverywhere(
  rule: Rule,
  stream: StreamKey,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (done: number, of: number) => void },
): Promise<EverywhereResult> {
  const recordings = studio.getState().project?.recordings ?? [];
  const worker = startRuleWorker();
  const edits: BoutEdit[] = [];
  const without: string[] = [];
  let [boutCount, recordingCount] = [0, 0];
  try {
    for (const [i, recording] of recordings.entries()) {
      onProgress(i, recordings.length);
      const edit = await editOf(rule, recording, stream, worker, signal);
      signal.throwIfAborted();
      if (edit === 'no traces') {
        without.push(recording.id);
        continue;
      }
      recordingCount++;
      if (edit.remove.length > 0 || edit.add.length > 0) edits.push(edit);
      boutCount += edit.add.length;
      if (boutCount > mostRuleBouts) throw new Error(tooMany(boutCount));
    }
  } finally {
    worker.terminate();
  }
  if (edits.length > 0) await editBouts(`apply rule ${rule.name} to ${edits.length} recordings`, edits);
  return { boutCount, recordingCount, without };
}

/** Says that a rule finds more bouts than can be written. */
export const tooMany = (count: number): string =>
  `The rule finds ${count} bouts; at most ${mostRuleBouts} are written. Ask for longer ones, or join over gaps.`;
