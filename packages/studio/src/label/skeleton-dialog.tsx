import type { KeypointRole } from '@zoopraxis/core';
import { useState } from 'react';
import { closeDialog } from '../page/dialogs.js';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { labels, loadLabels } from '../state/labels.js';
import { showProject } from '../state/session.js';
import { useStudio } from '../state/studio-store.js';
import { colorAt } from './draw-labels.js';
import { endDraft } from './gestures.js';
import { NewSkeleton } from './new-skeleton.js';
import {
  addKeypoint,
  type DraftKeypoint,
  draftOf,
  fullestAnimal,
  layoutOf,
  moveKeypoint,
  pointsOf,
  problemsOf,
  removedFrom,
  removeKeypoint,
  renameKeypoint,
  renamesOf,
  roleTitles,
  type SkeletonDraft,
  setRole,
  setSymmetry,
  skeletonOf,
  toggleEdge,
  uprightAnimal,
} from './skeleton-draft.js';
import { type PicturedKeypoint, SkeletonPicture } from './skeleton-picture.js';

type Change = (next: SkeletonDraft) => void;

function KeypointRow({
  draft,
  keypoint,
  at,
  change,
}: {
  draft: SkeletonDraft;
  keypoint: DraftKeypoint;
  at: number;
  change: Change;
}) {
  const { id, name } = keypoint;
  const pair = draft.symmetries.find((both) => both.includes(id));
  const other = pair?.find((one) => one !== id);
  const roles = roleTitles.filter(([role]) => draft.roles[role] === id);
  const setMate = (value: string) => {
    if (value === '') return change(setSymmetry(draft, id, null));
    const mate = Number(value);
    // The name tells which of the two is the left one.
    const isRight = /right|(?:^|[^a-z])r(?:[^a-z]|$)|R$/.test(name);
    change(isRight ? setSymmetry(draft, mate, id) : setSymmetry(draft, id, mate));
  };
  return (
    <tr>
      <td className="button-cell">
        <button
          type="button"
          className="plain"
          aria-label={`Move ${name} up`}
          disabled={at === 0}
          onClick={() => change(moveKeypoint(draft, id, -1))}
        >
          ↑
        </button>
        <button
          type="button"
          className="plain"
          aria-label={`Move ${name} down`}
          disabled={at === draft.keypoints.length - 1}
          onClick={() => change(moveKeypoint(draft, id, 1))}
        >
          ↓
        </button>
      </td>
      <td>
        <input
          type="text"
          aria-label={`Name of keypoint ${at + 1}`}
          value={name}
          onChange={(event) => change(renameKeypoint(draft, id, event.target.value))}
        />
      </td>
      <td>
        <select
          aria-label={`Other side of ${name}`}
          value={other ?? ''}
          onChange={(event) => setMate(event.target.value)}
        >
          <option value="">none</option>
          {draft.keypoints.map((point) =>
            point.id === id ? null : (
              <option key={point.id} value={point.id}>
                {point.name}
              </option>
            ),
          )}
        </select>
      </td>
      <td>
        <select
          aria-label={`Role of ${name}`}
          value={roles[0]?.[0] ?? ''}
          onChange={(event) => {
            const cleared = roles.reduce((next, [role]) => setRole(next, role, null), draft);
            const role = event.target.value;
            change(role === '' ? cleared : setRole(cleared, role as KeypointRole, id));
          }}
        >
          <option value="">none</option>
          {roleTitles.map(([role, title]) => (
            <option key={role} value={role}>
              {title}
            </option>
          ))}
        </select>
      </td>
      <td className="button-cell">
        <button
          type="button"
          className="plain"
          aria-label={`Remove ${name}`}
          onClick={() => change(removeKeypoint(draft, id))}
        >
          ×
        </button>
      </td>
    </tr>
  );
}

