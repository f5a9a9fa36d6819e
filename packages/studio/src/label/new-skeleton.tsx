import { createSkeleton } from '@zoopraxis/core';
import { useId, useState } from 'react';
import { tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { loadLabels } from '../state/labels.js';
import { showProject } from '../state/session.js';
import { edgesAmong, namesIn, namesProblem, skeletonTemplates } from './skeleton-templates.js';

/** Makes a skeleton from names; edges and pairs are edited afterwards. */
export function NewSkeleton({ taken, onMade }: { taken: readonly string[]; onMade: (name: string) => void }) {
  const id = useId();
  const [template, setTemplate] = useState(skeletonTemplates[0]);
  const [name, setName] = useState(() => ['mouse', 'animal'].find((word) => !taken.includes(word)) ?? '');
  const [text, setText] = useState(() => (template?.keypoints ?? []).join('\n'));
  const [isBusy, setBusy] = useState(false);
  const names = namesIn(text);
  const problem =
    name.trim() === ''
      ? 'A skeleton needs a name.'
      : taken.includes(name.trim())
        ? `There is already a skeleton ${name.trim()}.`
        : namesProblem(names);
  const make = async () => {
    setBusy(true);
    try {
      const edges = edgesAmong(names, template?.edges ?? []);
      const skeleton = createSkeleton({ name: name.trim(), keypoints: names, edges });
      showProject(
        await call('PUT /api/skeletons/:skeleton', {
          path: { skeleton: skeleton.name },
          body: { ...skeleton, renamed: {} },
        }),
      );
      await loadLabels();
      onMade(skeleton.name);
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="new-skeleton"
      aria-label="New skeleton"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null && !isBusy) void make();
      }}
    >
      <p className="muted">
        The body points that are labeled in each image. Points can be added, renamed and put in another order later,
        also when there are labels.
      </p>
      <label className="field">
        Name
        <input type="text" value={name} onChange={({ target }) => setName(target.value)} />
      </label>
      <label className="field">
        Begin with
        <select
          value={template === undefined ? '' : skeletonTemplates.indexOf(template)}
          onChange={({ target }) => {
            const chosen = target.value === '' ? undefined : skeletonTemplates[Number(target.value)];
            setTemplate(chosen);
            setText((chosen?.keypoints ?? []).join('\n'));
          }}
        >
          {skeletonTemplates.map(({ title }, at) => (
            <option key={title} value={at}>
              {title}
            </option>
          ))}
          <option value="">names of your own</option>
        </select>
      </label>
      <label className="field" htmlFor={`${id}-names`}>
        Keypoints, one on each line
      </label>
      <textarea
        id={`${id}-names`}
        rows={Math.max(6, Math.min(14, names.length + 1))}
        value={text}
        aria-describedby={`${id}-about`}
        onChange={({ target }) => setText(target.value)}
      />
      <p id={`${id}-about`} className={problem === null ? 'muted' : 'problem'} aria-live="polite">
        {problem ?? `${names.length} keypoints. Left and right in the names tell which two are a pair.`}
      </p>
      <div className="button-row">
        <button type="submit" className="primary" disabled={isBusy || problem !== null}>
          {isBusy ? 'Making …' : 'Make skeleton'}
        </button>
      </div>
    </form>
  );
}
