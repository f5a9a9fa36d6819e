import { ChevronsDownUp, ChevronsUpDown, EyeOff, MoveDown, MoveUp } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { TraceView } from 'zoopraxis';
import { useStore } from 'zustand';
import type { TimelineRow } from '../page/row.js';
import { useTraces } from '../state/traces.js';
import { changeHeight, hideRow, moveRow, showTrace, unhideRow } from './row-actions.js';
import { noChoice } from './row-order.js';
import { isTraceShown, rowsStore } from './rows-store.js';
import { choose, useTimeline } from './timeline-store.js';
import { findTraces, type TraceGroup, traceWords } from './trace-groups.js';

/** Groups with more traces than this begin closed. */
const mostOpen = 12;

function ShownRow({ row }: { row: TimelineRow }) {
  const words = row.detail === undefined ? row.title : `${row.title}, ${row.detail}`;
  const button = (label: string, icon: React.ReactNode, run: () => void) => (
    <button type="button" className="plain" aria-label={`${label}: ${words}`} title={label} onClick={run}>
      {icon}
    </button>
  );
  return (
    <li>
      <span className="shown-name" title={words}>
        {row.title} <span className="muted">{row.detail}</span>
      </span>
      {button('Move up', <MoveUp size={14} aria-hidden="true" />, () => moveRow(row.id, -1))}
      {button('Move down', <MoveDown size={14} aria-hidden="true" />, () => moveRow(row.id, 1))}
      {button('Taller', <ChevronsUpDown size={14} aria-hidden="true" />, () => changeHeight(row.id, 1.4))}
      {button('Shorter', <ChevronsDownUp size={14} aria-hidden="true" />, () => changeHeight(row.id, 1 / 1.4))}
      {button('Hide', <EyeOff size={14} aria-hidden="true" />, () => hideRow(row.id))}
    </li>
  );
}

function TraceItem({ trace }: { trace: TraceView }) {
  const { id, definition } = trace;
  const { title, detail } = traceWords(trace);
  return (
    <li>
      <label title={definition}>
        <input type="checkbox" checked={isTraceShown(id)} onChange={({ target }) => showTrace(id, target.checked)} />
        <span>
          {title} <span className="muted">{detail}</span>
        </span>
      </label>
    </li>
  );
}

function Group({ group, isOpen }: { group: TraceGroup; isOpen: boolean }) {
  const [wish, setWish] = useState<boolean | null>(null);
  const shown = group.traces.filter(({ id }) => isTraceShown(id)).length;
  const isSeen = wish ?? isOpen;
  return (
    <details open={isSeen} onToggle={({ currentTarget }) => setWish(currentTarget.open)}>
      <summary>
        {group.name || 'others'}{' '}
        <span className="muted">
          {shown > 0 ? `${shown} of ` : ''}
          {group.traces.length}
        </span>
      </summary>
      {isSeen && (
        <ul className="trace-list">
          {group.traces.map((trace) => (
            <TraceItem key={trace.id} trace={trace} />
          ))}
        </ul>
      )}
    </details>
  );
}

/** Chooses which rows the timeline shows, their order and heights. */
export function TracesPanel() {
  const { all, shown } = useStore(rowsStore);
  const list = useTraces((state) => state.list);
  const isLoading = useTraces((state) => state.isLoading);
  const choice = useTimeline((state) => state.choice);
  const [words, setWords] = useState('');
  const wanted = useDeferredValue(words);
  const groups = useMemo(() => findTraces(list, wanted), [list, wanted]);
  const hidden = all.filter(({ id }) => choice.hidden.includes(id));
  return (
    <div className="traces-panel">
      <h2>Rows, from the top</h2>
      <ol className="shown-rows">
        {shown.map(({ row }) => (
          <ShownRow key={row.id} row={row} />
        ))}
      </ol>
      {hidden.length > 0 && (
        <>
          <h2>Hidden</h2>
          <ul className="trace-list">
            {hidden.map((row) => (
              <li key={row.id}>
                <label>
                  <input type="checkbox" checked={false} onChange={() => unhideRow(row.id)} />
                  <span>
                    {row.title} <span className="muted">{row.detail}</span>
                  </span>
                </label>
              </li>
            ))}
          </ul>
        </>
      )}
      {JSON.stringify(choice) !== JSON.stringify(noChoice) && (
        <button type="button" onClick={() => choose(noChoice)}>
          As at first
        </button>
      )}
      <h2>Curves</h2>
      <input
        type="search"
        aria-label="Find curves"
        placeholder={`Find in ${list.length}`}
        value={words}
        onChange={({ target }) => setWords(target.value)}
      />
      {groups.map((group) => (
        <Group
          key={`${group.name}/${wanted === ''}`}
          group={group}
          isOpen={wanted.trim() !== '' || group.traces.length <= mostOpen}
        />
      ))}
      {list.length === 0 && (
        <p className="muted">
          {isLoading
            ? 'Curves are being read …'
            : 'There are none yet: probabilities come with a classifier, features and confidence with tracks.'}
        </p>
      )}
      {list.length > 0 && groups.length === 0 && <p className="muted">None has these words.</p>}
    </div>
  );
}
