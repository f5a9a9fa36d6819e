import { useDeferredValue, useMemo, useState } from 'react';
import { tellProblem } from '../page/tell.js';
import { clockText } from '../state/clock.js';
import { openRecordingById } from '../state/session.js';
import { useStudio } from '../state/studio-store.js';

/** Lists the recordings of the project; a click opens one. */
export function RecordingsPanel() {
  const recordings = useStudio(({ project }) => project?.recordings);
  const videos = useStudio(({ project }) => project?.videos);
  const imageCounts = useMemo(
    () => new Map((videos ?? []).filter(({ isImages }) => isImages).map(({ id, frameCount }) => [id, frameCount])),
    [videos],
  );
  const openId = useStudio(({ recordingId }) => recordingId);
  const [words, setWords] = useState('');
  const wanted = useDeferredValue(words.trim().toLowerCase());
  if (recordings === undefined) return <p className="muted">The project is being read …</p>;
  if (recordings.length === 0) {
    return (
      <p className="muted">There are no recordings yet. Track a video, or import a project: `zoopraxis import`.</p>
    );
  }
  const shown = recordings.filter(({ id, conditions }) =>
    wanted.split(/\s+/).every((word) => `${id} ${Object.values(conditions).join(' ')}`.toLowerCase().includes(word)),
  );
  return (
    <>
      <input
        type="search"
        aria-label="Find recordings"
        placeholder={`Find in ${recordings.length}`}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        style={{ width: '100%' }}
      />
      <ul className="recording-list">
        {shown.map(({ id, durationSec, conditions, tracks, videos: [first] }) => (
          <li key={id}>
            <button type="button" aria-current={id === openId} onClick={() => openRecordingById(id).catch(tellProblem)}>
              <span>{id}</span>
              <span className="muted">
                {imageCounts.has(first ?? '')
                  ? `${imageCounts.get(first ?? '')} images`
                  : clockText(durationSec).replace(/\.\d+$/, '')}
                {tracks.length > 0 ? ' · tracked' : ''}
                {Object.entries(conditions).map(([name, value]) => ` · ${name} ${value}`)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="muted">None has these words.</p>}
    </>
  );
}
