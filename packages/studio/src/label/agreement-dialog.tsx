import { useMemo, useState } from 'react';
import { closeDialog } from '../page/dialogs.js';
import { useLabels } from '../state/labels.js';
import { agreementOf, sharingAnnotators } from './agreement.js';
import { choose } from './gestures.js';
import { setLabeling } from './label-store.js';
import { labelSkeleton, presentSources } from './present-animals.js';
import { goToFrame } from './present-frame.js';

/** Frames that are listed. */
const mostFrames = 50;

const px = (value: number) => (Number.isNaN(value) ? '–' : Number(value.toPrecision(3)).toLocaleString('en-US'));

/** Compares the labels of two people in the open video: by keypoint, and where they lie furthest apart. */
export function AgreementDialog() {
  const rows = useLabels((state) => state.rows);
  const video = useLabels((state) => state.video);
  const [chosen, setChosen] = useState(0);
  const pairs = useMemo(() => sharingAnnotators(rows), [rows]);
  const pair = (pairs[chosen] ?? pairs[0])?.pair;
  const keypoints = labelSkeleton(presentSources())?.keypoints;
  const found = useMemo(
    () => (pair === undefined || keypoints === undefined ? null : agreementOf(rows, pair, keypoints)),
    [rows, pair, keypoints],
  );
  if (found === null || pair === undefined) {
    return <p>No two people labeled the same animal in the same image of this video yet.</p>;
  }
  const go = (frame: number, individual: string, keypoint: string) => {
    setLabeling({ othersShown: true });
    goToFrame(frame);
    choose(individual, keypoint);
    closeDialog('label-agreement');
  };
  return (
    <>
      {pairs.length > 1 && (
        <label className="field">
          People
          <select value={chosen} onChange={({ target }) => setChosen(Number(target.value))}>
            {pairs.map(({ pair: [a, b], count }, at) => (
              <option key={`${a} ${b}`} value={at}>
                {a} and {b} ({count})
              </option>
            ))}
          </select>
        </label>
      )}
      <p>
        {pair[0]} and {pair[1]} both labeled {found.sharedCount} {found.sharedCount === 1 ? 'animal' : 'animals'} in
        images of {video}. Half of the points lie within
        <strong> {px(found.medianPx)} px</strong> of each other.
      </p>
      <table className="list">
        <caption className="said">Distance between two people by keypoint</caption>
        <thead>
          <tr>
            <th scope="col">keypoint</th>
            <th className="number">both</th>
            <th className="number">median px</th>
            <th className="number">95 % px</th>
            <th className="number">one alone</th>
          </tr>
        </thead>
        <tbody>
          {found.keypoints.map(({ keypoint, count, medianPx, p95Px, aloneCount }) => (
            <tr key={keypoint}>
              <th scope="row">{keypoint}</th>
              <td className="number">{count}</td>
              <td className="number">{px(medianPx)}</td>
              <td className="number">{px(p95Px)}</td>
              <td className="number">{aloneCount}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>Furthest apart</h3>
      <ol className="todo-list">
        {found.frames.slice(0, mostFrames).map(({ frame, individual, keypoint, largestPx }) => (
          <li key={`${frame} ${individual}`}>
            <button type="button" onClick={() => go(frame, individual, keypoint)}>
              <span className="todo-frame">{frame}</span>
              <span className="todo-word">
                {individual}, {keypoint}
              </span>
              <span className="muted">{px(largestPx)} px</span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
