import { useEffect, useRef } from 'react';
import { drawStrip, stripLook } from '../page/draw-strip.js';
import { runById } from '../page/run-by-id.js';
import { stripOf } from '../page/strip.js';
import { bouts } from '../state/bouts.js';
import { frameTimes } from '../state/frame-clock.js';
import { labels } from '../state/labels.js';
import { studio, useStudio } from '../state/studio-store.js';
import { type LabelTimes, labelTimesOf } from './label-row.js';
import { openClock, openLimits, snapToFrame } from './open-clock.js';
import { placeWords } from './place-words.js';
import { contextOf, fit } from './plot.js';
import { orderStreams } from './row-order.js';
import { dragEdge, panBy, rangeFrom, timeAt, type WindowPart, windowPartAt, xOf } from './scale.js';

const tickPx = 9;
const mostLanes = 8;
const keyCommands: Readonly<Record<string, string>> = {
  ArrowRight: 'time.next-frame',
  ArrowUp: 'time.next-frame',
  ArrowLeft: 'time.previous-frame',
  ArrowDown: 'time.previous-frame',
  'Shift+ArrowRight': 'time.forward-10',
  'Shift+ArrowLeft': 'time.back-10',
  PageUp: 'time.forward-100',
  PageDown: 'time.back-100',
  Home: 'time.first-frame',
  End: 'time.last-frame',
};

/** Draws the whole recording in small: ticks of labeled and suggested frames, bouts of every stream in its own lane. */
class Overview {
  readonly #root: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #window: HTMLElement;
  readonly #cursor: HTMLElement;
  readonly #stops: (() => void)[] = [];
  #request = 0;
  #isDirty = true;
  #widthPx = 0;
  #times: LabelTimes = { labeled: new Float64Array(), suggested: new Float64Array() };
  #drag: { readonly part: WindowPart | 'scrub'; lastX: number; readonly startX: number; isMoved: boolean } | null =
    null;
  #saidAt = 0;

