import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react';
import { defaultNamesPx, keepNamesWidth, namesLimits } from './names-width.js';
import { timeline, useTimeline } from './timeline-store.js';

const setWidth = (px: number) => timeline.setState({ namesPx: keepNamesWidth(px) });

function drag(event: PointerEvent<HTMLElement>): void {
  const edge = event.currentTarget;
  edge.setPointerCapture(event.pointerId);
  const [startX, before] = [event.clientX, timeline.getState().namesPx];
  const move = ({ clientX }: globalThis.PointerEvent) => setWidth(before + clientX - startX);
  edge.addEventListener('pointermove', move);
  edge.addEventListener('pointerup', () => edge.removeEventListener('pointermove', move), { once: true });
}

/** Widens the column of names by dragging or arrows; a double click gives it its usual width. */
export function NameEdge() {
  const namesPx = useTimeline((state) => state.namesPx);
  const edge = useRef<HTMLHRElement>(null);
  useEffect(() => {
    edge.current?.closest<HTMLElement>('.timeline')?.style.setProperty('--gutter', `${namesPx}px`);
  }, [namesPx]);
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -10 : event.key === 'ArrowRight' ? 10 : 0;
    if (by === 0) return;
    event.preventDefault();
    setWidth(namesPx + by);
  };
  return (
    <hr
      ref={edge}
      className="name-edge"
      data-own-keys
      aria-orientation="vertical"
      aria-label="Width of the names of rows"
      aria-valuenow={namesPx}
      aria-valuemin={namesLimits.leastPx}
      aria-valuemax={namesLimits.mostPx}
      tabIndex={0}
      title="Drag: width of the names; double-click: as usual"
      onPointerDown={drag}
      onDoubleClick={() => setWidth(defaultNamesPx)}
      onKeyDown={step}
    />
  );
}
