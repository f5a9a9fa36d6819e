import { useMemo, useState } from 'react';
import { openDialog } from '../page/dialogs.js';
import { tellProblem } from '../page/tell.js';
import { useLabels } from '../state/labels.js';
import { useStudio } from '../state/studio-store.js';
import {
  accept,
  addIndividual,
  chooseIndividual,
  copyOthers,
  freeName,
  removeAnimal,
  renameChosen,
  takeFrames,
} from './actions.js';
import { openSuggestions } from './animals.js';
import { colorOf } from './draw-labels.js';
import { choose, type Labeled, nextPlace, send } from './gestures.js';
import { acceptSuggestions, removePoint } from './label-edits.js';
import { LabelSettingsView } from './label-settings-view.js';
import { setLabeling, useLabeling } from './label-store.js';
import { PointRow } from './point-row.js';
import { labelSkeleton, presentIndividuals, presentSources } from './present-animals.js';
import { labeledVideo } from './present-frame.js';
import { fullestAnimal, layoutOf } from './skeleton-draft.js';
import { type PicturedKeypoint, SkeletonPicture } from './skeleton-picture.js';
import { useLabeled } from './use-labeled.js';

function Individuals({ names, chosen }: { names: readonly string[]; chosen: string }) {
  const [name, setName] = useState<string | null>(null);
  const rename = () => {
    if (name !== null) {
      try {
        renameChosen(chosen, name);
      } catch (error) {
        tellProblem(error);
      }
    }
    setName(null);
  };
  return (
    <fieldset className="individuals" aria-label="Animals">
      {names.map((other, at) => (
        <button key={other} type="button" aria-pressed={other === chosen} onClick={() => chooseIndividual(at)}>
          {at < 9 && names.length > 1 && <kbd>{at + 1}</kbd>} {other}
        </button>
      ))}
      <button type="button" className="plain" title="Add an animal" onClick={() => addIndividual(freeName(names))}>
        + animal
      </button>
      {name === null ? (
        <button type="button" className="plain" onClick={() => setName(chosen)}>
          Rename
        </button>
      ) : (
        <input
          type="text"
          aria-label={`New name of ${chosen}`}
          value={name}
          // biome-ignore lint/a11y/noAutofocus: it opens by a press on Rename
          autoFocus
          onChange={(event) => setName(event.target.value)}
          onBlur={rename}
          onKeyDown={(event) => {
            if (event.key === 'Enter') rename();
            if (event.key === 'Escape') setName(null);
          }}
        />
      )}
      {names.length > 1 && (
        <button
          type="button"
          className="plain"
          title={`Remove ${chosen} and your labels of it from this video; undo brings them back`}
          onClick={() => removeAnimal(chosen)}
        >
          Remove
        </button>
      )}
    </fieldset>
  );
}

function Picture({ labeled, names }: { labeled: Labeled; names: readonly string[] }) {
  const colorBy = useLabeling((state) => state.colorBy);
  const { keypoints } = labeled.placing;
  const { individual, points } = labeled;
  const suggested = openSuggestions(labeled.animals, individual);
  const animal = Object.fromEntries([...suggested.map((point) => [point.keypoint, point]), ...Object.entries(points)]);
  const rows = useLabels((state) => state.rows);
  const fullest = useMemo(() => fullestAnimal(rows), [rows]);
  // While points come one by one the picture stays that of a whole animal.
  const isWhole = keypoints.every((name) => animal[name] !== undefined);
  const isFuller = Object.keys(fullest).length > Object.keys(animal).length;
  const layout = layoutOf(keypoints, isWhole || !isFuller ? animal : fullest);
  const pictured = keypoints.map((name, id): PicturedKeypoint => {
    const point = points[name];
    const isSuggested = suggested.some(({ keypoint }) => keypoint === name);
    return {
      id,
      name,
      x: layout[id]?.x ?? 0.5,
      y: layout[id]?.y ?? 0.5,
      look:
        point === undefined ? (isSuggested ? 'hollow' : 'faint') : point.visibility === 'visible' ? 'filled' : 'half',
      color: colorOf({ colorBy, keypoints, individuals: names }, individual, name),
      isChosen: name === labeled.keypoint,
    };
  });
  const edges = labelSkeleton(presentSources())?.edges ?? [];
  return (
    <SkeletonPicture
      keypoints={pictured}
      edges={edges}
      label={`Skeleton of ${individual}, ${Object.keys(points).length} of ${keypoints.length} placed`}
      onPick={(id) => choose(individual, keypoints[id] as string)}
    />
  );
}

