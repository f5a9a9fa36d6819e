import { useEffect, useState } from 'react';
import type { BoutView, StreamKey, StudioApi } from 'zoopraxis';
import { behaviorColor } from '../page/palette.js';
import { tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { clockText } from '../state/clock.js';
import { openRecordingById } from '../state/session.js';
import { studio, useStudio } from '../state/studio-store.js';
import { type Example, exampleBouts } from './examples.js';
import { goToTime } from './go-to.js';

async function goToBout(stream: StreamKey, bout: BoutView): Promise<void> {
  if (studio.getState().recordingId !== stream.recording) await openRecordingById(stream.recording);
  goToTime(bout.startSec, { kind: 'bout', stream, bout });
}

/** Lists bouts that a classifier found, the surest and the least sure of each behavior; a click goes there. */
export function ExampleBouts({ model }: { model: string }) {
  const project = useStudio((state) => state.project);
  const openId = useStudio((state) => state.recordingId);
  const streams = project?.annotations.filter(({ annotator, isHuman }) => !isHuman && annotator === model) ?? [];
  const recordings = [...new Set(streams.map(({ recording }) => recording))];
  const [wished, setWished] = useState<string | null>(null);
  const recording = [wished, openId].find((id) => id !== null && recordings.includes(id)) ?? recordings[0];
  const sets = [...new Set(streams.filter((stream) => stream.recording === recording).map(({ set }) => set))].join(
    '\n',
  );
  const [found, setFound] = useState<StudioApi['GET /api/bouts']['response']>([]);
  useEffect(() => {
    if (recording === undefined || sets === '') return;
    const asking = new AbortController();
    Promise.all(
      sets.split('\n').map((set) => call('GET /api/bouts', { query: { set, recording }, signal: asking.signal })),
    ).then((read) => setFound(read.flat().filter(({ annotator }) => annotator === model)), tellProblem);
    return () => asking.abort();
  }, [recording, sets, model]);
  if (recording === undefined) {
    return <p className="muted">It has not named the behavior of any recording yet: “Classify with it”.</p>;
  }
  const groups = exampleBouts(found);
  const behaviors = project?.ethogram.behaviors ?? [];
  return (
    <section aria-label="Bouts that it found">
      <h3>Bouts that it found</h3>
      {recordings.length > 1 && (
        <label className="field">
          Recording
          <select value={recording} onChange={({ target }) => setWished(target.value)}>
            {recordings.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
      )}
      {groups.length === 0 && <p className="muted">None in this recording.</p>}
      {groups.map(({ behavior, boutCount, examples }) => (
        <div key={behavior} className="example-group">
          <h4>
            <span className="swatch" style={{ background: behaviorColor(behavior, behaviors) }} /> {behavior}{' '}
            <span className="muted">{boutCount}</span>
          </h4>
          <ul className="target-list">
            {examples.map(({ stream, bout, why }: Example) => (
              <li key={bout.id}>
                <button type="button" onClick={() => goToBout(stream, bout).catch(tellProblem)}>
                  <span className="number">{clockText(bout.startSec)}</span>
                  <span>
                    {stream.subject}, {(bout.endSec - bout.startSec).toFixed(2)} s
                  </span>
                  <span className="muted">{why}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
