import { useState } from 'react';
import type { VideoView } from 'zoopraxis';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { showProject } from '../state/session.js';
import { arena, useArena } from './arena-store.js';
import { lengthPx, readLength, type ScaleLine, scaleErrorPercent, scaleFromLine } from './calibration.js';
import { NumberEntry } from './number-entry.js';

async function saveScale(video: string, pxPerCm: number | null): Promise<void> {
  showProject(await call('PATCH /api/videos/:video', { path: { video }, body: { pxPerCm } }));
  arena.setState({ line: null });
  tell(pxPerCm === null ? 'The scale was taken away' : `Scale: ${pxPerCm.toPrecision(4)} px per cm`);
}

/** Sets how many px a centimeter has in a video, by a line of known length or as a number. */
export function ScaleSection({ videos }: { videos: readonly VideoView[] }) {
  const tool = useArena((state) => state.tool);
  const line = useArena((state) => state.line);
  const drawnIn = useArena((state) => state.video);
  const [wished, setWished] = useState<string | null>(null);
  const [length, setLength] = useState('');
  const video = videos.find(({ id }) => id === (line === null ? wished : drawnIn)) ?? videos[0];
  if (video === undefined) return null;
  const lengthCm = readLength(length);
  const isLine = line !== null && lengthPx(line) >= 2;
  const pxPerCm = isLine && lengthCm > 0 ? scaleFromLine(line, lengthCm) : null;
  const move = (end: 'from' | 'to', axis: 0 | 1, value: number) => {
    const { widthPx, heightPx } = video;
    const now: ScaleLine = line ?? { from: [0, 0], to: [widthPx - 1, heightPx - 1] };
    const [x, y] = now[end];
    arena.setState({ video: video.id, line: { ...now, [end]: axis === 0 ? [value, y] : [x, value] } });
  };
  return (
    <section aria-label="Scale">
      <h2>Scale</h2>
      {videos.length > 1 && (
        <label className="field">
          Video
          <select
            value={video.id}
            onChange={({ target }) => {
              arena.setState({ line: null });
              setWished(target.value);
            }}
          >
            {videos.map(({ id, view }) => (
              <option key={id} value={id}>
                {id} ({view})
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="button-row">
        <NumberEntry
          label="px per cm"
          value={video.pxPerCm}
          min={0.01}
          max={100_000}
          save={(value) => saveScale(video.id, value).catch(tellProblem)}
        />
        {video.pxPerCm !== null && (
          <button type="button" onClick={() => saveScale(video.id, null).catch(tellProblem)}>
            Take away
          </button>
        )}
      </div>
      <div className="button-row">
        <button
          type="button"
          aria-pressed={tool === 'scale'}
          onClick={() => arena.setState({ tool: tool === 'scale' ? 'none' : 'scale', points: [], line: null })}
        >
          Draw a line of known length
        </button>
      </div>
      {tool === 'scale' && <p className="muted">Drag from one end to the other in the picture.</p>}
      <details open={isLine}>
        <summary>
          {isLine ? `The line is ${lengthPx(line).toFixed(1)} px long` : 'By the numbers of two points'}
        </summary>
        {(['from', 'to'] as const).map((end) => (
          <div className="button-row" key={end}>
            <span className="word">{end}</span>
            {([0, 1] as const).map((axis) => (
              <NumberEntry
                key={axis}
                label={`${end} ${axis === 0 ? 'x' : 'y'}`}
                shortLabel={axis === 0 ? 'x' : 'y'}
                value={line?.[end][axis] ?? null}
                min={0}
                max={axis === 0 ? video.widthPx : video.heightPx}
                save={(value) => value !== null && move(end, axis, value)}
              />
            ))}
          </div>
        ))}
        <form
          className="button-row"
          onSubmit={(event) => {
            event.preventDefault();
            if (pxPerCm !== null) saveScale(video.id, pxPerCm).catch(tellProblem);
          }}
        >
          <label>
            Length{' '}
            <input
              type="text"
              size={8}
              placeholder="40 cm"
              value={length}
              onChange={({ target }) => setLength(target.value)}
              aria-invalid={length !== '' && !(lengthCm > 0)}
            />
          </label>
          <button type="submit" className="primary" disabled={pxPerCm === null}>
            Save scale
          </button>
        </form>
        {pxPerCm !== null && line !== null && (
          <p className="muted">
            {pxPerCm.toPrecision(4)} px per cm. If both ends are off by a px, that is wrong by{' '}
            {scaleErrorPercent(line).toPrecision(2)} %: longer lines are better.
          </p>
        )}
      </details>
    </section>
  );
}
