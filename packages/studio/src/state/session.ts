import type { ProjectView } from 'zoopraxis';
import { call } from '../server/client.js';
import { loadBouts } from './bouts.js';
import { loadLabels } from './labels.js';
import { newestTracks, studio } from './studio-store.js';

/** Takes what the server says of the project into the store; after a new start of the server its count begins anew. */
export function showProject(project: ProjectView, { isNewStart = false }: { isNewStart?: boolean } = {}): void {
  const { project: before, annotator } = studio.getState();
  if (!isNewStart && before !== null && before.revision > project.revision) return;
  studio.setState({ project, trouble: null, annotator: annotator || project.annotator });
  document.title = `${project.name} – Zoopraxis studio`;
}

/** Reads the project again; panels follow by the store. */
export async function reloadProject(options: { isNewStart?: boolean } = {}): Promise<void> {
  showProject(await call('GET /api/project', {}), options);
}

/** Opens a recording at its beginning, or at a time: tracks, labels and bouts follow. */
export async function openRecordingById(id: string, timeSec = 0): Promise<void> {
  const recording = studio.getState().project?.recordings.find((candidate) => candidate.id === id);
  if (recording === undefined) throw new RangeError(`there is no recording ${id}`);
  const { range, recordingId } = studio.getState();
  const length = Math.min(Math.max(range.toSec - range.fromSec, 1), Math.max(recording.durationSec, 1));
  const fromSec = Math.max(0, Math.min(timeSec - length / 2, recording.durationSec - length));
  studio.setState({
    recordingId: id,
    timeSec,
    isPlaying: false,
    selection: { kind: 'none' },
    range: { fromSec, toSec: fromSec + length },
    ...(recordingId === id ? {} : { activeStream: null }),
  });
  if (recordingId !== id) studio.setState({ shownTracks: [newestTracks()].flatMap((tracks) => tracks?.name ?? []) });
  const place = new URL(location.href);
  place.hash = `recording=${encodeURIComponent(id)}`;
  history.replaceState(null, '', place);
  await Promise.all([loadLabels(), loadBouts()]);
}
