import type { JobView, ProgressEvent, StudioEvent } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { call } from '../server/client.js';

/** One point of the curve of a training. */
export type LearningPoint = Extract<ProgressEvent, { kind: 'learning' }>;

/** Work that runs or ran, and how trainings go. */
export interface JobsState {
  /** The newest first. */
  readonly list: readonly JobView[];
  /** By job id, points by rising step. */
  readonly learning: ReadonlyMap<string, readonly LearningPoint[]>;
  /** Takes what the server told. */
  take(event: Extract<StudioEvent, { kind: 'job' | 'learning' }>): void;
  /** Reads all jobs. */
  load(): Promise<void>;
  /** Reads the whole curve of a job. */
  loadLearning(id: string): Promise<void>;
  /** Starts work; it goes on when the page is closed. */
  start(recipe: string, input: Readonly<Record<string, unknown>>): Promise<JobView>;
  /** Stops work; what is done is kept. */
  stop(id: string): Promise<void>;
  /** Ends a training and has its model written with the best weights so far. */
  finish(id: string): Promise<void>;
}

/** The store of jobs. */
export const jobs = createStore<JobsState>((set) => {
  const put = (job: JobView) =>
    set(({ list }) => ({
      list: [job, ...list.filter(({ id }) => id !== job.id)].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
    }));
  return {
    list: [],
    learning: new Map(),
    take(event) {
      if (event.kind === 'job') return put(event.job);
      set(({ learning }) => {
        // Losses and errors come apart; what a training does again after it was interrupted replaces what was.
        const isError = event.event.loss === undefined;
        const before = (learning.get(event.job) ?? []).filter(
          ({ step, loss }) => step < event.event.step || (loss === undefined) !== isError,
        );
        return { learning: new Map(learning).set(event.job, [...before, event.event]) };
      });
    },
    async load() {
      set({ list: await call('GET /api/jobs', {}) });
    },
    async loadLearning(id) {
      const { learning, ...job } = await call('GET /api/jobs/:job', { path: { job: id } });
      put(job);
      set((state) => ({ learning: new Map(state.learning).set(id, learning) }));
    },
    async start(recipe, input) {
      const job = await call('POST /api/jobs', { body: { recipe, input } });
      put(job);
      return job;
    },
    async finish(id) {
      put(await call('POST /api/jobs/:job/finish', { path: { job: id } }));
    },
    async stop(id) {
      put(await call('DELETE /api/jobs/:job', { path: { job: id } }));
    },
  };
});

/** Returns a part of the jobs; the component renders again when it changes. */
export function useJobs<Part>(pick: (state: JobsState) => Part): Part {
  return useStore(jobs, pick);
}
