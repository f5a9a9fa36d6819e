import { useState } from 'react';
import type { StudioApi } from 'zoopraxis';
import { closeDialog } from '../page/dialogs.js';
import { tell, tellProblem } from '../page/tell.js';
import { loadBouts } from '../state/bouts.js';
import { saveEdit } from '../state/saver.js';
import { reloadProject } from '../state/session.js';
import { studio, useStudio } from '../state/studio-store.js';
import { activeStream, animalsOf, animalsText } from './active-stream.js';

/** Larger files do not fit into one request. */
const mostBytes = 11_000_000;

type Imported = StudioApi['POST /api/bouts-import']['response'];

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

/** Asks for a file of bouts of another program, and for what such files may not say. */
export function ImportDialog() {
  const recording = useStudio((state) => state.recordingId);
  const stream = activeStream();
  const animals = animalsOf();
  const [file, setFile] = useState<File | null>(null);
  const [annotator, setAnnotator] = useState(studio.getState().annotator);
  const [set, setSet] = useState('imported');
  const [subject, setSubject] = useState(stream?.subject ?? animals[0] ?? '');
  const [target, setTarget] = useState(stream?.target ?? '');
  const [timesAre, setTimesAre] = useState<'' | 'seconds' | 'frames'>('');
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<Imported | null>(null);
  if (recording === null) return <p className="muted">Open a recording first.</p>;
  const read = async () => {
    if (file === null) return;
    setBusy(true);
    try {
      if (file.size > mostBytes) {
        throw new Error(`${file.name} has more than ${mostBytes / 1e6} MB: use zoopraxis import for it.`);
      }
      const base64 = await base64Of(file);
      const whom = target === '' || target === subject ? {} : { target };
      const body = {
        fileName: file.name,
        base64,
        set: set.trim(),
        recording,
        annotator: annotator.trim(),
        by: studio.getState().annotator,
        subject,
        ...whom,
        ...(timesAre === '' ? {} : { timesAre }),
      };
      const answer: Imported = await saveEdit('POST /api/bouts-import', { body });
      studio.setState({ lastEdited: 'bouts' });
      await reloadProject();
      await loadBouts();
      setResult(answer);
      tell(`${answer.boutCount} bouts taken from ${file.name}`, { topic: 'annotate' });
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const text = (title: string, value: string, change: (value: string) => void) => (
    <label className="field">
      {title}
      <input
        type="text"
        required
        maxLength={100}
        value={value}
        onChange={({ target: { value: next } }) => change(next)}
      />
    </label>
  );
  return (
    <form
      className="export-form"
      onSubmit={(event) => {
        event.preventDefault();
        void read();
      }}
    >
      <div>
        <label className="field">
          File of Caltech, BENTO, BORIS, SimBA, DLCAnalyzer, or a table
          <input
            type="file"
            accept=".txt,.annot,.boris,.csv,.tsv,.json"
            onChange={({ target: { files } }) => {
              setFile(files?.[0] ?? null);
              setResult(null);
            }}
          />
        </label>
        <p className="muted">
          Its bouts go into {recording}, unless it names several recordings of the project. Where it does not say:
        </p>
      </div>
      {text('Annotator', annotator, setAnnotator)}
      {text('Set', set, setSet)}
      <label className="field">
        Animal
        <select value={subject} onChange={({ target: { value } }) => setSubject(value)}>
          {[...new Set([...animals, subject])].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="field">
        toward
        <select value={target} onChange={({ target: { value } }) => setTarget(value)}>
          <option value="">nobody</option>
          {[...new Set([...animals, ...(target === '' ? [] : [target])])]
            .filter((name) => name !== subject)
            .map((name) => (
              <option key={name}>{name}</option>
            ))}
        </select>
      </label>
      <label className="field">
        Times in tables are
        <select value={timesAre} onChange={({ target: { value } }) => setTimesAre(value as typeof timesAre)}>
          <option value="">as their header says, else seconds</option>
          <option value="seconds">seconds</option>
          <option value="frames">frames, the first is 0, ends not included</option>
        </select>
      </label>
      {result !== null && (
        <div role="status">
          <p>
            {result.boutCount} bouts ({result.format}):
          </p>
          <ul>
            {result.streams.slice(0, 20).map((each) => (
              <li key={JSON.stringify(each)}>
                {each.recording}: {each.annotator} · {animalsText(each)}
                {each.channel === 'default' ? '' : ` · ${each.channel}`}
              </li>
            ))}
          </ul>
          {result.notes.map((note) => (
            <p key={note} className="muted">
              {note}
            </p>
          ))}
        </div>
      )}
      <div className="dialog-buttons">
        <button type="button" onClick={() => closeDialog('import-bouts')}>
          Close
        </button>
        <button
          type="submit"
          className="primary"
          disabled={file === null || isBusy || set.trim() === '' || annotator.trim() === ''}
        >
          {isBusy ? 'Reading …' : 'Import'}
        </button>
      </div>
    </form>
  );
}
