import { useEffect, useState } from 'react';
import type { PointView, StudioApi } from 'zoopraxis';
import { closeDialog } from '../page/dialogs.js';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { loadLabels } from '../state/labels.js';
import { saveEdit } from '../state/saver.js';
import { reloadProject } from '../state/session.js';

type Conflict = StudioApi['GET /api/labels-conflicts']['response'][number];
type Side = 'ours' | 'theirs';

const text = (point: PointView | null) =>
  point === null
    ? 'no point'
    : `${point.x.toFixed(1)}, ${point.y.toFixed(1)}${point.visibility === 'occluded' ? ', occluded' : ''}`;

const shownSidePx = 150;

function Places({ conflict: { video, frame, ours, theirs } }: { conflict: Conflict }) {
  if (frame === null || video === '') return null;
  const [a, b] = [ours ?? theirs, theirs ?? ours];
  if (a === null || b === null) return null;
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const apart = Math.hypot(a.x - b.x, a.y - b.y);
  const sourceSide = Math.max(60, apart * 2);
  const scale = shownSidePx / sourceSide;
  const at = ({ x, y }: { x: number; y: number }) => ({
    left: (x - middle.x) * scale + shownSidePx / 2,
    top: (y - middle.y) * scale + shownSidePx / 2,
  });
  return (
    <div className="conflict-picture" style={{ width: shownSidePx, height: shownSidePx }}>
      <img
        alt=""
        src={`/api/videos/${encodeURIComponent(video)}/frames/${frame}?format=jpeg`}
        style={{
          ...at({ x: -0.5, y: -0.5 }),
          transform: `scale(${scale})`,
        }}
      />
      {ours !== null && <span style={at(ours)}>●</span>}
      {theirs !== null && <span style={at(theirs)}>✕</span>}
    </div>
  );
}

/** Decides points that were changed here and in DeepLabCut's files since both agreed. */
export function ConflictsDialog() {
  const [conflicts, setConflicts] = useState<readonly Conflict[] | null>(null);
  const [taken, setTaken] = useState<Readonly<Record<string, Side>>>({});
  useEffect(() => {
    call('GET /api/labels-conflicts', {}).then(setConflicts, tellProblem);
  }, []);
  if (conflicts === null) return <p className="muted">The conflicts are being read …</p>;
  if (conflicts.length === 0) return <p className="muted">There are no conflicts.</p>;
  const takeAll = (side: Side) => setTaken(Object.fromEntries(conflicts.map(({ id }) => [id, side])));
  const decisions = Object.entries(taken).map(([id, take]) => ({ id, take }));
  const decide = async () => {
    try {
      await saveEdit('POST /api/labels-conflicts', { body: { decisions } });
      await Promise.all([loadLabels(), reloadProject()]);
      const left = conflicts.filter(({ id }) => taken[id] === undefined);
      tell(`${decisions.length} ${decisions.length === 1 ? 'point is' : 'points are'} decided.`);
      setTaken({});
      setConflicts(left);
      if (left.length === 0) closeDialog('label-conflicts');
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="conflicts">
      <p className="muted">
        These points were changed here (●) and in DeepLabCut's files (✕) since both agreed. Until you decide, ours stay.
      </p>
      <div className="button-row">
        <button type="button" onClick={() => takeAll('ours')}>
          All ours
        </button>
        <button type="button" onClick={() => takeAll('theirs')}>
          All of DeepLabCut
        </button>
      </div>
      <ul className="conflict-list">
        {conflicts.map((conflict) => {
          const { id, image, individual, keypoint, ours, theirs } = conflict;
          return (
            <li key={id}>
              <Places conflict={conflict} />
              <fieldset>
                <legend>
                  {keypoint} of {individual}, {image}
                </legend>
                {(
                  [
                    ['ours', `ours ●: ${text(ours)}`],
                    ['theirs', `DeepLabCut ✕: ${text(theirs)}`],
                  ] as const
                ).map(([side, words]) => (
                  <label key={side}>
                    <input
                      type="radio"
                      name={id}
                      checked={taken[id] === side}
                      onChange={() => setTaken({ ...taken, [id]: side })}
                    />
                    {words}
                  </label>
                ))}
              </fieldset>
            </li>
          );
        })}
      </ul>
      <div className="button-row">
        <button type="button" className="primary" disabled={decisions.length === 0} onClick={decide}>
          Decide {decisions.length} of {conflicts.length}
        </button>
        <button type="button" onClick={() => closeDialog('label-conflicts')}>
          Later
        </button>
      </div>
    </div>
  );
}
