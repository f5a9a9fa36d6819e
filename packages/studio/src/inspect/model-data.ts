import { useEffect, useState } from 'react';
import type { JobView, StudioApi } from 'zoopraxis';
import { call, callBytes } from '../server/client.js';
import { jobs, useJobs } from '../state/jobs.js';
import { useStudio } from '../state/studio-store.js';
import { reportUrl } from './inspect-store.js';
import { type BehaviorFacts, behaviorFacts, type PoseFacts, poseFacts } from './model-card.js';

type Answer = StudioApi['GET /api/models/:model']['response'];

/** Scores of a classifier, and what they were measured on. */
export interface MeasuredBehavior {
  readonly title: string;
  readonly facts: BehaviorFacts;
}

/** What is known of a model. */
export interface ModelData extends Answer {
  readonly pose: PoseFacts | null;
  /** List, the newest first. */
  readonly behavior: readonly MeasuredBehavior[];
}

/** What asking for a model gave. */
export type ModelAnswer =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'there'; readonly data: ModelData };

const decoder = new TextDecoder();

async function readNumbers({ view, reports }: Answer, signal: AbortSignal): Promise<unknown> {
  if (!reports.includes('evaluation.json')) return undefined;
  const bytes = await callBytes(reportUrl(view.name, 'evaluation.json') as `/api/${string}`, { signal });
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    // A file of somebody else: the card's numbers stand.
    return undefined;
  }
}

/** Returns the jobs that trained or measured a model and are done, the newest first. */
export function jobsOfModel(list: readonly JobView[], model: string): JobView[] {
  const isIt = ({ recipe, input }: JobView) =>
    (/^train /.test(recipe) && input.name === model) || (/^evaluate /.test(recipe) && input.model === model);
  return list.filter((job) => job.state === 'done' && isIt(job));
}

function measuredBehavior(answer: Answer, list: readonly JobView[]): MeasuredBehavior[] {
  const found: MeasuredBehavior[] = [];
  const add = (title: string, evaluation: unknown) => {
    const facts = behaviorFacts(evaluation);
    if (facts !== null && !found.some((other) => other.title === title)) found.push({ title, facts });
  };
  for (const { recipe, input, output } of jobsOfModel(list, answer.view.name)) {
    if (recipe === 'evaluate behavior') add(`against ${String(input.set)}`, output);
    if (recipe === 'train behavior') add('cross-validation', evaluationIn(output));
  }
  add('cross-validation', evaluationIn(answer.training));
  return found;
}

const evaluationIn = (value: unknown): unknown =>
  (value as { crossValidation?: { evaluation?: unknown } | null } | null | undefined)?.crossValidation?.evaluation;

/** Returns what is known of a model; asked for again whenever the model was made anew or measured. */
export async function readModelData(model: string, signal: AbortSignal): Promise<ModelData> {
  const answer = await call('GET /api/models/:model', { path: { model }, signal });
  const numbers = await readNumbers(answer, signal);
  const { list } = jobs.getState();
  return {
    ...answer,
    pose: poseFacts(answer.card, numbers),
    behavior: measuredBehavior(answer, list),
  };
}

/** Returns what is known of some models, in their order. */
export function useModels(models: readonly string[]): readonly ModelAnswer[] {
  const [answers, setAnswers] = useState<ReadonlyMap<string, ModelAnswer>>(new Map());
  const views = useStudio(({ project }) => project?.models);
  const doneJobs = useJobs(({ list }) => list.filter(({ state }) => state === 'done').length);
  const wanted = models.join('\n');
  const made = models.map((model) => views?.find(({ name }) => name === model)?.madeAt ?? '').join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: jobs and times of making say when to ask again
  useEffect(() => {
    const asking = new AbortController();
    const put = (model: string, answer: ModelAnswer) =>
      setAnswers((before) => (asking.signal.aborted ? before : new Map(before).set(model, answer)));
    for (const model of wanted === '' ? [] : wanted.split('\n')) {
      readModelData(model, asking.signal).then(
        (data) => put(model, { kind: 'there', data }),
        (error: unknown) =>
          put(model, { kind: 'failed', sentence: error instanceof Error ? error.message : `${error}` }),
      );
    }
    return () => asking.abort();
  }, [wanted, made, doneJobs]);
  return models.map((model) => answers.get(model) ?? { kind: 'loading' });
}
