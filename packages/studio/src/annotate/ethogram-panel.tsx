import type { Behavior, BehaviorOptions } from '@zoopraxis/core';
import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { closeDialog, openDialog } from '../page/dialogs.js';
import { behaviorColor, distinctColor } from '../page/palette.js';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { loadBouts } from '../state/bouts.js';
import { showProject } from '../state/session.js';
import { studio, useStudio } from '../state/studio-store.js';
import { press } from './actions.js';
import { activeStream } from './active-stream.js';
import { openBoutsOf, useAnnotate } from './annotate-store.js';
import {
  keyClashes,
  namesIn,
  problemOf,
  streamsWith,
  unknownBehaviors,
  withBehavior,
  withNames,
  withoutBehavior,
} from './ethogram-edits.js';
import { suggestKeys } from './letter-keys.js';
import { Swatch } from './swatch.js';

/** Which behavior the dialog is about; null = a new one. */
const edited = createStore<{ readonly name: string | null }>(() => ({ name: null }));

/** What becomes of bouts when the catalogue changes. */
interface Following {
  readonly renamed?: Readonly<Record<string, string>>;
  readonly erased?: readonly string[];
}

/** Replaces the catalogue, with the bouts that follow, as one step of undo. */
async function saveEthogram(title: string, behaviors: readonly Behavior[], following: Following = {}): Promise<void> {
  const { annotator } = studio.getState();
  showProject(await call('PUT /api/ethogram', { body: { behaviors, annotator, title, ...following } }));
  studio.setState({ lastEdited: 'bouts' });
  if (Object.keys(following).length > 0) await loadBouts();
}

/** Returns how many bouts of people have a behavior, in how many recordings. */
async function countBouts(name: string): Promise<{ bouts: number; recordings: number }> {
  const found = streamsWith(studio.getState().project?.annotations ?? [], name).filter(({ isHuman }) => isHuman);
  const places = [
    ...new Map(found.map(({ set, recording }) => [JSON.stringify([set, recording]), { set, recording }])).values(),
  ];
  const read = (await Promise.all(places.map((query) => call('GET /api/bouts', { query })))).flat();
  const having = read.map(({ recording, isHuman, bouts }) => ({
    recording,
    count: isHuman ? bouts.filter(({ behavior }) => behavior === name).length : 0,
  }));
  return {
    bouts: having.reduce((sum, { count }) => sum + count, 0),
    recordings: new Set(having.filter(({ count }) => count > 0).map(({ recording }) => recording)).size,
  };
}

const boutsText = ({ bouts, recordings }: { readonly bouts: number; readonly recordings: number }) =>
  `${bouts} ${bouts === 1 ? 'bout' : 'bouts'} in ${recordings} ${recordings === 1 ? 'recording' : 'recordings'}`;