/** Lists the keypoints of the animals in the present frame: the same as on the picture, for keyboard and screen reader. */
export function KeypointsPanel() {
  const labeled = useLabeled();
  const video = useLabels((state) => state.video);
  const isLoading = useLabels((state) => state.isLoading);
  const isOnList = useLabels(({ images }) => images.some(({ frame }) => frame === labeled?.frame));
  const colorBy = useLabeling((state) => state.colorBy);
  const isHeld = useLabeling((state) => state.isHeld);
  const othersShown = useLabeling((state) => state.othersShown);
  const skeletonCount = useStudio(({ project }) => project?.skeletons.length ?? 0);
  if (skeletonCount === 0) {
    return (
      <>
        <p className="muted">The project has no skeleton yet: the body points that are to be labeled.</p>
        <button type="button" className="primary" onClick={() => openDialog('skeleton')}>
          Make a skeleton …
        </button>
      </>
    );
  }
  if (video === null) return <p className="muted">Open a recording with a video to label its frames.</p>;
  if (labeled === null)
    return <p className="muted">{isLoading ? 'The labels are being read …' : 'No frame is shown.'}</p>;
  const sources = presentSources();
  const names = presentIndividuals(sources);
  const { frame, individual, points, placing, animals } = labeled;
  const suggested = openSuggestions(animals, individual);
  const next = nextPlace(labeled);
  const count = Object.keys(points).length;
  const people = [...new Set(animals.others.map(({ annotator }) => annotator))].sort();
  const size = labeledVideo() ?? { widthPx: 0, heightPx: 0 };
  return (
    <section className="keypoints-panel" aria-label="Keypoints of this frame">
      <p className="panel-lead">
        Frame {frame}: <strong>{count}</strong> of {placing.keypoints.length} placed
      </p>
      <Individuals names={names} chosen={individual} />
      <Picture labeled={labeled} names={names} />
      {(suggested.length > 0 || !isOnList) && (
        <div className="button-row">
          {suggested.length > 0 && (
            <button type="button" onClick={() => accept('animal')}>
              Accept suggestions <kbd>Enter</kbd>
            </button>
          )}
          {!isOnList && (
            <button type="button" onClick={() => takeFrames('present').catch(tellProblem)}>
              Put on the list <kbd>K</kbd>
            </button>
          )}
        </div>
      )}
      {people.length > 0 && (
        <p className="others-note">
          {people.join(', ')} labeled this image too.{' '}
          <button type="button" aria-pressed={othersShown} onClick={() => setLabeling({ othersShown: !othersShown })}>
            {othersShown ? 'Hide' : 'Show'} <kbd>X</kbd>
          </button>{' '}
          <button type="button" title="Copies points that you have not placed, to go on from them" onClick={copyOthers}>
            Copy to mine
          </button>
        </p>
      )}
      <table className="list keypoint-table">
        <thead>
          <tr>
            <th scope="col">Keypoint</th>
            <th scope="col">x</th>
            <th scope="col">y</th>
            <th scope="col">
              <span className="said">Visibility, remove, accept</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {placing.keypoints.map((keypoint) => (
            <PointRow
              key={`${individual} ${keypoint}`}
              place={{ frame, individual, keypoint }}
              point={points[keypoint]}
              size={size}
              color={colorOf({ colorBy, keypoints: placing.keypoints, individuals: names }, individual, keypoint)}
              isChosen={keypoint === labeled.keypoint}
              isNext={keypoint === next?.keypoint}
              isSuggested={suggested.some((point) => point.keypoint === keypoint)}
              onRemove={() => send(removePoint({ frame, individual, keypoint }, animals))}
              onAccept={() => {
                const options = { individuals: [individual], keypoints: [keypoint], cutoff: 0 };
                const gesture = acceptSuggestions(frame, animals, options);
                if (gesture !== null) send(gesture);
              }}
            />
          ))}
        </tbody>
      </table>
      <p className="muted" aria-live="polite">
        {isHeld && labeled.point !== undefined
          ? `Arrows move ${labeled.keypoint}; Esc lets it go.`
          : next === null
            ? 'All keypoints of this animal are placed.'
            : `A click places ${next.keypoint}.`}
      </p>
      <LabelSettingsView />
    </section>
  );
}