  /** Begins to draw and listen. */
  constructor(root: HTMLElement) {
    this.#root = root;
    this.#canvas = root.querySelector('canvas') as HTMLCanvasElement;
    this.#window = root.querySelector('.overview-window') as HTMLElement;
    this.#cursor = root.querySelector('.overview-cursor') as HTMLElement;
    const dirty = () => {
      this.#isDirty = true;
      this.#schedule();
    };
    const relabel = () => {
      this.#times = labelTimesOf(labels.getState(), openClock());
      dirty();
    };
    const sizes = new ResizeObserver(dirty);
    sizes.observe(root);
    const themes = new MutationObserver(dirty);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    relabel();
    const stop = new AbortController();
    const { signal } = stop;
    root.addEventListener('pointerdown', (event) => this.#press(event), { signal });
    root.addEventListener('pointermove', (event) => this.#move(event), { signal });
    root.addEventListener('pointerup', () => this.#release(), { signal });
    root.addEventListener('pointercancel', () => this.#release(), { signal });
    root.addEventListener('keydown', (event) => this.#key(event), { signal });
    root.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    this.#stops.push(
      () => stop.abort(),
      () => sizes.disconnect(),
      () => themes.disconnect(),
      bouts.subscribe(dirty),
      labels.subscribe(relabel),
      frameTimes.subscribe(relabel),
      studio.subscribe((state, before) => {
        if (state.project !== before.project || state.recordingId !== before.recordingId) relabel();
        this.#schedule();
      }),
    );
  }

  /** Stops drawing and listening. */
  close(): void {
    cancelAnimationFrame(this.#request);
    for (const stop of this.#stops) stop();
  }

  #schedule(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#frame());
  }

  #frame(): void {
    this.#request = 0;
    if (this.#isDirty) this.#draw();
    this.#isDirty = false;
    const state = studio.getState();
    const whole = { fromSec: 0, toSec: openLimits(state).endSec };
    const left = xOf(state.range.fromSec, whole, this.#widthPx);
    const right = xOf(state.range.toSec, whole, this.#widthPx);
    this.#window.style.transform = `translateX(${left}px)`;
    this.#window.style.width = `${Math.max(3, right - left)}px`;
    this.#cursor.style.transform = `translateX(${xOf(state.timeSec, whole, this.#widthPx)}px)`;
    this.#say();
  }

  #say(): void {
    const now = performance.now();
    const state = studio.getState();
    // While it plays, words that nobody can follow are not worth the work of making them.
    if (state.isPlaying && now - this.#saidAt < 300) return;
    this.#saidAt = now;
    const { valueNow, valueMax, text } = placeWords(state);
    this.#root.setAttribute('aria-valuenow', `${valueNow}`);
    this.#root.setAttribute('aria-valuemax', `${valueMax}`);
    this.#root.setAttribute('aria-valuetext', text);
  }

  #draw(): void {
    this.#widthPx = this.#root.clientWidth;
    const heightPx = this.#root.clientHeight;
    if (this.#widthPx <= 0) return;
    fit(this.#canvas, this.#widthPx, heightPx);
    const context = contextOf(this.#canvas);
    if (context === null) return;
    context.clearRect(0, 0, this.#widthPx, heightPx);
    const state = studio.getState();
    const range = { fromSec: 0, toSec: openLimits(state).endSec };
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const streams = orderStreams(bouts.getState().streams).filter(({ boutCount }) => boutCount > 0);
    const lanes = streams.slice(0, mostLanes);
    const look = stripLook(state.project?.ethogram.behaviors ?? [], color);
    const laneHeight = Math.min(14, (heightPx - tickPx - 3) / Math.max(1, lanes.length));
    lanes.forEach((stream, at) => {
      const topPx = tickPx + 1 + at * laneHeight;
      context.fillStyle = color('--raised');
      context.fillRect(0, topPx, this.#widthPx, Math.max(1, laneHeight - 1.5));
      const box = { range, widthPx: this.#widthPx, topPx, heightPx: Math.max(1.5, laneHeight - 1.5) };
      drawStrip(context, stripOf(stream.bouts), box, look);
    });
    this.#drawTicks(context, this.#times.suggested, range.toSec, color('--warn'), true);
    this.#drawTicks(context, this.#times.labeled, range.toSec, color('--accent'), false);
  }

  #drawTicks(
    context: CanvasRenderingContext2D,
    times: Float64Array,
    endSec: number,
    color: string,
    isHollow: boolean,
  ): void {
    context.fillStyle = color;
    let last = -1;
    for (let at = 0; at < times.length; at++) {
      const x = Math.round(((times[at] as number) / endSec) * this.#widthPx);
      if (x === last) continue;
      last = x;
      // Suggested ones are short and stand low, labeled ones are tall: not color alone.
      context.fillRect(x, isHollow ? 5 : 1, isHollow ? 1 : 1.5, isHollow ? tickPx - 5 : tickPx - 1);
    }
  }

  #xOf(event: MouseEvent): number {
    return event.clientX - this.#root.getBoundingClientRect().left;
  }

  #partAt(x: number): WindowPart {
    const { range } = studio.getState();
    const whole = { fromSec: 0, toSec: openLimits().endSec };
    const window = { left: xOf(range.fromSec, whole, this.#widthPx), right: xOf(range.toSec, whole, this.#widthPx) };
    return windowPartAt(x, window);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || studio.getState().recordingId === null) return;
    const x = this.#xOf(event);
    this.#root.setPointerCapture(event.pointerId);
    const part = this.#partAt(x);
    this.#drag = { part: part ?? 'scrub', lastX: x, startX: x, isMoved: false };
    if (part === null) this.#goTo(x, true);
  }

  #goTo(x: number, isCentered: boolean): void {
    const limits = openLimits();
    const whole = { fromSec: 0, toSec: limits.endSec };
    const inside = Math.max(0, Math.min(this.#widthPx, x));
    const timeSec = snapToFrame(Math.min(limits.endSec - 1e-9, timeAt(inside, whole, this.#widthPx)));
    const { range } = studio.getState();
    const length = range.toSec - range.fromSec;
    studio.setState({
      timeSec,
      ...(isCentered ? { range: rangeFrom(timeSec - length / 2, length, limits) } : {}),
    });
  }

  #move(event: PointerEvent): void {
    const x = this.#xOf(event);
    const drag = this.#drag;
    if (drag === null) {
      const part = this.#partAt(x);
      this.#root.style.cursor = part === 'body' ? 'grab' : part === null ? 'pointer' : 'ew-resize';
      return;
    }
    if (!drag.isMoved && Math.abs(x - drag.startX) < 3) return;
    drag.isMoved = true;
    const { range } = studio.getState();
    const limits = openLimits();
    const whole = { fromSec: 0, toSec: limits.endSec };
    if (drag.part === 'scrub') this.#goTo(x, true);
    else if (drag.part === 'body') {
      studio.setState({ range: panBy(range, ((x - drag.lastX) / this.#widthPx) * limits.endSec, limits) });
    } else if (drag.part !== null) {
      studio.setState({ range: dragEdge(range, drag.part, timeAt(x, whole, this.#widthPx), limits) });
    }
    drag.lastX = x;
  }

  #release(): void {
    const drag = this.#drag;
    this.#drag = null;
    // A click on the window, as anywhere, sets the cursor.
    if (drag !== null && !drag.isMoved && drag.part !== 'scrub') this.#goTo(drag.startX, false);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = keyCommands[`${event.shiftKey ? 'Shift+' : ''}${event.key}`];
    if (id === undefined) return;
    event.preventDefault();
    runById(id);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { range } = studio.getState();
    const turn = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
    const bySec = (turn / 400) * (range.toSec - range.fromSec);
    studio.setState({ range: panBy(range, bySec, openLimits()) });
  }
}

/** Shows the whole recording, the window on it, and the cursor: the scrubber of the page. */
export function OverviewView() {
  const root = useRef<HTMLDivElement>(null);
  const isOpen = useStudio(({ recordingId }) => recordingId !== null);
  useEffect(() => {
    if (root.current === null) return;
    const made = new Overview(root.current);
    return () => made.close();
  }, []);
  return (
    <div
      ref={root}
      className="overview"
      role="slider"
      tabIndex={0}
      aria-label="Place in the recording"
      aria-valuemin={0}
      aria-valuemax={0}
      aria-valuenow={0}
      aria-disabled={!isOpen}
    >
      <div aria-hidden="true">
        <canvas />
        <div className="overview-window" />
        <div className="overview-cursor" />
      </div>
    </div>
  );
}
