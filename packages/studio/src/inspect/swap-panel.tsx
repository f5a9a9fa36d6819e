import { ArrowLeftRight, Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { JumpTarget, TracksView } from 'zoopraxis';
import { tellProblem } from '../page/tell.js';
import { clockText, frameAt, timeOf } from '../state/clock.js';
import { clockOfVideo, recordingClock } from '../state/frame-clock.js';
import { openTracks, openVideos, useStudio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import { goToFrame } from './go-to.js';
import { swapAdvice, swapCost } from './swap-cost.js';
import { SwapPicture } from './swap-preview.js';
import { exchangeAnimals, takeBackExchange, useSwaps } from './swap-store.js';
import { loadTargets, orderedTargets, targets, useTargets } from './targets-store.js';

const shownCrossings = 60;

/** Returns the frame that is shown and the frames of the stretch that is selected, on the clock of the tracks. */
function useFrames(tracks: TracksView): { readonly now: number; readonly stretch: readonly [number, number] | null } {
  const timeSec = useStudio((state) => state.timeSec);
  const selection = useStudio((state) => state.selection);
  const video = openVideos().find(({ id }) => id === tracks.video);
  const clock = (video === undefined ? undefined : clockOfVideo(video)) ?? {
    frameCount: tracks.frameCount,
    fps: tracks.fps,
  };
  const bounds =
    selection.kind === 'stretch'
      ? ([selection.fromSec, selection.toSec] as const)
      : selection.kind === 'bout'
        ? ([selection.bout.startSec, selection.bout.endSec] as const)
        : null;
  const now = Math.min(frameAt(timeSec, clock), tracks.frameCount - 1);
  if (bounds === null) return { now, stretch: null };
  const [from, to] = bounds.map((sec) => frameAt(sec, clock)) as [number, number];
  return { now, stretch: from < to ? [from, Math.min(to, tracks.frameCount)] : null };
}

function Crossings({ pick }: { pick: (target: JumpTarget) => void }) {
  useEffect(() => void loadTargets('identity crossing'), []);
  const list = useTargets(({ lists }) => lists.get('identity crossing'));
  const ordered = useTargets((state) => orderedTargets('identity crossing', state));
  const [video] = openVideos();
  const clock = recordingClock();
  return (
    <section aria-label="Crossings">
      <h2>Where animals meet or change</h2>
      {list?.kind === 'loading' && <p className="muted">Looking …</p>}
      {list?.kind === 'failed' && <p role="alert">{list.sentence}</p>}
      {list?.kind === 'there' && ordered.length === 0 && <p className="muted">None was found.</p>}
      <ul className="crossing-list">
        {ordered.slice(0, shownCrossings).map((target) => (
          <li key={`${target.frame} ${target.individual ?? ''}`}>
            <button
              type="button"
              onClick={() => {
                targets.setState({ shown: 'identity crossing', current: ordered.indexOf(target) });
                goToFrame(target.frame, target.individual);
                pick(target);
              }}
            >
              {video !== undefined && (
                <img
                  src={`/api/videos/${encodeURIComponent(video.id)}/frames/${target.frame}?format=jpeg&width=120`}
                  loading="lazy"
                  width={96}
                  height={Math.round((96 * video.heightPx) / video.widthPx)}
                  alt=""
                />
              )}
              <span>
                {clock === undefined ? target.frame : clockText(timeOf(target.frame, clock))}
                <br />
                <span className="muted">{target.text}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Editor({ all }: { all: readonly TracksView[] }) {
  const shownTracks = useStudio((state) => state.shownTracks);
  const [wished, setWished] = useState<string | null>(null);
  const shown = all.find(({ name }) => shownTracks.includes(name));
  // What was exchanged before is in the edited copy: going on begins there.
  const begun = shown ?? all[0];
  const edited = all.find(({ name }) => name === `${begun?.name}-edited`);
  const tracks = (all.find(({ name }) => name === wished) ?? edited ?? begun) as TracksView;
  const { individuals } = tracks;
  const [names, setNames] = useState<readonly [string, string]>(['', '']);
  const first = individuals.includes(names[0]) ? names[0] : (individuals[0] as string);
  const second =
    individuals.includes(names[1]) && names[1] !== first
      ? names[1]
      : (individuals.find((name) => name !== first) as string);
  const [scope, setScope] = useState<'rest' | 'stretch'>('rest');
  const { now, stretch } = useFrames(tracks);
  const isSending = useSwaps((state) => state.isSending);
  const [, setVersion] = useState(0);
  useEffect(() => trackWindows.subscribe(() => setVersion((before) => before + 1)), []);
  const isStretch = scope === 'stretch' && stretch !== null;
  const fromFrame = isStretch ? stretch[0] : now;
  const pair = [individuals.indexOf(first), individuals.indexOf(second)] as const;
  const before = trackWindows.frame(tracks, fromFrame - 1);
  const current = trackWindows.frame(tracks, fromFrame);
  const video = openVideos().find(({ id }) => id === tracks.video);
  const advice =
    before === undefined || current === undefined
      ? ''
      : swapAdvice(swapCost({ before, now: current, keypointCount: tracks.keypoints.length }, ...pair));
  const exchange = () =>
    exchangeAnimals(tracks.name, { first, second, fromFrame, ...(isStretch ? { toFrame: stretch[1] } : {}) }).then(
      (made) => setWished(made.name),
    );
  const choose = (label: string, value: string, change: (name: string) => void) => (
    <label className="field">
      {label}
      <select value={value} onChange={({ target }) => change(target.value)}>
        {individuals.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
  const done = edited?.exchanges ?? tracks.exchanges;
  return (
    <div className="swap">
      {all.length > 1 && (
        <label className="field">
          Tracks
          <select value={tracks.name} onChange={({ target }) => setWished(target.value)}>
            {all.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <div className="button-row">
        {choose('One animal', first, (name) => setNames([name, second === name ? first : second]))}
        <ArrowLeftRight size={16} aria-hidden="true" />
        {choose('The other', second, (name) => setNames([first === name ? second : first, name]))}
      </div>
      <fieldset>
        <legend>Where</legend>
        <label>
          <input type="radio" name="scope" checked={!isStretch} onChange={() => setScope('rest')} />
          from frame {now} to the end
        </label>
        <label>
          <input
            type="radio"
            name="scope"
            checked={isStretch}
            disabled={stretch === null}
            onChange={() => setScope('stretch')}
          />
          {stretch === null
            ? 'in a stretch: Shift-drag over the timeline selects one'
            : `in the selected stretch, frames ${stretch[0]} to ${stretch[1] - 1}`}
        </label>
      </fieldset>
      <div className="swap-pictures">
        {fromFrame > 0 && (
          <SwapPicture
            tracks={tracks}
            video={video}
            frame={fromFrame - 1}
            pair={pair}
            isExchanged={false}
            title="the frame before"
          />
        )}
        <SwapPicture tracks={tracks} video={video} frame={fromFrame} pair={pair} isExchanged={false} title="as it is" />
        <SwapPicture tracks={tracks} video={video} frame={fromFrame} pair={pair} isExchanged title="exchanged" />
      </div>
      <p className="muted">{advice}</p>
      <div className="button-row">
        <button type="button" className="primary" disabled={isSending} onClick={() => exchange().catch(tellProblem)}>
          Exchange {first} and {second}
        </button>
        <button
          type="button"
          disabled={isSending || done.length === 0}
          title="Takes back the exchange that was made last"
          onClick={() => takeBackExchange(edited ?? tracks).catch(tellProblem)}
        >
          <Undo2 size={14} aria-hidden="true" /> Take back
        </button>
      </div>
      {done.length > 0 && (
        <ol className="muted" aria-label="Exchanges, the first one first">
          {done.map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows and shrinks at its end
            <li key={i}>
              <button type="button" className="plain" onClick={() => goToFrame(one.fromFrame)}>
                {one.first} and {one.second} from frame {one.fromFrame}
                {one.toFrame === undefined ? ' on' : ` to ${one.toFrame - 1}`}
              </button>
            </li>
          ))}
        </ol>
      )}
      <Crossings
        pick={({ individual }) => {
          if (individual !== undefined && individuals.includes(individual) && individual !== second)
            setNames([individual, second]);
        }}
      />
    </div>
  );
}

/** Exchanges the names of two animals from a frame on, or in a stretch. */
export function SwapPanel() {
  useStudio((state) => state.project);
  const recordingId = useStudio((state) => state.recordingId);
  const all = openTracks().filter(({ individuals }) => individuals.length > 1);
  if (recordingId === null) return <p className="muted">Open a recording first.</p>;
  if (all.length === 0) return <p className="muted">No tracks of this recording have two animals or more.</p>;
  return <Editor key={recordingId} all={all} />;
}