/** Asks for all about a behavior. */
export function BehaviorDialog() {
  const former = useStore(edited, ({ name }) => name);
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors) ?? [];
  const annotations = useStudio(({ project }) => project?.annotations) ?? [];
  const before = behaviors.find(({ name }) => name === former);
  const others = behaviors.filter(({ name }) => name !== former);
  const [draft, setDraft] = useState<BehaviorOptions>(
    () => before ?? { name: '', kind: 'state', exclusiveWith: [], color: freeColor(behaviors) },
  );
  const [isKeyChosen, setKeyChosen] = useState(before !== undefined);
  const [isBusy, setBusy] = useState(false);
  const change = (part: Partial<BehaviorOptions>) => setDraft((now) => ({ ...now, ...part }));
  const several = former === null ? namesIn(draft.name) : [];
  const problem =
    several.length > 1
      ? (several.map((name) => problemOf({ name }, behaviors, null)).find((each) => each !== null) ?? null)
      : problemOf(draft, behaviors, former);
  const users = former === null ? [] : streamsWith(annotations, former);
  const [doomed, setDoomed] = useState<{ bouts: number; recordings: number } | null>(null);
  const [heir, setHeir] = useState('');
  const work = async (task: () => Promise<void>) => {
    setBusy(true);
    try {
      await task();
      closeDialog('behavior');
    } catch (error) {
      tellProblem(error);
      setBusy(false);
    }
  };
  const save = () =>
    work(async () => {
      if (several.length > 1) {
        return saveEthogram(`add the behaviors ${several.join(', ')}`.slice(0, 200), withNames(behaviors, several));
      }
      const named = former === null ? { ...draft, name: several[0] ?? '' } : draft;
      const next = withBehavior(behaviors, former, named);
      if (before === undefined) return saveEthogram(`add the behavior ${named.name}`, next);
      if (before.name === draft.name) return saveEthogram(`edit the behavior ${draft.name}`, next);
      const title = `rename ${before.name} to ${draft.name}`;
      return saveEthogram(title, next, { renamed: { [before.name]: draft.name } });
    });
  /** Deletes at once what no bout has; else asks what becomes of the bouts. */
  const remove = (behavior: Behavior) => {
    setBusy(true);
    const asked = async () => {
      const next = withoutBehavior(behaviors, behavior.name);
      const found = await countBouts(behavior.name);
      if (found.bouts > 0 && doomed === null) {
        setDoomed(found);
        return setBusy(false);
      }
      await saveEthogram(
        `delete the behavior ${behavior.name}`,
        next,
        heir === '' ? { erased: [behavior.name] } : { renamed: { [behavior.name]: heir } },
      );
      closeDialog('behavior');
      if (found.bouts > 0)
        tell(`${boutsText(found)} ${heir === '' ? 'erased' : `are now ${heir}`}: undo brings them back`);
    };
    asked().catch((error) => {
      tellProblem(error);
      setBusy(false);
    });
  };
  const without = (names: readonly string[] | undefined, name: string) =>
    (names ?? []).filter((other) => other !== name);
  return (
    <form
      className="behavior-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null && !isBusy) void save();
      }}
    >
      <label className="field">
        Name
        <input
          type="text"
          value={draft.name}
          maxLength={former === null ? 1000 : 100}
          onChange={({ target: { value: name } }) => {
            const key = isKeyChosen || name === '' ? draft.key : suggestKeys([...others, { name }]).at(-1);
            const { key: _, ...rest } = draft;
            setDraft({ ...rest, name, ...(key === undefined ? {} : { key }) });
          }}
        />
      </label>
      <label className="field">
        Key
        <input
          type="text"
          value={draft.key ?? ''}
          maxLength={2}
          size={3}
          onChange={({ target }) => {
            setKeyChosen(true);
            const letter = [...target.value].at(-1);
            const { key: _, ...rest } = draft;
            setDraft(letter === undefined ? rest : { ...rest, key: letter });
          }}
        />
      </label>
      <label className="field">
        Color
        <input
          type="color"
          value={draft.color ?? behaviorColor(draft.name, behaviors)}
          onChange={({ target }) => change({ color: target.value })}
        />
      </label>
      <label className="field">
        Lasts
        <select
          value={draft.kind ?? 'state'}
          onChange={({ target }) => change({ kind: target.value as Behavior['kind'] })}
        >
          <option value="state">yes: bouts with a start and an end</option>
          <option value="point">no: an instant</option>
        </select>
      </label>
      <label className="field">
        Part of
        <select
          value={draft.partOf ?? ''}
          onChange={({ target: { value } }) => {
            const { partOf: _, ...rest } = draft;
            setDraft(
              value === '' ? rest : { ...rest, partOf: value, exclusiveWith: without(rest.exclusiveWith, value) },
            );
          }}
        >
          <option value="">no other behavior</option>
          {others.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>Cannot go on together with</legend>
        {others
          .filter(({ kind, name }) => kind === 'state' && name !== draft.partOf)
          .map(({ name }) => (
            <label key={name} className="check">
              <input
                type="checkbox"
                checked={draft.exclusiveWith?.includes(name) ?? false}
                onChange={({ target }) =>
                  change({ exclusiveWith: [...without(draft.exclusiveWith, name), ...(target.checked ? [name] : [])] })
                }
              />
              {name}
            </label>
          ))}
        <p className="muted">Where no behavior has a mark here, one goes on at a time.</p>
      </fieldset>
      <p role="status" className={problem === null ? 'muted' : 'problem'}>
        {problem ??
          (before !== undefined && before.name !== draft.name && users.length > 0
            ? `Bouts and rules follow the new name, in one step of undo.${users.some(({ isHuman }) => !isHuman) ? ' Those of models keep the old one.' : ''}`
            : former === null
              ? several.length > 1
                ? `Adds ${several.length} behaviors, with free keys.`
                : 'Several at once: names with commas between.'
              : ' ')}
      </p>
      {before !== undefined && doomed !== null && (
        <label className="field wide" role="alert">
          {before.name} has {boutsText(doomed)}. When it is deleted, they are
          <select value={heir} onChange={({ target }) => setHeir(target.value)}>
            <option value="">erased too</option>
            {others
              .filter(({ kind }) => kind === before.kind)
              .map(({ name }) => (
                <option key={name} value={name}>
                  given to {name}
                </option>
              ))}
          </select>
        </label>
      )}
      <div className="dialog-buttons">
        {before !== undefined && (
          <button type="button" disabled={isBusy} onClick={() => remove(before)}>
            {doomed === null ? 'Delete' : `Delete with ${doomed.bouts} ${doomed.bouts === 1 ? 'bout' : 'bouts'}`}
          </button>
        )}
        <button type="button" onClick={() => closeDialog('behavior')}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={problem !== null || isBusy}>
          Save
        </button>
      </div>
    </form>
  );
}

