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

/** Shows the first tracks of the open recording where none are shown: they have just been made. */
async function showNewTracks(): Promise<void> {
  await reloadProject();
  const [first] = openTracks();
  const { shownTracks } = studio.getState();
  if (first === undefined || openTracks().some(({ name }) => shownTracks.includes(name))) return;
  studio.setState({ shownTracks: [first.name] });
}

/** Says when jobs end, wherever on the page the user is, and shows tracks that came; returns the way to stop. */
export function tellEnds(): () => void {
  return jobs.subscribe(({ list }, before) => {
    if (list === before.list) return;
    const tracked = ({ recipe, state }: JobView) => recipe === 'track' && state === 'done';
    if (before.list.length > 0 && list.filter(tracked).length > before.list.filter(tracked).length) {
      showNewTracks().catch(tellProblem);
    }
    for (const sentence of endsBetween(before.list, list)) tell(sentence);
  });
}
