import { useState } from 'react';
import type { RecordingView, VideoView } from 'zoopraxis';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { clockText, frameAt } from '../state/clock.js';
import { clockOfVideo } from '../state/frame-clock.js';
import { showProject } from '../state/session.js';
import { openRecording, openVideos, studio, useStudio } from '../state/studio-store.js';
import { offsetMovedBy, offsetThatAligns } from './align.js';

async function change(
  recording: RecordingView,
  body: { videos?: readonly string[]; offsetsSec?: Record<string, number> },
) {
  const project = await call('PATCH /api/recordings/:recording', { path: { recording: recording.id }, body });
  const gone = studio
    .getState()
    .project?.recordings.filter(({ id }) => !project.recordings.some((each) => each.id === id));
  showProject(project);
  for (const { id } of gone ?? []) tell(`The recording ${id} held nothing else, and is part of ${recording.id} now`);
}

function setOffset(recording: RecordingView, video: string, offsetSec: number): void {
  const { [video]: _, ...others } = recording.offsetsSec;
  const offsetsSec = offsetSec === 0 ? others : { ...others, [video]: offsetSec };
  change(recording, { offsetsSec }).catch(tellProblem);
}

function Camera(options: {
  readonly recording: RecordingView;
  readonly video: VideoView;
  readonly reference: VideoView;
  readonly eventSec: number | null;
  readonly onEvent: (timeSec: number) => void;
}) {
  const { recording, video, reference, eventSec, onEvent } = options;
  const timeSec = useStudio((state) => state.timeSec);
  const clock = clockOfVideo(video);
  const first = clockOfVideo(reference);
  const offsetSec = recording.offsetsSec[video.id] ?? 0;
  const isReference = video.id === reference.id;
  const frame = clock === undefined ? '–' : frameAt(timeSec, clock);
  const move = (frames: number) =>
    clock !== undefined && setOffset(recording, video.id, offsetMovedBy(frames, timeSec, clock));
  const step = (frames: number, sign: string) => (
    <button
      type="button"
      aria-label={`${video.fileName}: picture ${Math.abs(frames)} ${Math.abs(frames) === 1 ? 'frame' : 'frames'} ${frames > 0 ? 'later' : 'earlier'}`}
      title={`Move this picture alone, ${frames > 0 ? 'forward' : 'back'} by ${Math.abs(frames)}`}
      onClick={() => move(frames)}
    >
      {sign}
    </button>
  );
  return (
    <section aria-label={video.fileName}>
      <h3>{video.fileName}</h3>
      <p className="muted">
        {video.view}, frame {frame}
        {isReference ? ': frames and times of the recording are counted in it' : ''}
      </p>
      {isReference ? (
        <button type="button" onClick={() => onEvent(timeSec)}>
          The event is here: {eventSec === null ? clockText(timeSec) : `marked at ${clockText(eventSec)}`}
        </button>
      ) : (
        <>
          <button
            type="button"
            disabled={eventSec === null || clock === undefined || first === undefined}
            title={
              eventSec === null
                ? 'Mark the event in the first video before'
                : 'This picture comes together with the one marked'
            }
            onClick={() => {
              if (eventSec === null || clock === undefined || first === undefined) return;
              setOffset(recording, video.id, offsetThatAligns(eventSec, timeSec, { reference: first, clock }));
              studio.setState({ timeSec: eventSec });
            }}
          >
            The same event is here
          </button>
          <div className="camera-steps">
            {step(-10, '−10')}
            {step(-1, '−1')}
            {step(1, '+1')}
            {step(10, '+10')}
            <label className="field">
              Offset (s)
              <input
                key={offsetSec}
                type="number"
                step="any"
                defaultValue={offsetSec}
                onBlur={({ target }) =>
                  Number.isFinite(target.valueAsNumber) &&
                  target.valueAsNumber !== offsetSec &&
                  setOffset(recording, video.id, target.valueAsNumber)
                }
                onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
              />
            </label>
          </div>
          <button
            type="button"
            onClick={() =>
              change(recording, { videos: recording.videos.filter((id) => id !== video.id) }).catch(tellProblem)
            }
          >
            Take out of this recording
          </button>
        </>
      )}
    </section>
  );
}

/** Adds cameras to the open recording, and brings them in step by an event that all of them saw. */
export function CamerasPanel() {
  const project = useStudio((state) => state.project);
  useStudio((state) => state.recordingId);
  const [mark, setMark] = useState<{ readonly recording: string; readonly timeSec: number } | null>(null);
  const [added, setAdded] = useState('');
  const recording = openRecording();
  if (project === null || recording === undefined) return <p className="muted">Open a recording first.</p>;
  const videos = openVideos();
  const [reference] = videos;
  const others = project.videos.filter(({ id }) => !recording.videos.includes(id));
  const eventSec = mark?.recording === recording.id ? mark.timeSec : null;
  const chosen = others.find(({ id }) => id === added)?.id ?? '';
  return (
    <div className="cameras-panel">
      {reference === undefined && <p className="muted">This recording has no video.</p>}
      {reference !== undefined &&
        videos.map((video) => (
          <Camera
            key={video.id}
            {...{ recording, video, reference, eventSec }}
            onEvent={(timeSec) => setMark({ recording: recording.id, timeSec })}
          />
        ))}
      {videos.length > 1 && (
        <p className="muted">
          In step by an event that all cameras saw, such as a light or a door: go to it in the first video and press its
          button, then go to where the other video shows it and press that one’s. Single frames are mended by −1 and +1.
        </p>
      )}
      {others.length > 0 && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen !== '') change(recording, { videos: [...recording.videos, chosen] }).catch(tellProblem);
          }}
        >
          <label className="field">
            Another camera of this recording
            <select value={chosen} onChange={({ target }) => setAdded(target.value)}>
              <option value="">choose one of {others.length} videos</option>
              {others.map(({ id, fileName, view }) => (
                <option key={id} value={id}>
                  {fileName}, {view}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" disabled={chosen === ''}>
            Add
          </button>
        </form>
      )}
      {others.length === 0 && (
        <p className="muted">
          Further videos come into the project with <code>zoopraxis import videos</code>.
        </p>
      )}
    </div>
  );
}
