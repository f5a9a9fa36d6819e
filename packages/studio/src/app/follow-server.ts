import type { StudioEvent } from 'zoopraxis';
import { tellProblem } from '../page/tell.js';
import { ServerRefusal } from '../server/client.js';
import { loadBouts } from '../state/bouts.js';
import { jobs } from '../state/jobs.js';
import { loadLabels } from '../state/labels.js';
import { unsavedCount } from '../state/saver.js';
import { openRecordingById, reloadProject } from '../state/session.js';
import { studio } from '../state/studio-store.js';

/** Wait before the server is asked again that refused to tell what happens, ms. */
const listenAgainMs = 2000;

function listen(wasLost = false): void {
  const source = new EventSource('/api/events');
  source.addEventListener('open', () => {
    // What was asked for when it went away may have been done or not: all is read anew.
    if (wasLost) {
      annotationsSeen = '';
      void reloadProject({ isNewStart: true }).then(refreshRecording).catch(tellProblem);
    }
    wasLost = false;
  });
  source.addEventListener('error', () => {
    wasLost = true;
    // A browser tries again by itself where nobody answers, but not where it is refused: after a new start of the server
    // this page's key is old, until the new link was opened in any tab.
    const isRefused = source.readyState === EventSource.CLOSED;
    const trouble = isRefused
      ? 'The server was started anew: open the link that it printed. Edits are kept here and saved then.'
      : 'The server does not answer. Is `zoopraxis studio` still running? Edits are kept here until it is back.';
    studio.setState({ trouble });
    if (isRefused) setTimeout(() => listen(true), listenAgainMs);
  });
  source.addEventListener('message', ({ data }) => {
    const event = JSON.parse(data) as StudioEvent;
    if (event.kind === 'project' && event.revision > (studio.getState().project?.revision ?? -1)) {
      void reloadProject().then(refreshRecording).catch(tellProblem);
    }
    if (event.kind === 'job' || event.kind === 'learning') jobs.getState().take(event);
    if (event.kind === 'stopping') studio.setState({ trouble: 'The server was stopped.' });
  });
}

let annotationsSeen = '';

/** Reads bouts and labels again where other programs or jobs changed what the project has of the open recording. */
async function refreshRecording(): Promise<void> {
  const { project, recordingId } = studio.getState();
  const seen = JSON.stringify(project?.annotations.filter(({ recording }) => recording === recordingId));
  if (unsavedCount() > 0 || seen === annotationsSeen) return;
  annotationsSeen = seen;
  await Promise.all([loadBouts(), loadLabels()]);
}

/** Reads the project, opens the recording that the link names, else the first, and follows what the server tells. */
export async function followServer(): Promise<void> {
  addEventListener('beforeunload', (event) => {
    if (unsavedCount() > 0) event.preventDefault();
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
  const wished = new URLSearchParams(location.hash.slice(1)).get('recording');
  const first = project?.recordings.find(({ id }) => id === wished) ?? project?.recordings[0];
  if (first !== undefined) await openRecordingById(first.id).catch(tellProblem);
}
