import { useShallow } from 'zustand/react/shallow';
import { type PlacingMode, placingModes } from './keypoint-order.js';
import { type LabelSettings, setLabeling, useLabeling } from './label-store.js';

const flags: readonly (readonly [
  'isPlacing' | 'loupeShown' | 'edgesShown' | 'namesShown' | 'othersShown' | 'suggestionsShown',
  string,
  string,
])[] = [
  ['isPlacing', 'Clicks place points', 'Q'],
  ['loupeShown', 'Loupe', 'L'],
  ['edgesShown', 'Edges', 'E'],
  ['namesShown', 'Names', 'T'],
  ['suggestionsShown', 'Suggestions', 'P'],
  ['othersShown', 'Labels of others', 'X'],
];

const modeWords: Readonly<Record<PlacingMode, string>> = {
  sequential: 'sequential: what is missing, one after the other',
  quick: 'quick: also moves what is there',
  loop: 'loop: one keypoint through all images of the list',
};

/** How points are placed and shown. */
export function LabelSettingsView() {
  const settings: LabelSettings = useLabeling(
    useShallow(({ pointer: _p, draft: _d, crosshair: _c, shownFrame: _f, ...state }) => state),
  );
  return (
    <details className="label-settings" open>
      <summary>Placing and looks</summary>
      <label className="field">
        Placing
        <select value={settings.mode} onChange={(event) => setLabeling({ mode: event.target.value as PlacingMode })}>
          {placingModes.map((mode) => (
            <option key={mode} value={mode}>
              {modeWords[mode]}
            </option>
          ))}
        </select>
      </label>
      <div className="flags">
        {flags.map(([name, title, key]) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={settings[name]}
              onChange={(event) => setLabeling({ [name]: event.target.checked })}
            />
            {title} <kbd>{key}</kbd>
          </label>
        ))}
      </div>
      <div className="flags">
        <label>
          Color by{' '}
          <select
            value={settings.colorBy}
            onChange={(event) => setLabeling({ colorBy: event.target.value as LabelSettings['colorBy'] })}
          >
            <option value="keypoint">keypoint</option>
            <option value="individual">animal</option>
          </select>
        </label>
        <label>
          Size{' '}
          <input
            type="range"
            min={2}
            max={12}
            value={settings.pointRadiusPx}
            onChange={(event) => setLabeling({ pointRadiusPx: Number(event.target.value) })}
          />
        </label>
      </div>
    </details>
  );
}
