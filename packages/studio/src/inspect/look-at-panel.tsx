import { RefreshCw } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { tellProblem } from '../page/tell.js';
import { WorkProgress } from '../page/work-progress.js';
import { clockText, timeOf } from '../state/clock.js';
import { useComputing } from '../state/computing.js';
import { recordingClock } from '../state/frame-clock.js';
import { useStudio } from '../state/studio-store.js';
import { scoreText, type TargetKind, targetKinds } from './target-order.js';
import {
  cancelTargets,
  followTargets,
  goToNextTarget,
  goToTarget,
  loadTargets,
  lookedAtTracks,
  orderedTargets,
  showTargets,
  targets,
  useTargets,
} from './targets-store.js';

/** What each kind means, one sentence each. */
const meanings: Readonly<Record<TargetKind, string>> = {
  'low confidence': 'The model is not sure where points are.',
  'large jump': 'A point moves farther than the animal can.',
  'identity crossing': 'Animals come close or change bodies: names may be exchanged.',
  disagreement: 'Annotators, or a person and a classifier, differ.',
  worst: 'Labeled frames in which the model is farthest from the labels.',
};

const shownRows = 200;

/** Returns why nothing is listed, and what would make something appear. */
function noneWords(kind: TargetKind, tracks: string | undefined): string {
  if (kind === 'worst') return 'No model was evaluated on labeled images of this video. The menu Model evaluates one.';
  if (kind === 'disagreement') {
    return 'Nobody disagrees here: it takes bouts of a person, and of a model or another person, of the same animal.';
  }
  if (tracks === undefined) return 'This recording has no tracks. The menu Model tracks it.';
  return 'Nothing of this kind was found.';
}

/** Lists places worth a look; a click goes there. */
export function LookAtPanel() {
  const recordingId = useStudio((state) => state.recordingId);
  useEffect(() => followTargets(() => true), []);
  const shown = useTargets((state) => state.shown);
  const order = useTargets((state) => state.order);
  const lists = useTargets((state) => state.lists);
  const current = useTargets((state) => state.current);
  const ordered = useTargets((state) => orderedTargets(state.shown, state));
  const [kindId, orderId] = [useId(), useId()];
  const list = lists.get(shown);
  const tracks = useStudio(lookedAtTracks);
  const work = useComputing(shown, tracks);
  const currentRow = useRef<HTMLLIElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the current row that moved
  useEffect(() => {
    // What scrolling returns is none of React's business.
    currentRow.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  if (recordingId === null) return <p className="muted">Open a recording first.</p>;
  const clock = recordingClock();
  const first = Math.max(0, Math.min(current - shownRows / 2, ordered.length - shownRows));
  return (
    <div className="look-at">
      <label className="field" htmlFor={kindId}>
        What to look for
        <select id={kindId} value={shown} onChange={(event) => void showTargets(event.target.value as TargetKind)}>
          {targetKinds.map((kind) => {
            const known = lists.get(kind);
            return (
              <option key={kind} value={kind}>
                {kind}
                {known?.kind === 'there' ? ` (${known.targets.length})` : ''}
              </option>
            );
          })}
        </select>
      </label>
      <p className="muted">{meanings[shown]}</p>
      <div className="button-row">
        <button type="button" onClick={() => goToNextTarget(-1).catch(tellProblem)}>
          Previous
        </button>
        <button type="button" onClick={() => goToNextTarget(1).catch(tellProblem)}>
          Next
        </button>
        <label htmlFor={orderId} className="said">
          Order
        </label>
        <select
          id={orderId}
          value={order}
          onChange={(event) => targets.setState({ order: event.target.value as 'score' | 'time', current: -1 })}
        >
          <option value="score">worst first</option>
          <option value="time">by time</option>
        </select>
        <button
          type="button"
          className="plain"
          aria-label="Look again"
          title="Look again"
          onClick={() => void loadTargets(shown, { isAgain: true })}
        >
          <RefreshCw size={14} aria-hidden="true" />
        </button>
      </div>
      {list?.kind === 'loading' && <WorkProgress title="Looking" work={work} onCancel={() => cancelTargets(shown)} />}
      {list?.kind === 'canceled' && <p className="muted">Called off. The arrow above looks again.</p>}
      {list?.kind === 'failed' && <p role="alert">{list.sentence}</p>}
      {list?.kind === 'there' && ordered.length === 0 && <p className="muted">{noneWords(shown, tracks)}</p>}
      <ol className="target-list" start={first + 1}>
        {ordered.slice(first, first + shownRows).map((target, i) => {
          const index = first + i;
          return (
            <li
              key={`${target.frame} ${target.individual ?? ''} ${target.keypoint ?? ''}`}
              ref={index === current ? currentRow : null}
            >
              <button type="button" aria-current={index === current} onClick={() => goToTarget(index)}>
                <span className="number">
                  {clock === undefined ? target.frame : clockText(timeOf(target.frame, clock))}
                </span>
                <span>{target.text}</span>
                <span className="muted number">{scoreText(target.score)}</span>
              </button>
            </li>
          );
        })}
      </ol>
      {ordered.length > shownRows && (
        <p className="muted">
          {shownRows} of {ordered.length} are listed; Next goes through all.
        </p>
      )}
    </div>
  );
}
