import type { Behavior, BehaviorOptions } from '@zoopraxis/core';
import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { closeDialog, openDialog } from '../page/dialogs.js';
import { behaviorColor, distinctColors } from '../page/palette.js';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { type BoutStream, editBouts } from '../state/bouts.js';
import { showProject } from '../state/session.js';
import { studio, useStudio } from '../state/studio-store.js';
import { press } from './actions.js';
import { activeStream } from './active-stream.js';
import { openBoutsOf, useAnnotate } from './annotate-store.js';
import {
  mostRenamed,
  problemOf,
  renameEdits,
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

async function saveEthogram(behaviors: readonly Behavior[]): Promise<void> {
  showProject(await call('PUT /api/ethogram', { body: { behaviors } }));
}

/** Reads all streams (of people alone, or of models too) that list a behavior, of all recordings. */
async function readStreamsWith(name: string, isHumanOnly: boolean): Promise<BoutStream[]> {
  const found = streamsWith(studio.getState().project?.annotations ?? [], name).filter(
    ({ isHuman }) => isHuman || !isHumanOnly,
  );
  const places = [
    ...new Map(found.map(({ set, recording }) => [JSON.stringify([set, recording]), { set, recording }])).values(),
  ];
  const read = await Promise.all(places.map((query) => call('GET /api/bouts', { query })));
  return read.flat();
}

/** Renames a behavior: the catalogue first knows both names, then the bouts change in one step, then the old name goes. */
async function rename(behaviors: readonly Behavior[], former: Behavior, draft: BehaviorOptions): Promise<void> {
  const next = withBehavior(behaviors, former.name, draft);
  const edits = renameEdits(await readStreamsWith(former.name, true), former.name, draft.name);
  const count = edits.reduce((sum, { add }) => sum + add.length, 0);
  if (count > mostRenamed) {
    throw new Error(
      `${former.name} has ${count} bouts; at most ${mostRenamed} are renamed in one step. Add ${draft.name} as a behavior of its own instead.`,
    );
  }
  if (edits.length > 0) {
    const { key: _, ...other } = former;
    await saveEthogram([...next, { ...other, exclusiveWith: [], partOf: draft.name }]);
    await editBouts(`rename ${former.name} to ${draft.name}`, edits);
  }
  await saveEthogram(next);
  if (count > 0) tell(`${count} ${count === 1 ? 'bout follows' : 'bouts follow'} the new name`);
}

/** Takes a behavior out of the catalogue, unless bouts have it. */
async function remove(behaviors: readonly Behavior[], name: string): Promise<void> {
  const next = withoutBehavior(behaviors, name);
  const streams = (await readStreamsWith(name, false)).filter(({ bouts }) =>
    bouts.some((bout) => bout.behavior === name),
  );
  const count = streams.reduce((sum, { bouts }) => sum + bouts.filter((bout) => bout.behavior === name).length, 0);
  if (count > 0) {
    const places = [...new Set(streams.map(({ recording, annotator }) => `${recording} by ${annotator}`))];
    const words =
      places.length > 3 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more` : places.join(', ');
    throw new Error(`${name} has ${count} ${count === 1 ? 'bout' : 'bouts'} in ${words}: erase or relabel them first.`);
  }
  await saveEthogram(next);
}

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
  const problem = problemOf(draft, behaviors, former);
  const users = former === null ? [] : streamsWith(annotations, former);
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
      if (before !== undefined && before.name !== draft.name) await rename(behaviors, before, draft);
      else await saveEthogram(withBehavior(behaviors, former, draft));
    });
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
          maxLength={100}
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
            ? `The bouts of people follow the new name, in one step of undo.${users.some(({ isHuman }) => !isHuman) ? ' Those of models keep the old one.' : ''}`
            : ' ')}
      </p>
      <div className="dialog-buttons">
        {before !== undefined && (
          <button type="button" disabled={isBusy} onClick={() => void work(() => remove(behaviors, before.name))}>
            Delete
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
  return (
    distinctColors.find((color) => !used.has(color)) ??
    (distinctColors[behaviors.length % distinctColors.length] as string)
  );
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
      {behaviors.length === 0 && <p className="muted">The ethogram is empty. Add the behaviors that you score.</p>}
      <button type="button" onClick={() => editBehavior(null)}>
        <Plus size={14} aria-hidden="true" /> Add behavior
      </button>
      {unknown.length > 0 && (
        <p className="muted">
          Bouts have {unknown.length === 1 ? 'a behavior' : 'behaviors'} that {unknown.length === 1 ? 'is' : 'are'} not
          listed: {unknown.slice(0, 12).join(', ')}
          {unknown.length > 12 ? ' …' : ''}.{' '}
          <button type="button" onClick={() => saveEthogram(withNames(behaviors, unknown)).catch(tellProblem)}>
            Add {unknown.length === 1 ? 'it' : `all ${unknown.length}`}
          </button>
        </p>
      )}
    </div>
  );
}
