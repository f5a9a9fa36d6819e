import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { behaviorColor, inkOn } from '../page/palette.js';
import { type BoutStream, streamId, useBouts } from '../state/bouts.js';
import { clockText } from '../state/clock.js';
import { studio, useStudio } from '../state/studio-store.js';
import { boutOf, listBouts, placeAt, rowsInSight } from './bout-list.js';
import { snapToFrame } from './open-clock.js';
import { orderStreams } from './row-order.js';
import { keyOf, streamTitle } from './stream-row.js';

const rowPx = 28;

function streamWords(stream: BoutStream, all: readonly BoutStream[]): string {
  const { title, detail } = streamTitle(stream, all);
  return detail === '' ? title : `${title} · ${detail}`;
}

/** Lists all bouts by time, of all streams or one; a click goes there. The canvas of the rows, in words. */
export function BoutsPanel() {
  const streams = useBouts((state) => state.streams);
  const isLoading = useBouts((state) => state.isLoading);
  const selection = useStudio((state) => state.selection);
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors);
  const [streamWish, setStreamWish] = useState('');
  const [behaviorWish, setBehaviorWish] = useState('');
  const [active, setActive] = useState(0);
  const [box, setBox] = useState({ scrollTopPx: 0, heightPx: 400 });
  const [focusAt, setFocusAt] = useState<number | null>(null);
  const scroller = useRef<HTMLDivElement>(null);

  const ordered = useMemo(() => orderStreams(streams), [streams]);
  const names = useMemo(() => [...new Set(streams.flatMap((stream) => stream.behaviors))].sort(), [streams]);
  const wished = ordered.some((stream) => streamId(stream) === streamWish) ? streamWish : '';
  const behavior = names.includes(behaviorWish) ? behaviorWish : '';
  const list = useMemo(() => {
    const own = wished === '' ? ordered : ordered.filter((stream) => streamId(stream) === wished);
    return listBouts(own, behavior === '' ? undefined : behavior);
  }, [ordered, wished, behavior]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const sizes = new ResizeObserver(() =>
      setBox({ scrollTopPx: element.scrollTop, heightPx: Math.max(rowPx, element.clientHeight) }),
    );
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);

  const reveal = (at: number) => {
    const element = scroller.current;
    if (element === null) return;
    const head = rowPx;
    const top = at * rowPx;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowPx > element.scrollTop + element.clientHeight - head)
      element.scrollTop = top + rowPx + head - element.clientHeight;
  };

  // A row that the arrows reach gets the focus once it is made.
  useEffect(() => {
    const button = scroller.current?.querySelector<HTMLElement>(`[data-place="${focusAt}"]`);
    if (focusAt === null || button === null || button === undefined) return;
    button.focus({ preventScroll: true });
    setFocusAt(null);
  });

  // What is chosen elsewhere is brought into sight here.
  const chosen = selection.kind === 'bout' ? selection : undefined;
  useEffect(() => {
    if (chosen === undefined) return;
    for (let at = placeAt(list, chosen.bout.startSec); at < list.length; at++) {
      const found = boutOf(list, at);
      if (found === undefined || found.bout.startSec > chosen.bout.startSec) return;
      if (found.bout.id !== chosen.bout.id || streamId(found.stream) !== streamId(chosen.stream)) continue;
      setActive(at);
      const element = scroller.current;
      if (element === null) return;
      const top = at * rowPx;
      if (top < element.scrollTop || top + 2 * rowPx > element.scrollTop + element.clientHeight)
        element.scrollTop = Math.max(0, top - element.clientHeight / 2);
      return;
    }
  }, [chosen, list]);

  const goTo = (at: number) => {
    const found = boutOf(list, at);
    if (found === undefined) return;
    setActive(at);
    const { stream, bout } = found;
    studio.setState({
      timeSec: snapToFrame(bout.startSec),
      isPlaying: false,
      selection: { kind: 'bout', stream: keyOf(stream), bout },
    });
  };
  const move = (to: number) => {
    const at = Math.max(0, Math.min(list.length - 1, to));
    setActive(at);
    reveal(at);
    setFocusAt(at);
  };
  const press = (event: KeyboardEvent<HTMLTableElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLButtonElement)) return;
    const page = Math.max(1, Math.floor(box.heightPx / rowPx) - 2);
    const to = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: list.length - 1,
    }[event.key];
    if (to !== undefined) move(to);
    else return;
    event.preventDefault();
  };

  const { first, end } = rowsInSight({ ...box, rowPx }, list.length);
  // The one row that Tab reaches is always one of those that are made.
  const shownActive = Math.max(first, Math.min(end - 1, active));
  const rows = [];
  for (let at = first; at < end; at++) {
    const found = boutOf(list, at);
    if (found === undefined) continue;
    const { stream, bout } = found;
    const color = behaviorColor(bout.behavior, behaviors ?? []);
    const letter = behaviors?.find(({ name }) => name === bout.behavior)?.key ?? [...bout.behavior][0] ?? '';
    const isPoint = bout.endSec <= bout.startSec;
    const isChosen = chosen !== undefined && chosen.bout.id === bout.id && streamId(chosen.stream) === streamId(stream);
    rows.push(
      <tr key={at} aria-rowindex={at + 2} className="bout-row" data-chosen={isChosen}>
        <td className="number">
          <button
            type="button"
            className="plain"
            data-place={at}
            tabIndex={at === shownActive ? 0 : -1}
            aria-current={isChosen}
            aria-label={`Go to ${bout.behavior} at ${clockText(bout.startSec)}`}
            onClick={() => goTo(at)}
          >
            {clockText(bout.startSec)}
          </button>
        </td>
        <td className="number">{isPoint ? 'point' : `${(bout.endSec - bout.startSec).toFixed(2)} s`}</td>
        <td title={bout.behavior}>
          <span className="bout-letter" style={{ background: color, color: inkOn(color) }} aria-hidden="true">
            {letter}
          </span>
          {bout.behavior}
          {bout.probability !== undefined && <span className="muted"> {(100 * bout.probability).toFixed(0)} %</span>}
        </td>
        <td className="muted" title={streamWords(stream, streams)}>
          {streamTitle(stream).title}
        </td>
      </tr>,
    );
  }
  return (
    <div className="bouts-panel">
      <div className="bouts-filter">
        <select aria-label="Stream" value={wished} onChange={({ target }) => setStreamWish(target.value)}>
          <option value="">all streams</option>
          {ordered.map((stream) => (
            <option key={streamId(stream)} value={streamId(stream)}>
              {streamWords(stream, streams)} ({stream.bouts.length})
            </option>
          ))}
        </select>
        <select aria-label="Behavior" value={behavior} onChange={({ target }) => setBehaviorWish(target.value)}>
          <option value="">all behaviors</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <button
          type="button"
          title="Brings the next bout after the cursor into sight"
          onClick={() => move(placeAt(list, studio.getState().timeSec))}
        >
          at cursor
        </button>
      </div>
      <p className="muted bouts-count" aria-live="polite">
        {isLoading && streams.length === 0 ? 'Bouts are being read …' : `${list.length.toLocaleString('en-US')} bouts`}
      </p>
      <div
        ref={scroller}
        className="bouts-scroller"
        onScroll={({ currentTarget }) =>
          setBox({ scrollTopPx: currentTarget.scrollTop, heightPx: Math.max(rowPx, currentTarget.clientHeight) })
        }
      >
        <table className="list bout-table" data-keeps-focus aria-rowcount={list.length + 1} onKeyDown={press}>
          <caption className="said">Bouts by time; arrows move, Enter goes to one</caption>
          <colgroup>
            <col style={{ width: 70 }} />
            <col style={{ width: 58 }} />
            <col />
            <col style={{ width: '22%' }} />
          </colgroup>
          <thead>
            <tr aria-rowindex={1} style={{ height: rowPx }}>
              <th scope="col" className="number">
                start
              </th>
              <th scope="col" className="number">
                length
              </th>
              <th scope="col">behavior</th>
              <th scope="col">by</th>
            </tr>
          </thead>
          <tbody>
            {first > 0 && (
              <tr className="bout-room" style={{ height: first * rowPx }}>
                <td colSpan={4} />
              </tr>
            )}
            {rows}
            {end < list.length && (
              <tr className="bout-room" style={{ height: (list.length - end) * rowPx }}>
                <td colSpan={4} />
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </div>
  );
}
