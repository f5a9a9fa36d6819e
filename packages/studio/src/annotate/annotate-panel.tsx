import { useId, useState } from 'react';
import type { StreamKey } from 'zoopraxis';
import { showPanel } from '../page/shown-panels.js';
import { tell, tellProblem } from '../page/tell.js';
import { streamId, useBouts } from '../state/bouts.js';
import { frameAt, timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { studio, useStudio } from '../state/studio-store.js';
import { chosenIn, copyToMine, eraseMeant, moveEdges, relabelMeant } from './actions.js';
import { activeStream, animalsOf, animalsText, keyOf, nameProblem, streamOf } from './active-stream.js';
import { annotate, useAnnotate } from './annotate-store.js';
import { createExclusions, type OverlapRule } from './exclusions.js';
import { stopFrameOf } from './find-bouts.js';
import { endOfFrame } from './letters.js';
import { keepAnnotator } from './who.js';

/** Lets letters write into a stream; its annotator is then who annotates, unless that is a model or a rule. */
function write(stream: StreamKey): void {
  const isHuman = (streamOf(stream)?.isHuman ?? true) && !stream.annotator.startsWith('rule: ');
  studio.setState({
    activeStream: stream,
    selection: { kind: 'none' },
    ...(isHuman ? { annotator: stream.annotator } : {}),
  });
  if (isHuman) keepAnnotator(stream.annotator);
}

function StreamForm({ stream }: { stream: StreamKey }) {
  const lists = useId();
  const annotations = useStudio(({ project }) => project?.annotations) ?? [];
  const animals = animalsOf();
  const known = (pick: (key: StreamKey) => string) => [
    ...new Set(annotations.filter(({ isHuman }) => isHuman).map(pick)),
  ];
  const field = (part: 'annotator' | 'channel' | 'set', title: string, hint: string) => (
    <label className="field">
      {title}
      <input
        type="text"
        key={stream[part]}
        defaultValue={stream[part]}
        list={`${lists}-${part}`}
        title={hint}
        maxLength={100}
        onBlur={({ target }) => {
          const value = target.value.trim();
          const problem = part === 'channel' || value === '' ? null : nameProblem(value);
          if (problem !== null) tell(problem, { topic: 'annotate' });
          if (value === '' || problem !== null) target.value = stream[part];
          else if (value !== stream[part]) write({ ...keyOf(stream), [part]: value });
        }}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
      />
      <datalist id={`${lists}-${part}`}>
        {known((key) => key[part]).map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
    </label>
  );
  return (
    <div className="stream-form">
      {field('annotator', 'Annotator', 'Whose bouts these are; a new name begins a stream of its own')}
      <label className="field">
        Animal
        <select value={stream.subject} onChange={({ target }) => write({ ...keyOf(stream), subject: target.value })}>
          {[...new Set([...animals, stream.subject])].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="field">
        toward
        <select
          value={stream.target ?? ''}
          onChange={({ target: { value } }) => {
            const { target: _, ...rest } = keyOf(stream);
            write(value === '' ? rest : { ...rest, target: value });
          }}
        >
          <option value="">nobody</option>
          {[...new Set([...animals, ...(stream.target === undefined ? [] : [stream.target])])]
            .filter((name) => name !== stream.subject)
            .map((name) => (
              <option key={name}>{name}</option>
            ))}
        </select>
      </label>
      {field('channel', 'Channel', 'One of several parallel streams of an annotator')}
      {field('set', 'Set', 'File in annotations/ that holds the bouts')}
    </div>
  );
}

function ChosenBout({ stream }: { stream: StreamKey }) {
  useStudio((state) => state.selection);
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors) ?? [];
  const bout = chosenIn(stream);
  const clock = recordingClock();
  if (bout === undefined || clock === undefined) {
    return <p className="muted">No bout is chosen: click one in the row, or walk with ↑ and ↓.</p>;
  }
  const first = frameAt(bout.startSec, clock);
  const last = stopFrameOf(bout, clock) - 1;
  const isPoint = bout.endSec <= bout.startSec;
  const setFrame = (edge: 'first' | 'last', value: number) => {
    if (!Number.isSafeInteger(value) || value < 0 || value >= clock.frameCount) return;
    const atSec = timeOf(value, clock);
    const edges = isPoint
      ? { startSec: atSec, endSec: atSec }
      : edge === 'first'
        ? { startSec: atSec }
        : { endSec: endOfFrame(value, clock) };
    moveEdges(bout, edges).catch(tellProblem);
  };
  const frameField = (edge: 'first' | 'last', title: string, value: number) => (
    <label className="field">
      {title}
      <input
        key={`${bout.id}/${value}`}
        type="number"
        min={0}
        max={clock.frameCount - 1}
        defaultValue={value}
        onBlur={({ target }) => target.valueAsNumber !== value && setFrame(edge, target.valueAsNumber)}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
      />
    </label>
  );
  return (
    <div className="chosen-bout">
      <label className="field">
        Behavior
        <select value={bout.behavior} onChange={({ target }) => void relabelMeant(target.value).catch(tellProblem)}>
          {[
            ...new Set([
              ...behaviors.filter(({ kind }) => (kind === 'point') === isPoint).map(({ name }) => name),
              bout.behavior,
            ]),
          ].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {frameField('first', isPoint ? 'Frame' : 'First frame', first)}
      {!isPoint && frameField('last', 'Last frame', last)}
      <button type="button" onClick={() => eraseMeant().catch(tellProblem)}>
        Erase
      </button>
    </div>
  );
}

const overlapTitles: Readonly<Record<OverlapRule, string>> = {
  ethogram: 'as the ethogram says',
  one: 'one behavior at a time',
  many: 'all may overlap',
};

/** Chooses whose bouts letters write, and shows the chosen bout in fields. */
export function AnnotatePanel() {
  const recording = useStudio((state) => state.recordingId);
  useStudio((state) => state.activeStream);
  const annotator = useStudio((state) => state.annotator);
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors);
  const streams = useBouts((state) => state.streams);
  const overlap = useAnnotate((state) => state.overlap);
  const hasLetters = useAnnotate((state) => state.hasLetters);
  const [isFormOpen, setFormOpen] = useState(false);
  const stream = activeStream();
  if (recording === null || stream === null || behaviors === undefined) {
    return <p className="muted">Open a recording to annotate it.</p>;
  }
  const shown = streamOf(stream);
  const isHuman = shown?.isHuman ?? true;
  const id = streamId(stream);
  const sameBut = ({ set: _, ...key }: StreamKey) => streamId({ set: '', ...key });
  const isTold = (each: StreamKey) =>
    streams.some((other) => other.set !== each.set && sameBut(other) === sameBut(each));
  return (
    <div className="annotate-panel">
      <section aria-label="Streams of this recording">
        <h3>Letters write into</h3>
        <ul className="stream-list">
          {[...(shown === undefined ? [{ ...stream, isHuman: true, boutCount: 0 }] : []), ...streams].map((each) => (
            <li key={streamId(each)}>
              <button type="button" aria-pressed={streamId(each) === id} onClick={() => write(keyOf(each))}>
                <span>
                  {each.annotator} · {animalsText(each)}
                </span>
                <span className="muted">
                  {each.isHuman ? '' : 'model, read only · '}
                  {each.boutCount} {each.boutCount === 1 ? 'bout' : 'bouts'}
                  {each.channel === 'default' ? '' : ` · ${each.channel}`}
                  {isTold(each) ? ` · set ${each.set}` : ''}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <button type="button" aria-expanded={isFormOpen} onClick={() => setFormOpen(!isFormOpen)}>
          {isFormOpen ? 'Done' : 'Another annotator, animal or channel'}
        </button>
        {streams.length > 1 && (
          <button type="button" onClick={() => showPanel('right', 'agreement')}>
            Compare annotators
          </button>
        )}
        {isFormOpen && isHuman && <StreamForm stream={stream} />}
        {!isHuman && shown !== undefined && (
          <p>
            These bouts are of a model and are never changed.{' '}
            <button type="button" className="primary" onClick={() => copyToMine(shown).catch(tellProblem)}>
              Copy all to {annotator}
            </button>
          </p>
        )}
        {isHuman && stream.annotator !== annotator && <p className="muted">These are bouts of {stream.annotator}.</p>}
      </section>
      <section aria-label="Chosen bout">
        <h3>Chosen bout</h3>
        <ChosenBout stream={stream} />
      </section>
      <section aria-label="Keys">
        <h3>Letters</h3>
        <label className="check">
          <input
            type="checkbox"
            checked={hasLetters}
            onChange={({ target }) => annotate.setState({ hasLetters: target.checked })}
          />
          Letters mark behavior
        </label>
        <label className="field">
          At the same time
          <select
            value={overlap}
            onChange={({ target }) => annotate.setState({ overlap: target.value as OverlapRule })}
          >
            {Object.entries(overlapTitles).map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <p className="muted">
          {createExclusions(behaviors, overlap).sentence} Of behaviors that exclude each other the newest mark wins.
        </p>
      </section>
    </div>
  );
}
