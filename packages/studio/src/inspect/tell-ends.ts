import type { JobView } from 'zoopraxis';
import { tell } from '../page/tell.js';
import { jobs } from '../state/jobs.js';

/** Returns sentences about jobs that were under way before and have ended since. */
export function endsBetween(before: readonly JobView[], now: readonly JobView[]): string[] {
  const wasLive = new Set(before.filter(({ state }) => state === 'running' || state === 'waiting').map(({ id }) => id));
  return now
    .filter(({ id, state }) => wasLive.has(id) && state !== 'running' && state !== 'waiting')
    .map(({ title, state, error }) =>
      state === 'failed' && error !== null ? `${title} failed: ${error.message}` : `${title}: ${state}`,
    );
}

/** Says when jobs end, wherever on the page the user is; returns the way to stop. */
export function tellEnds(): () => void {
  return jobs.subscribe(({ list }, before) => {
    if (list === before.list) return;
    for (const sentence of endsBetween(before.list, list)) tell(sentence);
  });
}
