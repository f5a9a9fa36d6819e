import { ArrowLeftRight, ChevronsDownUp, ChevronsUpDown, EyeOff, MoveDown, MoveUp, Settings2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type PointerEvent as ReactPointerEvent, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { clockText } from '../state/clock.js';
import { studio } from '../state/studio-store.js';
import { NameEdge } from './name-edge.js';
import { type PlacedRow, TimelinePlot } from './plot.js';
import { changeHeight, hideRow, moveRow } from './row-actions.js';
import { keepHeight } from './row-order.js';
import { rowsStore } from './rows-store.js';
import { choose, timeline, useTimeline } from './timeline-store.js';

function RowMenu({ placed }: { placed: PlacedRow }) {
  const { row } = placed;
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content className="menu" align="start" sideOffset={2}>
        {(row.actions?.() ?? []).map(({ title, run }) => (
          <DropdownMenu.Item key={title} onSelect={() => run()}>
            <Settings2 size={14} aria-hidden="true" /> {title}
          </DropdownMenu.Item>
        ))}
        <DropdownMenu.Item onSelect={() => moveRow(row.id, -1)}>
          <MoveUp size={14} aria-hidden="true" /> Move up
        </DropdownMenu.Item>
        <DropdownMenu.Item onSelect={() => moveRow(row.id, 1)}>
          <MoveDown size={14} aria-hidden="true" /> Move down
        </DropdownMenu.Item>
        <DropdownMenu.Item onSelect={() => changeHeight(row.id, 1.4)}>
          <ChevronsUpDown size={14} aria-hidden="true" /> Taller
        </DropdownMenu.Item>
        <DropdownMenu.Item onSelect={() => changeHeight(row.id, 1 / 1.4)}>
          <ChevronsDownUp size={14} aria-hidden="true" /> Shorter
        </DropdownMenu.Item>
        <DropdownMenu.Item onSelect={() => hideRow(row.id)}>
          <EyeOff size={14} aria-hidden="true" /> Hide
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}

/** Drags the lower edge of a row. */
function dragHeight(event: ReactPointerEvent<HTMLElement>, { row, heightPx }: PlacedRow): void {
  const handle = event.currentTarget;
  handle.setPointerCapture(event.pointerId);
  const startY = event.clientY;
  const move = ({ clientY }: PointerEvent) => {
    const { heights } = timeline.getState().choice;
    choose({ heights: { ...heights, [row.id]: keepHeight(heightPx + clientY - startY) } });
  };
  handle.addEventListener('pointermove', move);
  handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true });
}

function RowHead({ placed }: { placed: PlacedRow }) {
  const { row, heightPx } = placed;
  return (
    <li className="row-head" data-ends-group={placed.endsGroup} style={{ height: heightPx }}>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          className="row-name"
          data-row={row.id}
          title={row.detail === undefined ? row.title : `${row.title} · ${row.detail}`}
          onFocus={() => timeline.setState({ focusedRow: row.id })}
        >
          <span className="row-title">{row.title}</span>
          <span className="row-value" data-value-row={row.id} />
          {row.detail !== undefined && heightPx >= 34 && <span className="row-detail">{row.detail}</span>}
          {row.detail !== undefined && heightPx < 34 && <span className="said">{row.detail}</span>}
        </DropdownMenu.Trigger>
        <RowMenu placed={placed} />
      </DropdownMenu.Root>
      <span className="row-edge" aria-hidden="true" onPointerDown={(event) => dragHeight(event, placed)} />
    </li>
  );
}

/** Writes the values at the cursor into the names of the rows. */
function showValues(heads: HTMLElement): void {
  const { shown } = rowsStore.getState();
  const state = studio.getState();
  const spans = heads.querySelectorAll<HTMLElement>('[data-value-row]');
  for (let at = 0; at < spans.length; at++) {
    const span = spans[at] as HTMLElement;
    const row = shown[at]?.row;
    if (row === undefined || row.id !== span.dataset.valueRow) continue;
    const words = row.valueAt?.(state.timeSec, state) ?? '';
    if (span.textContent !== words) span.textContent = words;
  }
}

/** Shows the ruler and the rows: names and values at the left, one canvas at the right. */
export function RowsView() {
  const { shown, all } = useStore(rowsStore);
  const unit = useTimeline(({ ruler }) => ruler);
  const plot = useRef<TimelinePlot | null>(null);
  const heads = useRef<HTMLUListElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = body.current;
    const find = <Kind extends HTMLElement>(name: string) => root?.querySelector(`[data-part="${name}"]`) as Kind;
    const made = new TimelinePlot({
      rows: find<HTMLCanvasElement>('rows'),
      ruler: find<HTMLCanvasElement>('ruler'),
      scroller: find('scroller'),
      overlay: find('overlay'),
      cursor: find('cursor'),
      stretch: find('stretch'),
      hover: find('hover'),
      label: find('label'),
    });
    made.onValues(() => heads.current !== null && showValues(heads.current));
    plot.current = made;
    const nameCanvas = () => {
      const { fromSec, toSec } = studio.getState().range;
      const words = `Rows from ${clockText(fromSec)} to ${clockText(toSec)}; their values are in the list beside, bouts in the panel Bouts`;
      find('rows').setAttribute('aria-label', words);
    };
    nameCanvas();
    const naming = setInterval(nameCanvas, 2000);
    return () => {
      clearInterval(naming);
      made.close();
    };
  }, []);
  useEffect(() => plot.current?.setRows(shown), [shown]);
  return (
    <div className="timeline-body" ref={body}>
      <NameEdge />
      <div className="ruler-line">
        <button
          type="button"
          className="ruler-unit"
          title="Count time or frames on the ruler"
          onClick={() => timeline.setState(({ ruler }) => ({ ruler: ruler === 'time' ? 'frames' : 'time' }))}
        >
          <span className="said">Ruler counts </span>
          {unit} <ArrowLeftRight size={12} aria-hidden="true" />
        </button>
        <div aria-hidden="true">
          <canvas data-part="ruler" data-own-height className="ruler" />
        </div>
      </div>
      <div className="timeline-scroller" data-part="scroller">
        <ul className="row-heads" ref={heads} aria-label="Rows of the timeline, with their values at the cursor">
          {shown.map((placed) => (
            <RowHead key={placed.row.id} placed={placed} />
          ))}
        </ul>
        <div className="rows-place">
          <canvas data-part="rows" role="img" aria-label="Rows" />
        </div>
        {shown.length === 0 && (
          <p className="timeline-empty muted">
            {all.length === 0
              ? 'Nothing to show here yet: no bouts, labels or curves. Annotate, or run a classifier.'
              : 'All rows are hidden; the panel Traces brings them back.'}
          </p>
        )}
      </div>
      <div className="timeline-overlay" data-part="overlay" aria-hidden="true">
        <div className="time-stretch" data-part="stretch" hidden />
        <div className="time-hover" data-part="hover" hidden />
        <div className="time-cursor" data-part="cursor" hidden />
        <div className="time-label" data-part="label" hidden />
      </div>
    </div>
  );
}
