import type { Layer, LayerScene } from '../page/layer.js';
import { tellProblem } from '../page/tell.js';
import { clockText, endOf } from '../state/clock.js';
import { pictureIsThere } from '../state/pictures-first.js';
import { studio } from '../state/studio-store.js';
import { frameFeed } from './frames/frame-feed.js';
import { notePane } from './pane-status.js';
import { pictureBox, pictureView, type Size } from './picture-view.js';
import { presentMotion } from './player.js';
import type { Stage } from './stage.js';
import { viewOf } from './view-store.js';

/** The elements of a pane. */
export interface PaneElements {
  readonly pane: HTMLElement;
  readonly picture: HTMLCanvasElement;
  readonly layers: HTMLCanvasElement;
  readonly words: HTMLElement;
}

/** As far from the frame of the clock may be, seconds, what is shown until that is there. */
const nearSec = 5;

/** How often the name of a pane says the frame while playing, ms. */
const namedEveryMs = 1000;

const failedLayers = new Set<string>();

/** Draws one pane: the picture below, layers in a canvas of their own above, each when it changed. */
export class PaneCanvas {
  readonly #elements: PaneElements;
  readonly #layers: readonly Layer[];
  #stage: Stage;
  #size: Size = { widthPx: 0, heightPx: 0 };
  #request = 0;
  #scene: LayerScene | null = null;
  /** The frame on the screen, -1 = none. */
  #shown = -1;
  /** What the picture canvas holds. */
  #drawn = '';
  #namedAt = 0;

  constructor(elements: PaneElements, layers: readonly Layer[], stage: Stage) {
    this.#elements = elements;
    this.#layers = layers;
    this.#stage = stage;
  }

  /** What was drawn last; null before. */
  get scene(): LayerScene | null {
    return this.#scene;
  }

  get size(): Size {
    return this.#size;
  }

  get stage(): Stage {
    return this.#stage;
  }

  setStage(stage: Stage): void {
    if (stage.video !== this.#stage.video) this.#shown = -1;
    this.#stage = stage;
    this.redraw();
  }

  resize(size: Size): void {
    this.#size = size;
    this.redraw();
  }

  /** Draws with the next picture of the display. */
  redraw(): void {
    if (this.#request !== 0) return;
    this.#request = requestAnimationFrame(() => {
      this.#request = 0;
      this.#draw();
    });
  }