function EdgePicture({ draft, change }: { draft: SkeletonDraft; change: Change }) {
  const [first, setFirst] = useState<number | null>(null);
  const [animal] = useState(() => uprightAnimal(draft.saved.keypoints, fullestAnimal(labels.getState().rows)));
  // Renamed points stay where they are on the picture.
  const layout = layoutOf(
    draft.keypoints.map(({ id, was }) => was ?? `new ${id}`),
    animal,
  );
  const pictured = draft.keypoints.map(
    ({ id, name }, at): PicturedKeypoint => ({
      id,
      name,
      x: layout[at]?.x ?? 0.5,
      y: layout[at]?.y ?? 0.5,
      look: 'filled',
      color: colorAt(at),
      isChosen: id === first,
    }),
  );
  const nameOf = (id: number) => draft.keypoints.find((point) => point.id === id)?.name ?? '';
  const pick = (id: number) => {
    if (first === null) return setFirst(id);
    change(toggleEdge(draft, first, id));
    setFirst(null);
  };
  return (
    <div className="edge-editor">
      <SkeletonPicture
        keypoints={pictured}
        edges={draft.edges}
        label="Edges of the skeleton"
        namesShown
        onPick={pick}
      />
      <p className="muted" aria-live="polite">
        {first === null
          ? 'Press two points to draw the edge between them, or to take it away.'
          : `${nameOf(first)} and …? The same point again calls it off.`}
      </p>
      <AddEdge draft={draft} change={change} />
      <ul className="edge-list">
        {draft.edges.map(([a, b]) => (
          <li key={`${a}-${b}`}>
            {nameOf(a)} – {nameOf(b)}
            <button
              type="button"
              className="plain"
              aria-label={`Remove edge ${nameOf(a)} – ${nameOf(b)}`}
              onClick={() => change(toggleEdge(draft, a, b))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Draws an edge by names, for those who do not point. */
function AddEdge({ draft, change }: { draft: SkeletonDraft; change: Change }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const ends = [
    ['from', from, setFrom],
    ['to', to, setTo],
  ] as const;
  return (
    <div className="button-row">
      {ends.map(([word, value, set]) => (
        <select key={word} aria-label={`Edge ${word}`} value={value} onChange={(event) => set(event.target.value)}>
          <option value="">{word} …</option>
          {draft.keypoints.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      ))}
      <button
        type="button"
        disabled={from === '' || to === '' || from === to}
        onClick={() => change(toggleEdge(draft, Number(from), Number(to)))}
      >
        Edge
      </button>
    </div>
  );
}

/** Says what a change of the skeleton does to labels, models and tracks that are there. */
function WhatFollows({
  draft,
  hasLabels,
  madeWith,
}: {
  draft: SkeletonDraft;
  hasLabels: boolean;
  madeWith: readonly string[];
}) {
  const renamed = draft.keypoints.filter(({ name, was }) => was !== null && was !== name);
  const added = draft.keypoints.filter(({ was }) => was === null);
  const isReordered = draft.keypoints.some(({ id }, at, all) => at > 0 && (all[at - 1]?.id ?? 0) > id);
  const models = madeWith.length === 1 ? `The model ${madeWith[0]} knows` : `The ${madeWith.length} models know`;
  const sentences = [
    ...(renamed.length > 0 && hasLabels
      ? ['Labels follow their keypoints to the new names, in the files of DeepLabCut too.']
      : []),
    ...(renamed.length > 0 && madeWith.length > 0
      ? [`${models} the old names: for renamed points nothing is suggested until a model is trained anew.`]
      : []),
    ...(added.length > 0 && hasLabels
      ? [
          `Images that are labeled already have no label of ${added.map(({ name }) => name).join(', ')}. Label it there too, or say on training that a point without label says nothing.`,
        ]
      : []),
    ...(isReordered && hasLabels ? ['Another order changes columns in the files of DeepLabCut, and no label.'] : []),
  ];
  return sentences.map((sentence) => (
    <p key={sentence} className="muted">
      {sentence}
    </p>
  ));
}

/** Edits a skeleton: names, order, edges, pairs and roles; labels follow renamed and reordered keypoints. */
export function SkeletonDialog() {
  const skeletons = useStudio(({ project }) => project?.skeletons) ?? [];
  const labelCounts = useStudio(({ project }) => project?.labelSummary.points);
  const models = useStudio(({ project }) => project?.models) ?? [];
  const madeWith = models.filter(({ kind }) => kind === 'pose').map((model) => model.name);
  const [name, setName] = useState(() => labels.getState().skeleton || (skeletons[0]?.name ?? ''));
  const saved = skeletons.find((skeleton) => skeleton.name === name) ?? skeletons[0];
  const [edited, setEdited] = useState<SkeletonDraft | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isNew, setNew] = useState(false);
  if (saved === undefined || isNew) {
    return (
      <NewSkeleton
        taken={skeletons.map((skeleton) => skeleton.name)}
        onMade={(made) => {
          setNew(false);
          setName(made);
          tell(`The skeleton ${made} is made. Edges and pairs can be changed here.`);
        }}
      />
    );
  }
  const draft = edited !== null && edited.saved.name === saved.name ? edited : draftOf(saved);
  const problems = problemsOf(draft);
  const lost = removedFrom(draft);
  const counts = labelCounts?.[saved.name];
  const hasLabels = (counts?.animalCount ?? 0) > 0;
  const save = async () => {
    endDraft();
    setBusy(true);
    try {
      const body = { ...skeletonOf(draft), renamed: renamesOf(draft) };
      showProject(await call('PUT /api/skeletons/:skeleton', { path: { skeleton: saved.name }, body }));
      await loadLabels();
      tell('The skeleton is saved.');
      closeDialog('skeleton');
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="skeleton-editor">
      {skeletons.length > 1 && (
        <label className="field">
          Skeleton
          <select
            value={saved.name}
            onChange={(event) => {
              setName(event.target.value);
              setEdited(null);
            }}
          >
            {skeletons.map((skeleton) => (
              <option key={skeleton.name}>{skeleton.name}</option>
            ))}
          </select>
        </label>
      )}
      <div className="skeleton-columns">
        <div>
          <table className="list">
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">Keypoint</th>
                <th scope="col">Other side</th>
                <th scope="col">Role</th>
                <th scope="col">
                  <span className="said">Remove</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {draft.keypoints.map((keypoint, at) => (
                <KeypointRow key={keypoint.id} draft={draft} keypoint={keypoint} at={at} change={setEdited} />
              ))}
            </tbody>
          </table>
          <button type="button" onClick={() => setEdited(addKeypoint(draft, `keypoint${draft.keypoints.length + 1}`))}>
            Add keypoint
          </button>
        </div>
        <EdgePicture draft={draft} change={setEdited} />
      </div>
      {lost.map((keypoint) => {
        const count = counts?.keypoints[keypoint] ?? pointsOf(labels.getState().rows, keypoint);
        return (
          <p key={keypoint} className="muted">
            {keypoint} goes.
            {count > 0 &&
              ` It has ${count} labels: saving is refused, so that they are not lost. Remove its labels first, or give the point another name.`}
          </p>
        );
      })}
      <WhatFollows draft={draft} hasLabels={hasLabels} madeWith={madeWith} />
      {problems.map((problem) => (
        <p key={problem} className="problem" role="alert">
          {problem}
        </p>
      ))}
      <div className="button-row">
        <button
          type="button"
          className="primary"
          disabled={isBusy || edited === null || problems.length > 0}
          onClick={save}
        >
          {isBusy ? 'Saving …' : 'Save skeleton'}
        </button>
        <button type="button" onClick={() => closeDialog('skeleton')}>
          Cancel
        </button>
        <button type="button" className="plain" onClick={() => setNew(true)}>
          New skeleton …
        </button>
      </div>
    </div>
  );
}
