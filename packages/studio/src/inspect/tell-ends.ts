import type { JobView } from 'zoopraxis';
import { tell, tellProblem } from '../page/tell.js';
import { jobs } from '../state/jobs.js';
import { reloadProject } from '../state/session.js';
import { openTracks, studio } from '../state/studio-store.js';

/** Returns sentences about jobs that were under way before and have ended since. */
export function endsBetween(before: readonly JobView[], now: readonly JobView[]): string[] {
  const wasLive = new Set(before.filter(({ state }) => state === 'running' || state === 'waiting').map(({ id }) => id));
  return now
    .filter(({ id, state }) => wasLive.has(id) && state !== 'running' && state !== 'waiting')
    .map(({ title, state, error }) =>
      state === 'failed' && error !== null ? `${title} failed: ${error.message}` : `${title}: ${state}`,
    );
}

/** Shows the tracks that a model has just made of the open recording in place of those before, which stay in the tab Overlay. */
async function showTracksOf(model: unknown): Promise<void> {
  await reloadProject();
  const all = openTracks();
  const made = all.find(({ source }) => source === model);
  if (made === undefined || studio.getState().shownTracks.includes(made.name)) return;
  studio.setState({ shownTracks: [made.name] });
  if (all.length > 1) tell(`The tracks of ${made.source} are shown; others are in the tab Overlay.`);
}

/** Says when jobs end, wherever on the page the user is, and shows tracks that came; returns the way to stop. */
export function tellEnds(): () => void {
  return jobs.subscribe(({ list }, before) => {
    if (list === before.list) return;
    const wasDone = new Set(before.list.filter(({ state }) => state === 'done').map(({ id }) => id));
    for (const { id, recipe, state, input } of list) {
      if (before.list.length === 0 || recipe !== 'track' || state !== 'done' || wasDone.has(id)) continue;
      showTracksOf(input.model).catch(tellProblem);
    }
    for (const sentence of endsBetween(before.list, list)) tell(sentence);
  });
}