  close(): void {
    cancelAnimationFrame(this.#request);
    this.#request = -1;
    const { video } = this.#stage;
    frameFeed.hold(video, video, -1);
    notePane(video, false);
  }

  #draw(): void {
    const { widthPx, heightPx } = this.#size;
    if (!(widthPx > 0 && heightPx > 0)) return;
    const state = studio.getState();
    const stage = this.#stage;
    const { video } = stage;
    const motion = presentMotion();
    const present = frameFeed.want(video, state.timeSec, stage.clock, motion);
    const problem = frameFeed.state(video).problem;
    const content = video === '' ? undefined : frameFeed.frame(video, present);
    let words = outsideWords(state.timeSec, stage);
    if (words === '' && problem !== null) words = [problem.message, problem.hint ?? ''].join('\n').trim();
    if (words === '' && content?.kind === 'missing') words = `Frame ${present} cannot be shown. ${content.words}`;
    const isEmpty = words !== '' || video === '';
    if (content?.kind === 'picture' || isEmpty) this.#shown = present;
    else if (motion.isPlaying) {
      const nearest = frameFeed.nearest(video, present, this.#shown);
      if (nearest >= 0) this.#shown = nearest;
    } else if (state.mode !== 'label') {
      // On the way to a far frame those before it come first; a click of a labeler must not meet one of them.
      const nearby = stage.clock.fps * nearSec;
      const than = this.#shown < 0 ? nearby : Math.min(nearby, Math.abs(present - this.#shown));
      const closest = frameFeed.closest(video, present, than);
      if (closest >= 0) this.#shown = closest;
    }
    if (!isEmpty) frameFeed.hold(video, video, this.#shown);
    const shown = isEmpty || this.#shown < 0 ? undefined : frameFeed.frame(video, this.#shown);
    const picture = shown?.kind === 'picture' ? shown.picture : undefined;
    // A video that was opened anew has let go of its frames.
    if (picture === undefined && !isEmpty) this.#shown = -1;
    const isWaiting = this.#shown !== present;
    notePane(video, isWaiting);
    if (!isWaiting || problem !== null) pictureIsThere();
    const view = pictureView(viewOf(video), this.#size, stage, devicePixelRatio);
    this.#scene = {
      state,
      video,
      frame: this.#shown,
      widthPx: stage.widthPx,
      heightPx: stage.heightPx,
      view,
      ...(picture === undefined ? {} : { picture }),
    };
    this.#drawPicture(picture);
    this.#drawLayers();
    this.#name(words, isWaiting, motion.isPlaying);
  }

  #drawPicture(picture: ImageBitmap | undefined): void {
    const { picture: canvas } = this.#elements;
    const { view } = this.#scene as LayerScene;
    const stage = this.#stage;
    const key = [
      stage.video,
      picture === undefined ? -1 : this.#shown,
      view.scale,
      view.offsetX,
      view.offsetY,
      this.#size.widthPx,
      this.#size.heightPx,
      devicePixelRatio,
    ].join(' ');
    if (key === this.#drawn) return;
    this.#drawn = key;
    const context = prepare(canvas, this.#size);
    const box = pictureBox(view, stage);
    if (stage.video === '') {
      context.strokeStyle = '#4d5b6d';
      context.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
    }
    if (picture === undefined) return;
    // Enlarged px stay squares: whoever labels sees what the camera saw.
    const deviceScale = view.scale * devicePixelRatio;
    context.imageSmoothingEnabled = deviceScale < 2 && Math.abs(deviceScale - 1) > 1e-9;
    context.imageSmoothingQuality = deviceScale < 0.6 ? 'medium' : 'low';
    context.drawImage(picture, box.left, box.top, box.width, box.height);
  }

  #drawLayers(): void {
    const scene = this.#scene as LayerScene;
    const context = prepare(this.#elements.layers, this.#size);
    if (scene.frame < 0) return;
    for (const layer of this.#layers) {
      context.save();
      try {
        layer.draw(context, scene);
      } catch (error) {
        if (!failedLayers.has(layer.id)) tellProblem(error);
        failedLayers.add(layer.id);
      }
      context.restore();
    }
  }

  /** Says in the page what is on the screen, for tests and for those who do not see it. */
  #name(words: string, isWaiting: boolean, isPlaying: boolean): void {
    const { pane, words: place } = this.#elements;
    const { clock, title } = this.#stage;
    const frame = words === '' ? String(this.#shown) : `${this.#shown} missing`;
    if (pane.dataset.frame !== frame) pane.dataset.frame = frame;
    pane.dataset.waiting = String(isWaiting);
    const { decode, reason } = frameFeed.state(this.#stage.video);
    pane.dataset.decode = decode;
    const why = decode === 'server' ? `The server decodes this video frame by frame: ${reason}` : '';
    if (pane.title !== why) pane.title = why;
    if (place.textContent !== words) place.textContent = words;
    place.hidden = words === '';
    const now = performance.now();
    if (isPlaying && now - this.#namedAt < namedEveryMs) return;
    this.#namedAt = now;
    const name = `${title}: frame ${Math.max(0, this.#shown)} of ${clock.frameCount}, ${clockText(studio.getState().timeSec)}`;
    if (pane.getAttribute('aria-label') !== name) pane.setAttribute('aria-label', name);
  }
}

/** Returns the context of a canvas that was brought to its size, cleared, in CSS px. */
function prepare(canvas: HTMLCanvasElement, { widthPx, heightPx }: Size): CanvasRenderingContext2D {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const [width, height] = [Math.round(widthPx * devicePixelRatio), Math.round(heightPx * devicePixelRatio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return context;
}

/** Says that a video does not reach to a time of the recording; empty where it does. */
function outsideWords(timeSec: number, { clock }: Stage): string {
  const offsetSec = clock.offsetSec ?? 0;
  const frameSec = 1 / clock.fps;
  if (timeSec + offsetSec < -frameSec / 2) return `This video begins at ${clockText(-offsetSec)}.`;
  if (timeSec > endOf(clock) + frameSec / 2) return `This video ends at ${clockText(endOf(clock))}.`;
  return '';
}
