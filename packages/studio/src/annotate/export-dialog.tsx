import { useState } from 'react';
import type { StudioApi } from 'zoopraxis';
import { closeDialog } from '../page/dialogs.js';
import { tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { useStudio } from '../state/studio-store.js';

/** Formats of which one file holds several recordings. */
const ofMany: readonly string[] = ['csv', 'boris', 'boris-project'];

const formats = [
  ['csv', 'CSV: one row for each bout'],
  ['caltech', 'Caltech behavior annotator (.txt)'],
  ['bento', 'BENTO (.annot)'],
  ['boris-project', 'BORIS: project (.boris)'],
  ['boris', 'BORIS: table of events'],
  ['simba', 'SimBA: a column for each behavior'],
] as const;

/** Asks which bouts are written for which program, and says where the files are. */
export function ExportDialog() {
  const annotations = useStudio(({ project }) => project?.annotations) ?? [];
  const recording = useStudio((state) => state.recordingId);
  const sets = [...new Set(annotations.map((stream) => stream.set))];
  const [set, setSet] = useState(sets[0] ?? '');
  const [format, setFormat] = useState<(typeof formats)[number][0]>('csv');
  const [isOne, setOne] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [isTogether, setTogether] = useState(true);
  const [annotator, setAnnotator] = useState('');
  const [channel, setChannel] = useState('');
  const [answer, setAnswer] = useState<StudioApi['POST /api/bouts-export']['response'] | null>(null);
  const own = annotations.filter((stream) => stream.set === set && (!isOne || stream.recording === recording));
  const annotators = [...new Set(own.map((stream) => stream.annotator))];
  const channels = [...new Set(own.map((stream) => stream.channel))];
  const write = async () => {
    setBusy(true);
    try {
      const body = {
        set,
        format,
        isTogether: isTogether && ofMany.includes(format),
        ...(isOne && recording !== null ? { recordings: [recording] } : {}),
        ...(annotators.includes(annotator) ? { annotator } : {}),
        ...(channels.includes(channel) ? { channel } : {}),
      };
      setAnswer(null);
      setAnswer(await call('POST /api/bouts-export', { body }));
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="export-form"
      onSubmit={(event) => {
        event.preventDefault();
        void write();
      }}
    >
      <label className="field">
        Set
        <select value={set} onChange={({ target }) => setSet(target.value)}>
          {sets.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="field">
        Format
        <select value={format} onChange={({ target }) => setFormat(target.value as typeof format)}>
          {formats.map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {annotators.length > 1 && (
        <label className="field">
          Annotator
          <select value={annotator} onChange={({ target }) => setAnnotator(target.value)}>
            <option value="">all {annotators.length}</option>
            {annotators.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {channels.length > 1 && (
        <label className="field">
          Channel
          <select value={channel} onChange={({ target }) => setChannel(target.value)}>
            <option value="">all {channels.length}</option>
            {channels.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="check">
        <input type="checkbox" checked={isOne} onChange={({ target }) => setOne(target.checked)} />
        Only the recording that is open
      </label>
      {ofMany.includes(format) && !isOne && (
        <label className="check">
          <input type="checkbox" checked={isTogether} onChange={({ target }) => setTogether(target.checked)} />
          All recordings in one file
        </label>
      )}
      {answer !== null && (
        <div role="status">
          <p>
            {answer.boutCount} {answer.boutCount === 1 ? 'bout' : 'bouts'} in the project's folder; a click keeps a
            copy:
          </p>
          <ul>
            {answer.files.map((file) => (
              <li key={file}>
                <a href={`/api/${file.split('/').map(encodeURIComponent).join('/')}`} download={file.split('/').at(-1)}>
                  {file}
                </a>
              </li>
            ))}
          </ul>
          {answer.notes.map((note) => (
            <p key={note} className="muted">
              {note}
            </p>
          ))}
        </div>
      )}
      <div className="dialog-buttons">
        <button type="button" onClick={() => closeDialog('export-bouts')}>
          Close
        </button>
        <button type="submit" className="primary" disabled={isBusy || set === ''}>
          {isBusy ? 'Writing …' : 'Write files'}
        </button>
      </div>
    </form>
  );
}
