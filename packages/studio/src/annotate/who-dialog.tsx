import { useState } from 'react';
import { closeDialog } from '../page/dialogs.js';
import { studio, useStudio } from '../state/studio-store.js';
import { activeStream, firstSet, keyOf, nameProblem, streamOf } from './active-stream.js';
import { keepAnnotator } from './who.js';

/** Asks who annotates before letters change bouts that were there already. */
export function WhoDialog() {
  const annotator = useStudio((state) => state.annotator);
  const [name, setName] = useState('');
  const stream = activeStream();
  const count = streamOf(stream)?.boutCount ?? 0;
  const problem = name.trim() === '' ? null : nameProblem(name.trim());
  const goOn = () => {
    keepAnnotator(annotator);
    closeDialog('who');
  };
  return (
    <form
      className="who-form"
      onSubmit={(event) => {
        event.preventDefault();
        const chosen = name.trim();
        if (chosen === '' || problem !== null || stream === null) return;
        studio.setState({
          annotator: chosen,
          activeStream: { ...keyOf(stream), annotator: chosen, set: firstSet },
          selection: { kind: 'none' },
        });
        keepAnnotator(chosen);
        closeDialog('who');
      }}
    >
      <p>
        Letters would write into the {count} bouts that {annotator} has here already. Nothing was marked yet.
      </p>
      <label className="field">
        I am somebody else
        <input
          type="text"
          placeholder="your name"
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <p role="status" className={problem === null ? 'muted' : 'problem'}>
        {problem ?? 'Your bouts then stand beside those, and are never mixed with them.'}
      </p>
      <div className="dialog-buttons">
        <button type="button" onClick={goOn}>
          I am {annotator}: go on in these bouts
        </button>
        <button type="submit" className="primary" disabled={name.trim() === '' || problem !== null}>
          Annotate under my name
        </button>
      </div>
    </form>
  );
}
