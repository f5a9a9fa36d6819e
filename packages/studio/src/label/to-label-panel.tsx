import { useMemo, useState } from 'react';
import { openDialog } from '../page/dialogs.js';
import { tell, tellProblem } from '../page/tell.js';
import { WorkProgress } from '../page/work-progress.js';
import { clockText, timeOf } from '../state/clock.js';
import { useComputing } from '../state/computing.js';
import { clockOfVideo } from '../state/frame-clock.js';
import { chooseLabels, useLabels } from '../state/labels.js';
import { openTracks, openVideos, studio, useStudio } from '../state/studio-store.js';
import { type FrameMethod, goToFirstUnlabeled, goToItem, presentItems, takeFrames } from './actions.js';
import { endDraft } from './gestures.js';
import { goToFrame, labeledVideo, usePresentFrame } from './present-frame.js';
import { progressOf, type TodoItem } from './todo-list.js';

const methods: readonly (readonly [FrameMethod, string])[] = [
  ['uniform', 'evenly spread'],
  ['kmeans', 'as different as possible (k-means)'],
  ['uncertain', 'where the model is unsure'],
  ['outlier', 'where the model jumps'],
];

function TakeFrames() {
  const [method, setMethod] = useState<FrameMethod>('kmeans');
  const [count, setCount] = useState(20);
  const [stop, setStop] = useState<AbortController | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const video = useLabels((state) => state.video);
  const work = useComputing('frames to label', video);
  const hasTracks = useStudio((state) => openTracks(state).some((tracks) => tracks.video === video));
  const needsTracks = (method === 'uncertain' || method === 'outlier') && !hasTracks;
  const take = async () => {
    const own = new AbortController();
    setStop(own);
    setNote(null);
    try {
      const { came, note: why } = await takeFrames({ method, count }, own.signal);
      setNote(why);
      if (came > 0) tell(`${came} more ${came === 1 ? 'frame is' : 'frames are'} on the list.`);
      else tell(why ?? 'No frame came: all that the method chose are on the list.');
    } catch (error) {
      tellProblem(error);
    } finally {
      setStop(null);
    }
  };
  return (
    <fieldset className="take-frames">
      <legend>Take frames</legend>
      <label className="field">
        Chosen
        <select value={method} onChange={(event) => setMethod(event.target.value as FrameMethod)}>
          {methods.map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <div className="button-row">
        <label>
          Count{' '}
          <input
            type="number"
            min={1}
            max={500}
            value={count}
            onChange={(event) => setCount(Math.min(500, Math.max(1, Math.round(Number(event.target.value)) || 1)))}
          />
        </label>
        <button type="button" className="primary" disabled={stop !== null || needsTracks} onClick={take}>
          {stop !== null ? 'Taking …' : 'Take'}
        </button>
      </div>
      {stop !== null && <WorkProgress title="Looking at frames" work={work} onCancel={() => stop.abort()} />}
      {stop === null && note !== null && <p className="muted">{note}</p>}
      {needsTracks && <p className="muted">This needs tracks of this video: track it first (menu Model).</p>}
    </fieldset>
  );
}

function Annotator() {
  const annotator = useStudio((state) => state.annotator);
  const rows = useLabels((state) => state.rows);
  const known = useMemo(() => [...new Set(rows.map((row) => row.annotator))].sort(), [rows]);
  const [name, setName] = useState<string | null>(null);
  const commit = () => {
    const wished = (name ?? '').trim();
    setName(null);
    if (wished === '' || wished === annotator) return;
    endDraft();
    studio.setState({ annotator: wished });
  };
  return (
    <label className="field">
      Labels by
      <input
        type="text"
        list="annotators"
        value={name ?? annotator}
        onChange={(event) => setName(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      <datalist id="annotators">
        {known.map((other) => (
          <option key={other} value={other} />
        ))}
      </datalist>
    </label>
  );
}

/** Chooses the video and the skeleton where there are several. */
function WhatIsLabeled() {
  const video = useLabels((state) => state.video);
  const skeleton = useLabels((state) => state.skeleton);
  const project = useStudio((state) => state.project);
  const videoCount = useStudio((state) => openVideos(state).length);
  const choose = (wish: Parameters<typeof chooseLabels>[0]) => {
    endDraft();
    chooseLabels(wish).catch(tellProblem);
  };
  const skeletons = project?.skeletons ?? [];
  return (
    <>
      {videoCount > 1 && (
        <label className="field">
          Video
          <select value={video ?? ''} onChange={(event) => choose({ video: event.target.value })}>
            {openVideos().map(({ id, view }) => (
              <option key={id} value={id}>
                {id}, {view}
              </option>
            ))}
          </select>
        </label>
      )}
      {skeletons.length > 1 && (
        <label className="field">
          Skeleton
          <select value={skeleton} onChange={(event) => choose({ skeleton: event.target.value })}>
            {skeletons.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

const stateWords = {
  mine: ['●', 'labeled'],
  others: ['✕', 'by others'],
  suggested: ['○', 'to label'],
} as const;

function Item({ item, isHere }: { item: TodoItem; isHere: boolean }) {
  const video = labeledVideo();
  const clock = video === undefined ? undefined : clockOfVideo(video);
  const [sign, word] = stateWords[item.state];
  const go = () => {
    endDraft();
    goToFrame(item.frame);
  };
  return (
    <li>
      <button type="button" aria-current={isHere} data-state={item.state} onClick={go}>
        <span aria-hidden="true">{sign}</span>
        <span className="todo-frame">{item.frame}</span>
        <span className="muted">
          {clock === undefined || video?.isImages === true ? '' : clockText(timeOf(item.frame, clock))}
        </span>
        <span className="todo-word" title={item.others.join(', ')}>
          {item.state === 'mine' && !item.isComplete ? `${item.pointCount} points` : word}
          {item.others.length > 0 && item.state === 'mine' ? ` · ${item.others.join(', ')}` : ''}
          {item.state === 'others' ? ` (${item.others.join(', ')})` : ''}
        </span>
      </button>
    </li>
  );
}

const filters = [
  ['all', 'All'],
  ['open', 'To label'],
  ['mine', 'Labeled'],
] as const;

/** Lists the images that the project has of the video: labeled by me, by others, to label; and takes more. */
export function ToLabelPanel() {
  const rows = useLabels((state) => state.rows);
  const images = useLabels((state) => state.images);
  const video = useLabels((state) => state.video);
  const isLoading = useLabels((state) => state.isLoading);
  const annotator = useStudio((state) => state.annotator);
  const conflictCount = useStudio(({ project }) => project?.conflictCount ?? 0);
  const frame = usePresentFrame();
  const [filter, setFilter] = useState<(typeof filters)[number][0]>('all');
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are read from the stores
  const items = useMemo(presentItems, [rows, images, annotator]);
  const { labeled, all } = progressOf(items);
  const shown = items.filter(({ state }) => filter === 'all' || (filter === 'mine') === (state === 'mine'));
  if (video === null) return <p className="muted">Open a recording with a video to label its frames.</p>;
  return (
    <section className="to-label" aria-label="Images to label">
      {conflictCount > 0 && (
        <p className="conflict-note">
          {conflictCount} {conflictCount === 1 ? 'point was' : 'points were'} changed here and in DeepLabCut's files.{' '}
          <button type="button" onClick={() => openDialog('label-conflicts')}>
            Decide …
          </button>
        </p>
      )}
      <Annotator />
      <WhatIsLabeled />
      <label className="field" htmlFor="label-progress">
        <span>
          <strong>{labeled}</strong> of {all} images labeled
        </span>
      </label>
      <progress id="label-progress" value={labeled} max={Math.max(1, all)} />
      <div className="button-row">
        <button
          type="button"
          aria-label="Previous image without labels of mine"
          onClick={() => goToItem(-1, 'image without labels of yours', isOpen)}
        >
          ‹
        </button>
        unlabeled
        <button
          type="button"
          aria-label="Next image without labels of mine"
          onClick={() => goToItem(1, 'image without labels of yours', isOpen)}
        >
          ›
        </button>
        <button type="button" className="plain" onClick={goToFirstUnlabeled}>
          First
        </button>
      </div>
      <fieldset className="mode-switch" aria-label="Which images">
        {filters.map(([value, title]) => (
          <button key={value} type="button" aria-pressed={filter === value} onClick={() => setFilter(value)}>
            {title}
          </button>
        ))}
      </fieldset>
      <ol className="todo-list">
        {shown.map((item) => (
          <Item key={item.frame} item={item} isHere={item.frame === frame} />
        ))}
      </ol>
      {shown.length === 0 && (
        <p className="muted">
          {isLoading ? 'The labels are being read …' : all === 0 ? 'No image of this video yet: take some.' : 'None.'}
        </p>
      )}
      <TakeFrames />
    </section>
  );
}

const isOpen = ({ state }: TodoItem) => state !== 'mine';
