import { columnsOfRule, type Rule } from '@zoopraxis/behavior';
import type { BoutView, StreamKey, TraceView } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { editBouts } from '../state/bouts.js';
import type { FrameClock } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import { loadTraces, traces } from '../state/traces.js';
import { newBoutId } from './actions.js';
import { activeStream, keyOf, streamOf } from './active-stream.js';
import { say } from './annotate-store.js';
import { freeName, type Histogram } from './rule-draft.js';
import type { RuleAnswer, RuleQuestion } from './rule-worker.js';
import {
  applyEverywhere,
  boutsOfFrames,
  clockOfTrace,
  mostRuleBouts,
  readTrace,
  startRuleWorker,
  tooMany,
  traceOf,
} from './rules-everywhere.js';

/** What a rule finds in the open recording. */
export interface RulePreview {
  readonly bouts: readonly BoutView[];
  /** Seconds that the bouts last in all. */
  readonly totalSec: number;
}

/** The rules of the project, and the one that is being made. */
export interface RulesState {
  readonly rules: readonly Rule[];
  readonly isLoaded: boolean;
  /** Name under which the draft was opened; null = it is new. */
  readonly opened: string | null;
  readonly draft: Rule | null;
  /** True while the panel is on the screen: only then the draft is tried. */
  readonly isShown: boolean;
  readonly histograms: Readonly<Record<string, Histogram>>;
  /** Columns on their way. */
  readonly loading: readonly string[];
  readonly preview: RulePreview | null;
  /** Why there is no preview. */
  readonly problem: string | null;
}

const clean = { histograms: {}, loading: [], preview: null, problem: null };

/** The store of rules. */
export const rules = createStore<RulesState>(() => ({
  rules: [],
  isLoaded: false,
  opened: null,
  draft: null,
  isShown: false,
  ...clean,
}));

/** Returns a part of the state of rules; the component renders again when it changes. */
export function useRules<Part>(pick: (state: RulesState) => Part): Part {
  return useStore(rules, pick);
}

/** Reads the rules of the project. */
export async function loadRules(): Promise<void> {
  const view = await call('GET /api/rules', {});
  for (const warning of view.warnings) tell(warning, { isLasting: true });
  rules.setState({ rules: view.rules, isLoaded: true });
}

/** Opens a rule for changing, or a new one for a behavior. */
export function openRule(rule: Rule | null): void {
  const { rules: all } = rules.getState();
  const behaviors = studio.getState().project?.ethogram.behaviors ?? [];
  const behavior = behaviors.find(({ kind }) => kind === 'state')?.name ?? '';
  const fresh = (): Rule => ({
    name: freeName(all, behavior || 'rule'),
    behavior,
    when: { match: 'all', parts: [] },
    minimumSec: 0.2,
    mergeGapSec: 0.2,
  });
  rules.setState({ draft: rule ?? fresh(), opened: rule?.name ?? null, preview: null, problem: null });
  tryDraft();
}

/** Closes the draft without keeping it. */
export function closeRule(): void {
  rules.setState({ draft: null, opened: null, preview: null, problem: null });
}

/** Changes the draft; what it finds follows at once. */
export function changeDraft(part: Partial<Rule>): void {
  rules.setState(({ draft }) => ({ draft: draft === null ? null : { ...draft, ...part } }));
  tryDraft();
}

/** Changes the behavior of the draft; a name that was suggested by the behavior follows it. */
export function changeBehavior(behavior: string): void {
  const { draft, rules: all, opened } = rules.getState();
  if (draft === null) return;
  const others = all.filter(({ name }) => name !== opened);
  const wasSuggested = opened === null && draft.name === freeName(others, draft.behavior || 'rule');
  changeDraft({ behavior, ...(wasSuggested ? { name: freeName(others, behavior) } : {}) });
}

