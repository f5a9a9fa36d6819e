import type { StudioEvent } from 'zoopraxis';
import { tell, tellProblem } from '../page/tell.js';
import { ServerRefusal } from '../server/client.js';
import { loadBouts } from '../state/bouts.js';
import { forgetComputing, takeComputing } from '../state/computing.js';
import { jobs } from '../state/jobs.js';
import { loadLabels } from '../state/labels.js';
import { isOwnEdit, keepUnsent, unsavedCount } from '../state/saver.js';
import { openRecordingById, reloadProject } from '../state/session.js';
import { studio } from '../state/studio-store.js';
import { newName, unsentEdits } from '../state/unsent.js';

/** Wait before the server is asked again that refused to tell what happens, ms. */
const listenAgainMs = 2000;
/** Silence after which a connection counts as dead, ms: the server says every 15 s that it lives. */
const longestSilenceMs = 40_000;
/** Wait before edits of others are read, ms: one who works makes several. */
const catchUpMs = 400;

function listen(wasLost = false): void {
  const source = new EventSource('/api/events');
  let heardAt = Date.now();
  const hear = () => {
    heardAt = Date.now();
  };
  const lose = (trouble: string) => {
    wasLost = true;
    studio.setState({ trouble });
  };
  // After a computer slept, connections may be dead without either end having noticed.
  const watch = setInterval(() => {
    if (Date.now() - heardAt < longestSilenceMs) return;
    clearInterval(watch);
    source.close();
    lose('The server does not answer. Edits are kept here until it does.');
    listen(true);
  }, 5000);
  source.addEventListener('open', () => {
    hear();
    // What was asked for when it went away may have been done or not: all is read anew.
    if (wasLost) {
      forgetComputing();
      annotationsSeen = '';
      void reloadProject({ isNewStart: true }).then(refreshRecording).catch(tellProblem);
    }
    wasLost = false;
  });
  source.addEventListener('error', () => {
    hear();
    // A browser tries again by itself where nobody answers, but not where it is refused: after a new start of the server
    // this page's key is old, until the new link was opened in any tab.
    const isRefused = source.readyState === EventSource.CLOSED;
    lose(
      isRefused
        ? 'The server was started anew: open the link that it printed. Edits are kept here and saved then.'
        : 'The server does not answer. Is `zoopraxis studio` still running? Edits are kept here until it is back.',
    );
    if (!isRefused) return;
    clearInterval(watch);
    setTimeout(() => listen(true), listenAgainMs);
  });
  source.addEventListener('alive', hear);
  source.addEventListener('message', ({ data }) => {
    hear();
    const event = JSON.parse(data) as StudioEvent;
    if (event.kind === 'project' && event.revision > (studio.getState().project?.revision ?? -1)) {
      void reloadProject().then(refreshRecording).catch(tellProblem);
    }
    if (event.kind === 'saved' && (event.edit === null || !isOwnEdit(event.edit))) catchUpSoon([event.of]);
    if (event.kind === 'job' || event.kind === 'learning') jobs.getState().take(event);
    if (event.kind === 'computing') takeComputing(event);
    if (event.kind === 'stopping') studio.setState({ trouble: 'The server was stopped.' });
  });
}

/** What others changed and this page did not read yet. */
const missed = new Set<'labels' | 'bouts'>();
let isCatchUpNear = false;

/** Reads what others changed a moment later, or as soon as the page's own edits are on the disk. */
function catchUpSoon(what: readonly ('labels' | 'bouts')[]): void {
  for (const kind of what) missed.add(kind);
  if (isCatchUpNear) return;
  isCatchUpNear = true;
  setTimeout(() => {
    isCatchUpNear = false;
    if (unsavedCount() > 0) return;
    const loads = [...missed].map((kind) => (kind === 'labels' ? loadLabels() : loadBouts()));
    missed.clear();
    void Promise.all(loads).catch(tellProblem);
  }, catchUpMs);
}

let annotationsSeen = '';

/** Reads bouts and labels again where other programs or jobs changed what the project has of the open recording. */
async function refreshRecording(): Promise<void> {
  const { project, recordingId } = studio.getState();
  const seen = JSON.stringify(project?.annotations.filter(({ recording }) => recording === recordingId));
  if (seen === annotationsSeen) return;
  annotationsSeen = seen;
  if (unsavedCount() > 0) catchUpSoon(['labels', 'bouts']);
  else await Promise.all([loadBouts(), loadLabels()]);
}

/** Keeps this page's edits until they are on the disk, and sends those that a page before left behind. */
async function rescueEdits(place: string): Promise<void> {
  const tab = newName();
  const head = 'zoopraxis tab ';
  // Held as long as the page lives: its edits are its own business.
  const { locks } = navigator as { locks?: LockManager };
  void locks?.request(head + tab, () => new Promise(() => undefined));
  const held = (await locks?.query())?.held ?? [];
  const living = new Set(held.flatMap(({ name }) => (name?.startsWith(head) ? name.slice(head.length) : [])));
  const { savedCount, refused } = await keepUnsent(unsentEdits(localStorage, { place, tab }), living);
  if (savedCount > 0) {
    tell(
      `${savedCount} ${savedCount === 1 ? 'edit' : 'edits'} of a page that was closed before ${savedCount === 1 ? 'it was' : 'they were'} saved: now on the disk.`,
      { isLasting: true },
    );
    await Promise.all([loadBouts(), loadLabels()]);
  }
  for (const problem of refused) tellProblem(problem);
}

/** Reads the project, opens the recording that the link names, else the first, and follows what the server tells. */
export async function followServer(): Promise<void> {
  addEventListener('beforeunload', (event) => {
    if (unsavedCount() > 0) event.preventDefault();
  });
  studio.subscribe(({ save }, before) => {
    if (save !== before.save && save.kind === 'saved' && missed.size > 0) catchUpSoon([]);
  });
  try {
    await reloadProject();
  } catch (error) {
    const isLocked = error instanceof ServerRefusal && (error.status === 401 || error.status === 403);
    const trouble = isLocked
      ? 'This page needs the link that `zoopraxis studio` printed when it was started last. Open that.'
      : `${error instanceof Error ? error.message : error}`;
    studio.setState({ trouble });
    if (isLocked) return;
  }
  listen();
  void jobs.getState().load().catch(tellProblem);
  const { project } = studio.getState();
  if (project !== null) void rescueEdits(project.place).catch(tellProblem);
  const wished = new URLSearchParams(location.hash.slice(1)).get('recording');
  const first = project?.recordings.find(({ id }) => id === wished) ?? project?.recordings[0];
  if (first !== undefined) await openRecordingById(first.id).catch(tellProblem);
}
