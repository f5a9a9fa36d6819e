import type { TracksView } from 'zoopraxis';
import { distinctColor } from '../page/palette.js';
import { openTracks, studio, useStudio } from '../state/studio-store.js';
import { KeypointList } from './keypoint-list.js';
import { type OverlaySettings, overlay, useOverlay } from './overlay-store.js';
import { looksOf } from './pose-look.js';
import { colorShiftOf } from './shown-tracks.js';

type Flag = 'isShown' | 'hasSkeleton' | 'hasNames' | 'hasConfidence' | 'hasEllipses';

function Check({ name, children }: { name: Flag; children: string }) {
  const isOn = useOverlay((settings) => settings[name]);
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ target }) => overlay.setState({ [name]: target.checked } as Partial<OverlaySettings>)}
      />
      {children}
    </label>
  );
}

/** Shows how tracks are drawn: line, shape and color. */
function Sample({ tracks, place }: { tracks: TracksView; place: number }) {
  const { dash, shape } = looksOf(place);
  const color = distinctColor(colorShiftOf(tracks, place));
  return (
    <svg width={30} height={12} aria-hidden="true" className="sample">
      <line x1={0} x2={30} y1={6} y2={6} stroke={color} strokeWidth={2} strokeDasharray={dash.join(' ')} />
      {shape === 'circle' && <circle cx={15} cy={6} r={4} fill={color} />}
      {shape === 'square' && <rect x={11.4} y={2.4} width={7.2} height={7.2} fill={color} />}
      {shape === 'diamond' && <path d="M15 1l5 5-5 5-5-5z" fill={color} />}
      {shape === 'triangle' && <path d="M15 1l4.5 8h-9z" fill={color} />}
    </svg>
  );
}

function TracksChoice() {
  const recording = useStudio((state) => state.recordingId);
  const project = useStudio((state) => state.project);
  const shown = useStudio((state) => state.shownTracks);
  const all = project === null || recording === null ? [] : openTracks();
  if (all.length === 0) {
    return <p className="muted">This recording has no tracks. A pose model makes them: Model, Track.</p>;
  }
  return (
    <fieldset className="tracks-choice">
      <legend>Tracks</legend>
      {all.map((tracks) => {
        const { name, source, individuals } = tracks;
        const place = shown.indexOf(name);
        return (
          <label key={name} className="check">
            <input
              type="checkbox"
              checked={place >= 0}
              onChange={({ target }) =>
                studio.setState({
                  shownTracks: target.checked ? [...shown, name] : shown.filter((other) => other !== name),
                })
              }
            />
            {place >= 0 && <Sample tracks={tracks} place={place} />}
            <span>
              {name}
              <span className="muted">
                {' '}
                {source}
                {individuals.length > 1 ? `, ${individuals.length} animals` : ''}
                {place >= 0 && shown.length > 1 ? ` (${looksOf(place).words})` : ''}
              </span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Chooses which tracks are drawn over the video and how, and lists their points in the present frame. */
export function OverlayPanel() {
  const cutoff = useStudio((state) => state.confidenceCutoff);
  const shown = useStudio((state) => state.shownTracks);
  const { colorBy, pointSizePx, trailFrames, trailOf } = useOverlay((settings) => settings);
  useStudio((state) => state.recordingId);
  const lists = openTracks().filter(({ name }) => shown.includes(name));
  return (
    <div className="overlay-panel">
      <TracksChoice />
      <label className="field">
        <span>
          Confidence cutoff <output>{cutoff.toFixed(2)}</output>
        </span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={cutoff}
          onChange={({ target }) => studio.setState({ confidenceCutoff: Number(target.value) })}
        />
        <span className="muted">● at or above it, ○ below</span>
      </label>
      <div className="checks">
        <Check name="isShown">Poses</Check>
        <Check name="hasSkeleton">Skeleton</Check>
        <Check name="hasEllipses">Ellipses</Check>
        <Check name="hasNames">Names</Check>
        <Check name="hasConfidence">Confidence</Check>
      </div>
      <details>
        <summary>Colors, size and trails</summary>
        <label className="field">
          Colors by
          <select
            value={colorBy}
            onChange={({ target }) => overlay.setState({ colorBy: target.value as OverlaySettings['colorBy'] })}
          >
            <option value="individual">individual</option>
            <option value="keypoint">keypoint</option>
          </select>
        </label>
        <label className="field">
          <span>
            Point size <output>{pointSizePx} px</output>
          </span>
          <input
            type="range"
            min={1}
            max={12}
            step={0.5}
            value={pointSizePx}
            onChange={({ target }) => overlay.setState({ pointSizePx: Number(target.value) })}
          />
        </label>
        <label className="field">
          <span>
            Trails <output>{trailFrames === 0 ? 'none' : `${trailFrames} frames`}</output>
          </span>
          <input
            type="range"
            min={0}
            max={300}
            step={5}
            value={trailFrames}
            onChange={({ target }) => overlay.setState({ trailFrames: Number(target.value) })}
          />
        </label>
        <label className="field">
          Trails of
          <select
            value={trailOf}
            onChange={({ target }) => overlay.setState({ trailOf: target.value as OverlaySettings['trailOf'] })}
          >
            <option value="center">the middle of the body</option>
            <option value="points">every keypoint</option>
          </select>
        </label>
      </details>
      {lists.map((tracks) => (
        <KeypointList key={tracks.name} tracks={tracks} />
      ))}
    </div>
  );
}
