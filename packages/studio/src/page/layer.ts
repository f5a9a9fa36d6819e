import type { Mode, StudioState } from '../state/studio-store.js';

/** How the picture lies in its pane: screen = picture * scale + offset, in CSS px. */
export interface PictureView {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** What a layer draws over. */
export interface LayerScene {
  readonly state: StudioState;
  readonly video: string;
  /** The frame that is on the screen, which may lag behind the clock while decoding. */
  readonly frame: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly view: PictureView;
  /** The picture that is shown, in its own px: a loupe draws parts of it. */
  readonly picture?: CanvasImageSource;
}

/** What is under the pointer. */
export interface LayerHit {
  readonly layer: string;
  /** Distance in CSS px; the nearest wins. */
  readonly distance: number;
  readonly cursor: string;
  /** The layer's own words of what was hit. */
  readonly what: unknown;
}

/** A press, move or release, in px of the picture and of the pane. */
export interface LayerPointer {
  readonly x: number;
  readonly y: number;
  readonly screenX: number;
  readonly screenY: number;
  readonly button: number;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly modKey: boolean;
}

/** Something that is drawn over the video and may be grabbed. */
export interface Layer {
  readonly id: string;
  /** Modes in which it takes the pointer; it is drawn in all. */
  readonly modes: readonly Mode[];
  /** Draws in CSS px; pure but for the context. */
  draw(context: CanvasRenderingContext2D, scene: LayerScene): void;
  hit?(pointer: LayerPointer, scene: LayerScene): LayerHit | null;
  /** A press on a hit, or on empty ground (null). Returning true takes the pointer until release; else the view pans. */
  press?(pointer: LayerPointer, hit: LayerHit | null, scene: LayerScene): boolean;
  drag?(pointer: LayerPointer, scene: LayerScene): void;
  /** The pointer moved without a press, in a mode in which the layer takes it; null = it left the pane. */
  hover?(pointer: LayerPointer | null, scene: LayerScene): void;
  release?(pointer: LayerPointer, scene: LayerScene): void;
  doubleClick?(pointer: LayerPointer, hit: LayerHit | null, scene: LayerScene): boolean;
  /** A wheel turn with Alt held: layers may rotate or scale what is selected. Returning true keeps the view. */
  wheel?(pointer: LayerPointer, turn: number, scene: LayerScene): boolean;
  /** Calls back whenever the layer should be drawn again; returns the way to stop. */
  subscribe?(redraw: () => void): () => void;
}