function freeColor(behaviors: readonly Behavior[]): string {
  const used = new Set(behaviors.map(({ name }) => behaviorColor(name, behaviors).toLowerCase()));
  const all = Array.from({ length: behaviors.length + 1 }, (_, i) => distinctColor(i));
  return all.find((color) => !used.has(color)) ?? distinctColor(behaviors.length);
}

function editBehavior(name: string | null): void {
  edited.setState({ name });
  openDialog('behavior');
}

/** Lists behaviors with their keys; a click acts like the letter, the pencil edits. */
export function EthogramPanel() {
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors) ?? [];
  const annotations = useStudio(({ project }) => project?.annotations) ?? [];
  const hasLetters = useAnnotate((state) => state.hasLetters);
  useAnnotate((state) => state.open);
  useStudio((state) => state.activeStream);
  const open = openBoutsOf(activeStream()).map(({ behavior }) => behavior);
  const unknown = unknownBehaviors(annotations, behaviors);
  const clashes = keyClashes(behaviors);
  const keyless = behaviors.filter(({ key }) => key === undefined).length;
  return (
    <div className="ethogram-panel">
      <ul className="behavior-list">
        {behaviors.map(({ name, key, kind, partOf }) => (
          <li key={name}>
            <button
              type="button"
              className="behavior"
              aria-pressed={kind === 'state' ? open.includes(name) : undefined}
              title={kind === 'point' ? `Mark ${name} at the cursor` : `Start or end ${name} at the cursor`}
              onClick={() => press({ kind: 'letter', behavior: name }).catch(tellProblem)}
            >
              <Swatch behavior={name} />
              <span>{name}</span>
              {kind === 'point' && <span className="muted">instant</span>}
              {partOf !== undefined && <span className="muted">of {partOf}</span>}
              {key !== undefined && hasLetters && <kbd>{key}</kbd>}
            </button>
            <button type="button" className="plain" aria-label={`Edit ${name}`} onClick={() => editBehavior(name)}>
              <Pencil size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {hasLetters && keyless > 0 && (
        <p className="muted">
          {keyless} {keyless === 1 ? 'behavior has' : 'behaviors have'} no key.{' '}
          <button
            type="button"
            onClick={() => saveEthogram('give free keys', withNames(behaviors, [])).catch(tellProblem)}
          >
            Give free keys
          </button>
        </p>
      )}
      {clashes.map((sentence) => (
        <p key={sentence} className="problem" role="alert">
          {sentence}
        </p>
      ))}
      {behaviors.length === 0 && <p className="muted">The ethogram is empty. Add the behaviors that you score.</p>}
      <button type="button" onClick={() => editBehavior(null)}>
        <Plus size={14} aria-hidden="true" /> Add behavior
      </button>
      {unknown.length > 0 && (
        <p className="muted">
          Bouts have {unknown.length === 1 ? 'a behavior' : 'behaviors'} that {unknown.length === 1 ? 'is' : 'are'} not
          listed: {unknown.slice(0, 12).join(', ')}
          {unknown.length > 12 ? ' …' : ''}.{' '}
          <button
            type="button"
            onClick={() =>
              saveEthogram('add behaviors that bouts have', withNames(behaviors, unknown)).catch(tellProblem)
            }
          >
            Add {unknown.length === 1 ? 'it' : `all ${unknown.length}`}
          </button>
        </p>
      )}
    </div>
  );
}
