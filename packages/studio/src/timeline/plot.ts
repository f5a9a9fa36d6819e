import type { RowHit, RowPointer, RowScene, TimelineRow } from '../page/row.js';
import { clockText, frameAt, timeOf } from '../state/clock.js';
import { isImageFolder, openRecording, type StudioState, studio } from '../state/studio-store.js';
import { traceWindows } from '../state/trace-windows.js';
import { drawRuler } from './draw-ruler.js';
import { openClock, openLimits, snapToFrame } from './open-clock.js';
import { panBy, showWhole, stretchOf, timeAt, xOf, zoomAt } from './scale.js';
import { timeline } from './timeline-store.js';

/** A row and where it lies, CSS px from the top of all rows. */
export interface PlacedRow {
  readonly row: TimelineRow;
  readonly topPx: number;
  readonly heightPx: number;
  /** Whether it may look different whenever the clock moves: rows of other folders. */
  readonly followsClock: boolean;
  /** Whether the next row is of another group. */
  readonly endsGroup: boolean;
}

/** The elements that a plot draws into. */
export interface PlotPlaces {
  readonly rows: HTMLCanvasElement;
  readonly ruler: HTMLCanvasElement;
  /** Scrolls the rows. */
  readonly scroller: HTMLElement;
  /** Lies over ruler and rows, and takes no pointer. */
  readonly overlay: HTMLElement;
  readonly cursor: HTMLElement;
  readonly stretch: HTMLElement;
  readonly hover: HTMLElement;
  readonly label: HTMLElement;
}

type Drag =
  | { readonly kind: 'scrub'; readonly place: HTMLElement }
  | { readonly kind: 'pan'; lastX: number }
  | { readonly kind: 'stretch'; readonly fromSec: number }
  | { readonly kind: 'row'; readonly placed: PlacedRow };

const wheelStep = 0.0016;

/** Draws ruler and rows when something changed, at most once per display frame, and takes pointer and wheel. */
export class TimelinePlot {
  readonly #places: PlotPlaces;
  readonly #colors = new Map<string, string>();
  readonly #stops: (() => void)[] = [];
  #rows: readonly PlacedRow[] = [];
  #widthPx = 0;
  #heightPx = 0;
  #isAllDirty = true;
  #isClockDirty = true;
  #request = 0;
  #drag: Drag | null = null;
  #onValues: (() => void) | undefined;

  /** Begins to listen and draw. */
  constructor(places: PlotPlaces) {
    this.#places = places;
    const { rows, ruler, scroller, cursor } = places;
    const sizes = new ResizeObserver(() => this.markAll());
    sizes.observe(scroller);
    sizes.observe(rows.parentElement as HTMLElement);
    const themes = new MutationObserver(() => {
      this.#colors.clear();
      this.markAll();
    });
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    cursor.hidden = true;
    const scrolled = () => this.markAll();
    scroller.addEventListener('scroll', scrolled, { passive: true });
    this.#stops.push(
      () => sizes.disconnect(),
      () => themes.disconnect(),
      () => scroller.removeEventListener('scroll', scrolled),
      traceWindows.subscribe(() => this.markAll()),
      timeline.subscribe((state, before) => {
        if (state.ruler !== before.ruler) this.markAll();
      }),
      studio.subscribe((state, before) => this.#studioChanged(state, before)),
      this.#listen(rows, 'rows'),
      this.#listen(ruler, 'ruler'),
    );
    this.markAll();
  }

  /** Stops drawing and listening. */
  close(): void {
    cancelAnimationFrame(this.#request);
    for (const stop of this.#stops) stop();
  }

  /** Takes other rows. */
  setRows(rows: readonly PlacedRow[]): void {
    this.#rows = rows;
    this.markAll();
  }

  /** Calls back after the clock was drawn at another time, for words in the page. */
  onValues(show: () => void): void {
    this.#onValues = show;
    this.#schedule();
  }

  /** Draws everything with the next display frame. */
  markAll(): void {
    this.#isAllDirty = true;
    this.#schedule();
  }

  #studioChanged(state: StudioState, before: StudioState): void {
    const isTimeAlone =
      state.range === before.range &&
      state.selection === before.selection &&
      state.project === before.project &&
      state.recordingId === before.recordingId &&
      state.mode === before.mode &&
      state.activeStream === before.activeStream &&
      state.theme === before.theme &&
      state.annotator === before.annotator;
    if (!isTimeAlone) this.#isAllDirty = true;
    this.#isClockDirty = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#frame());
  }

  readonly #color = (name: string): string => {
    let color = this.#colors.get(name);
    if (color === undefined) {
      color = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      this.#colors.set(name, color);
    }
    return color;
  };

