import { useState } from 'react';
import { closeDialog } from '../page/dialogs.js';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { useStudio } from '../state/studio-store.js';

const formats = [
  ['csv', 'CSV: one row for each bout'],
  ['caltech', 'Caltech behavior annotator (.txt)'],
  ['bento', 'BENTO (.annot)'],
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
  const [files, setFiles] = useState<readonly string[]>([]);
  const write = async () => {
    setBusy(true);
    try {
      const recordings = isOne && recording !== null ? { recordings: [recording] } : {};
      const answer = await call('POST /api/bouts-export', { body: { set, format, ...recordings } });
      setFiles(answer.files);
      tell(answer.files.length === 1 ? `Wrote ${answer.files[0]}` : `Wrote ${answer.files.length} files`);
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
      <label className="check">
        <input type="checkbox" checked={isOne} onChange={({ target }) => setOne(target.checked)} />
        Only the recording that is open
      </label>
      {files.length > 0 && (
        <div role="status">
          <p>In the project's folder:</p>
          <ul>
            {files.map((file) => (
              <li key={file}>
                <code>{file}</code>
              </li>
            ))}
          </ul>
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