/** Keeps the draft with the project. */
export async function saveRule(): Promise<void> {
  const { rules: all, draft, opened } = rules.getState();
  if (draft === null) return;
  const at = all.findIndex(({ name }) => name === opened);
  const next = at < 0 ? [...all, draft] : all.map((rule, i) => (i === at ? draft : rule));
  const view = await call('PUT /api/rules', { body: { rules: next } });
  rules.setState({ rules: view.rules, opened: draft.name });
}

/** Takes a rule out of the project; bouts that it wrote stay. */
export async function deleteRule(name: string): Promise<void> {
  const next = rules.getState().rules.filter((rule) => rule.name !== name);
  const view = await call('PUT /api/rules', { body: { rules: next } });
  rules.setState({ rules: view.rules });
  closeRule();
}

let worker: Worker | undefined;
let recordingOfColumns: string | null = null;
const given = new Set<string>();
let columnsAbort = new AbortController();
let isBusy = false;
let isWanted = false;
let turn = 0;

function ask(question: RuleQuestion, transfer: Transferable[] = []): void {
  if (worker === undefined) {
    worker = startRuleWorker();
    worker.addEventListener('message', ({ data }: MessageEvent<RuleAnswer>) => takeAnswer(data));
    worker.addEventListener('error', ({ message }) => {
      isBusy = false;
      rules.setState({ preview: null, problem: message || 'the preview could not be computed' });
    });
  }
  worker.postMessage(question, transfer);
}

function takeAnswer(answer: RuleAnswer): void {
  if (answer.kind === 'histogram') {
    const { column, histogram } = answer;
    rules.setState(({ histograms }) => ({ histograms: { ...histograms, [column]: histogram } }));
    return;
  }
  isBusy = false;
  if (answer.turn === turn) {
    if (answer.kind === 'problem') rules.setState({ preview: null, problem: answer.message });
    else showBouts(answer.startFrame, answer.endFrame);
  }
  if (isWanted) tryDraft();
}

function showBouts(startFrame: Int32Array, endFrame: Int32Array): void {
  const { draft } = rules.getState();
  const clock = columnClock();
  if (draft === null || clock === undefined) return;
  const bouts = boutsOfFrames(draft.behavior, { startFrame, endFrame }, clock, (i) => `preview-${i}`);
  const totalSec = bouts.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
  rules.setState({ preview: { bouts, totalSec }, problem: null });
}

function columnClock(): FrameClock | undefined {
  return clockOfTrace(usedTraces()[0], recordingClock());
}

function usedTraces(): TraceView[] {
  const { draft } = rules.getState();
  if (draft === null) return [];
  const { list } = traces.getState();
  return columnsOfRule(draft).flatMap((column) => traceOf(list, column) ?? []);
}

async function giveColumn(recording: string, trace: TraceView): Promise<void> {
  const { signal } = columnsAbort;
  const { title } = trace;
  given.add(title);
  rules.setState(({ loading }) => ({ loading: [...loading, title] }));
  try {
    const values = await readTrace(recording, trace, signal);
    if (signal.aborted) return;
    ask({ kind: 'column', column: title, values }, [values.buffer]);
  } catch (error) {
    if (signal.aborted) return;
    given.delete(title);
    throw error;
  } finally {
    if (!signal.aborted) rules.setState(({ loading }) => ({ loading: loading.filter((other) => other !== title) }));
  }
}