  #frame(): void {
    this.#request = 0;
    const state = studio.getState();
    const isAll = this.#isAllDirty;
    this.#isAllDirty = false;
    if (isAll) {
      traceWindows.beginTurn();
      this.#measure();
    }
    if (this.#widthPx <= 0) return;
    if (isAll) this.#drawRuler(state);
    this.#drawRows(state, isAll);
    this.#drawOver(state);
    if (this.#isClockDirty || isAll) this.#onValues?.();
    this.#isClockDirty = false;
  }

  #measure(): void {
    const { rows, ruler, scroller, overlay } = this.#places;
    const place = rows.parentElement as HTMLElement;
    this.#widthPx = place.clientWidth;
    this.#heightPx = scroller.clientHeight;
    fit(rows, this.#widthPx, this.#heightPx);
    fit(ruler, this.#widthPx, ruler.clientHeight);
    overlay.style.width = `${this.#widthPx}px`;
  }

  #scene(state: StudioState, placed: PlacedRow): RowScene {
    return { state, range: state.range, widthPx: this.#widthPx, heightPx: placed.heightPx, color: this.#color };
  }

  #drawRuler(state: StudioState): void {
    const { ruler } = this.#places;
    const context = contextOf(ruler);
    if (context === null) return;
    const clock = openClock(state);
    const heightPx = ruler.clientHeight;
    drawRuler(context, {
      range: state.range,
      widthPx: this.#widthPx,
      heightPx,
      clock: timeline.getState().ruler === 'frames' || isImageFolder(openRecording()) ? (clock ?? null) : null,
      endSec: openLimits(state).endSec,
      color: this.#color,
    });
  }

  #drawRows(state: StudioState, isAll: boolean): void {
    const { rows, scroller } = this.#places;
    const context = contextOf(rows);
    if (context === null) return;
    const scrolled = scroller.scrollTop;
    if (isAll) context.clearRect(0, 0, this.#widthPx, this.#heightPx);
    const endX = xOf(openLimits(state).endSec, state.range, this.#widthPx);
    for (const placed of this.#rows) {
      const top = placed.topPx - scrolled;
      if (top + placed.heightPx < 0 || top > this.#heightPx || (!isAll && !placed.followsClock)) continue;
      context.save();
      context.beginPath();
      context.rect(0, top, this.#widthPx, placed.heightPx);
      context.clip();
      if (!isAll) context.clearRect(0, top, this.#widthPx, placed.heightPx);
      context.translate(0, top);
      placed.row.draw(context, this.#scene(state, placed));
      context.restore();
      context.fillStyle = this.#color(placed.endsGroup ? '--control-line' : '--line');
      context.fillRect(0, Math.round(top + placed.heightPx) - 1, this.#widthPx, 1);
    }
    if (endX < this.#widthPx) {
      context.fillStyle = this.#color('--hover');
      context.globalAlpha = 0.5;
      context.fillRect(endX, 0, this.#widthPx - endX, this.#heightPx);
      context.globalAlpha = 1;
    }
  }

  #drawOver(state: StudioState): void {
    const { cursor, stretch } = this.#places;
    const { range, timeSec, selection } = state;
    const clock = openClock(state);
    const x = xOf(timeSec, range, this.#widthPx);
    const frame = clock === undefined ? 0 : frameAt(timeSec, clock);
    const next =
      clock === undefined
        ? timeSec
        : frame + 1 < clock.frameCount
          ? timeOf(frame + 1, clock)
          : timeOf(frame, clock) + 1 / clock.fps;
    const width = Math.max(2, xOf(next, range, this.#widthPx) - x);
    cursor.hidden = state.recordingId === null || x + width < 0 || x > this.#widthPx;
    cursor.style.transform = `translateX(${Math.round(x * 2) / 2}px)`;
    cursor.style.width = `${width}px`;
    cursor.dataset.wide = `${width > 3}`;
    stretch.hidden = selection.kind !== 'stretch';
    if (selection.kind === 'stretch') {
      const left = Math.max(-2, xOf(selection.fromSec, range, this.#widthPx));
      const right = Math.min(this.#widthPx + 2, xOf(selection.toSec, range, this.#widthPx));
      stretch.hidden = right < left;
      stretch.style.transform = `translateX(${left}px)`;
      stretch.style.width = `${Math.max(1, right - left)}px`;
      stretch.dataset.words = `${(selection.toSec - selection.fromSec).toFixed(2)} s`;
    }
  }

  #listen(canvas: HTMLCanvasElement, kind: 'rows' | 'ruler'): () => void {
    const stop = new AbortController();
    const { signal } = stop;
    canvas.addEventListener('pointerdown', (event) => this.#press(event, canvas, kind), { signal });
    canvas.addEventListener('pointermove', (event) => this.#move(event, canvas, kind), { signal });
    canvas.addEventListener('pointerup', (event) => this.#release(event), { signal });
    canvas.addEventListener('pointercancel', (event) => this.#release(event), { signal });
    canvas.addEventListener('pointerleave', () => this.#hideHover(), { signal });
    canvas.addEventListener('dblclick', (event) => this.#doubleClick(event, kind), { signal });
    canvas.addEventListener('wheel', (event) => this.#wheel(event, canvas), { signal, passive: false });
    canvas.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    // The middle button would start the browser's own scrolling.
    canvas.addEventListener('mousedown', (event) => event.button === 1 && event.preventDefault(), { signal });
    return () => stop.abort();
  }

  #timeOfX(clientX: number, place: HTMLElement): number {
    const { left } = place.getBoundingClientRect();
    return timeAt(clientX - left, studio.getState().range, this.#widthPx);
  }

  #at(event: PointerEvent | MouseEvent): { placed: PlacedRow; pointer: RowPointer; hit: RowHit | null } | null {
    const { rows, scroller } = this.#places;
    const box = rows.getBoundingClientRect();
    const y = event.clientY - box.top + scroller.scrollTop;
    const placed = this.#rows.find(({ topPx, heightPx }) => y >= topPx && y < topPx + heightPx);
    if (placed === undefined) return null;
    const pointer = this.#pointer(event, placed);
    return { placed, pointer, hit: placed.row.hit?.(pointer, this.#scene(studio.getState(), placed)) ?? null };
  }

  #pointer(event: PointerEvent | MouseEvent, placed: PlacedRow): RowPointer {
    const { rows, scroller } = this.#places;
    const box = rows.getBoundingClientRect();
    const { clientX, clientY, button, shiftKey, altKey } = event;
    const x = clientX - box.left;
    return {
      timeSec: timeAt(x, studio.getState().range, this.#widthPx),
      x,
      y: clientY - box.top + scroller.scrollTop - placed.topPx,
      clientX,
      clientY,
      button,
      shiftKey,
      altKey,
      modKey: event.ctrlKey || event.metaKey,
    };
  }

  #press(event: PointerEvent, canvas: HTMLCanvasElement, kind: 'rows' | 'ruler'): void {
    if (studio.getState().recordingId === null || this.#drag !== null) return;
    canvas.setPointerCapture(event.pointerId);
    const timeSec = this.#timeOfX(event.clientX, canvas);
    if (event.button === 1 || (event.button === 0 && event.altKey)) {
      this.#drag = { kind: 'pan', lastX: event.clientX };
      canvas.style.cursor = 'grabbing';
      return;
    }
    if (event.button === 0 && event.shiftKey) {
      this.#drag = { kind: 'stretch', fromSec: timeSec };
      return;
    }
    const found = kind === 'rows' ? this.#at(event) : null;
    if (found !== null) {
      const { placed, pointer, hit } = found;
      if (placed.row.press?.(pointer, hit, this.#scene(studio.getState(), placed)) === true) {
        this.#drag = { kind: 'row', placed };
        return;
      }
    }
    if (event.button !== 0) return;
    const { selection } = studio.getState();
    const isLoose = (found?.hit ?? null) === null && (selection.kind === 'bout' || selection.kind === 'stretch');
    if (isLoose && kind === 'rows') studio.setState({ selection: { kind: 'none' } });
    this.#drag = { kind: 'scrub', place: canvas };
    this.#scrub(timeSec);
  }

  #scrub(timeSec: number): void {
    const { range, timeSec: before } = studio.getState();
    const inside = Math.max(range.fromSec, Math.min(range.toSec - 1e-9, timeSec));
    const snapped = snapToFrame(inside);
    // A frame that begins before the left edge would turn the page under the pointer.
    const time = snapped < range.fromSec ? snapToFrame(range.fromSec + (inside - snapped)) : snapped;
    if (time !== before) studio.setState({ timeSec: Math.min(time, openLimits().endSec) });
  }

  #move(event: PointerEvent, canvas: HTMLCanvasElement, kind: 'rows' | 'ruler'): void {
    const drag = this.#drag;
    if (drag === null) {
      this.#showHover(event, canvas, kind);
      return;
    }
    this.#hideHover();
    const state = studio.getState();
    if (drag.kind === 'pan') {
      const bySec = ((drag.lastX - event.clientX) / this.#widthPx) * (state.range.toSec - state.range.fromSec);
      drag.lastX = event.clientX;
      studio.setState({ range: panBy(state.range, bySec, openLimits(state)) });
    } else if (drag.kind === 'scrub') this.#scrub(this.#timeOfX(event.clientX, drag.place));
    else if (drag.kind === 'stretch') {
      const to = Math.max(state.range.fromSec, Math.min(state.range.toSec, this.#timeOfX(event.clientX, canvas)));
      const stretch = stretchOf(drag.fromSec, to, openClock(state), openLimits(state));
      studio.setState({ selection: { kind: 'stretch', ...stretch } });
    } else drag.placed.row.drag?.(this.#pointer(event, drag.placed), this.#scene(state, drag.placed));
  }

  #release(event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = null;
    if (drag?.kind === 'pan') this.#places.rows.style.cursor = '';
    if (drag?.kind !== 'row') return;
    drag.placed.row.release?.(this.#pointer(event, drag.placed), this.#scene(studio.getState(), drag.placed));
  }

  #doubleClick(event: MouseEvent, kind: 'rows' | 'ruler'): void {
    const limits = openLimits();
    if (kind === 'ruler') {
      studio.setState({ range: { fromSec: 0, toSec: limits.endSec } });
      return;
    }
    const span = this.#at(event)?.hit?.span;
    if (span !== undefined) studio.setState({ range: showWhole(span, limits) });
  }

  #wheel(event: WheelEvent, canvas: HTMLCanvasElement): void {
    event.preventDefault();
    const state = studio.getState();
    if (state.recordingId === null) return;
    const unit = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 240 : 1;
    const [across, down] = [event.deltaX * unit, event.deltaY * unit];
    const { range } = state;
    const isPan = event.shiftKey || Math.abs(across) > Math.abs(down);
    if (isPan) {
      const turn = Math.abs(across) > Math.abs(down) ? across : down;
      const bySec = (turn / this.#widthPx) * (range.toSec - range.fromSec);
      studio.setState({ range: panBy(range, bySec, openLimits(state)) });
      return;
    }
    const factor = Math.exp(Math.max(-400, Math.min(400, down)) * wheelStep * (event.ctrlKey ? 4 : 1));
    studio.setState({ range: zoomAt(range, this.#timeOfX(event.clientX, canvas), factor, openLimits(state)) });
  }

  #showHover(event: PointerEvent, canvas: HTMLCanvasElement, kind: 'rows' | 'ruler'): void {
    const { hover, label, overlay } = this.#places;
    const found = kind === 'rows' ? this.#at(event) : null;
    canvas.style.cursor = found?.hit?.cursor ?? (kind === 'ruler' ? 'ew-resize' : 'crosshair');
    const box = overlay.getBoundingClientRect();
    const x = event.clientX - box.left;
    const timeSec = Math.max(0, this.#timeOfX(event.clientX, canvas));
    const clock = openClock();
    const frame = clock === undefined ? '' : ` · frame ${frameAt(timeSec, clock)}`;
    hover.hidden = false;
    hover.style.transform = `translateX(${x}px)`;
    label.hidden = false;
    label.textContent = `${clockText(timeSec)}${frame}${found?.hit?.words === undefined ? '' : `\n${found.hit.words}`}`;
    const left = x > this.#widthPx - 260 ? Math.max(0, x - 12 - label.offsetWidth) : x + 12;
    const top = event.clientY - box.top + 14;
    label.style.transform = `translate(${left}px, ${Math.min(top, box.height - label.offsetHeight - 2)}px)`;
  }

  #hideHover(): void {
    this.#places.hover.hidden = true;
    this.#places.label.hidden = true;
  }
}

/** Gives a canvas the size of its box in the pixels of the display. */
export function fit(canvas: HTMLCanvasElement, widthPx: number, heightPx: number): void {
  const ratio = devicePixelRatio;
  const [width, height] = [Math.round(widthPx * ratio), Math.round(heightPx * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.style.width = `${widthPx}px`;
  if (canvas.dataset.ownHeight === undefined) canvas.style.height = `${heightPx}px`;
}

/** Returns the context of a canvas in CSS px. */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  context?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return context;
}