/** Finds the bouts of the draft in a worker; while one search runs, only the newest wish is kept. */
export function tryDraft(): void {
  const { draft, isShown } = rules.getState();
  const { recordingId } = studio.getState();
  if (draft === null || !isShown || recordingId === null) return;
  if (recordingOfColumns !== recordingId) {
    columnsAbort.abort();
    columnsAbort = new AbortController();
    recordingOfColumns = recordingId;
    given.clear();
    // What is still being searched is of the recording before.
    turn++;
    rules.setState(clean);
    if (worker !== undefined) ask({ kind: 'clear' });
  }
  const wanted = columnsOfRule(draft);
  if (wanted.length === 0) {
    rules.setState({ preview: null, problem: null });
    return;
  }
  const { list, isLoading, recording } = traces.getState();
  const missing = wanted.filter((column) => traceOf(list, column) === undefined);
  if (missing.length > 0) {
    const isKnown = recording === recordingId && !isLoading;
    rules.setState({ preview: null, problem: isKnown ? `This recording has no ${missing.join(', ')}.` : null });
    return;
  }
  const away = usedTraces().filter(({ title }) => !given.has(title));
  if (away.length > 0) {
    const work = away.map((trace) => giveColumn(recordingId, trace));
    Promise.all(work)
      .then(tryDraft)
      .catch((error) => {
        rules.setState({ problem: error instanceof Error ? error.message : String(error) });
      });
    return;
  }
  if (rules.getState().loading.some((column) => wanted.includes(column))) return;
  const clock = columnClock();
  if (clock === undefined) return;
  isWanted = isBusy;
  if (isBusy) return;
  isBusy = true;
  const { fps, timesSec } = clock;
  ask({ kind: 'apply', turn: ++turn, rule: draft, fps, ...(timesSec === undefined ? {} : { timesSec }) });
}

/** Returns the stream that a rule writes into: the animals of the active stream, with the rule as annotator. */
export function streamOfRule(rule: Rule): StreamKey | null {
  const stream = activeStream();
  if (stream === null) return null;
  return {
    ...keyOf(stream),
    set: streamOf(stream)?.isHuman === false ? 'human' : stream.set,
    annotator: `rule: ${rule.name}`,
    channel: 'default',
  };
}

/** Keeps the rule, and writes what it finds as bouts of annotator `rule: <name>`, in place of what it wrote before. */
export async function applyDraft(): Promise<void> {
  await saveRule();
  const { draft, preview } = rules.getState();
  if (draft === null || preview === null) return;
  const stream = streamOfRule(draft);
  if (stream === null) return;
  const { bouts } = preview;
  if (bouts.length > mostRuleBouts) {
    throw new Error(tooMany(bouts.length));
  }
  const remove = (streamOf(stream)?.bouts ?? []).map(({ id }) => id);
  const add = bouts.map((bout) => ({ ...bout, id: newBoutId() }));
  const words = `${add.length} ${add.length === 1 ? 'bout' : 'bouts'}`;
  await editBouts(`apply rule ${draft.name}`, [{ stream, remove, add }]);
  say(`${words} written by rule ${draft.name}`);
  tell(`${words} of ${draft.behavior} written as “rule: ${draft.name}”`, { topic: 'annotate' });
}

/** Keeps the rule, and writes what it finds in all recordings as one step of undo. */
export async function applyDraftEverywhere(options: {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, of: number) => void;
}): Promise<void> {
  await saveRule();
  const { draft } = rules.getState();
  const stream = draft === null ? null : streamOfRule(draft);
  if (draft === null || stream === null) return;
  const { boutCount, recordingCount, without } = await applyEverywhere(draft, stream, options);
  const left =
    without.length === 0
      ? ''
      : `; ${without.length} without its traces: ${without.slice(0, 5).join(', ')}${without.length > 5 ? ' …' : ''}`;
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const words = `${counted(boutCount, 'bout')} in ${counted(recordingCount, 'recording')} written by rule ${draft.name}${left}`;
  say(words);
  tell(words, { topic: 'annotate' });
}

let stop: (() => void)[] = [];

/** Says whether the panel is on the screen: then the draft follows the recording that is open. */
export function showRules(isShown: boolean): void {
  rules.setState({ isShown });
  for (const each of stop) each();
  stop = [];
  if (!isShown) return;
  if (!rules.getState().isLoaded) loadRules().catch(tellProblem);
  const { recordingId } = studio.getState();
  if (traces.getState().recording !== recordingId) loadTraces().catch(tellProblem);
  tryDraft();
  stop = [
    studio.subscribe((state, before) => {
      if (state.recordingId === before.recordingId) return;
      if (traces.getState().recording !== state.recordingId) loadTraces().catch(tellProblem);
      tryDraft();
    }),
    traces.subscribe((state, before) => {
      if (state.list !== before.list) tryDraft();
    }),
  ];
}
