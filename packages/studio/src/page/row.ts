import type { StudioState, TimeRange } from '../state/studio-store.js';

/** What a row draws into: its own box of the canvas, CSS px, already clipped and moved to (0, 0). */
export interface RowScene {
  readonly state: StudioState;
  readonly range: TimeRange;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Colors of the theme by name of the css variable, such as `--text`. */
  readonly color: (name: string) => string;
}

/** What is under the pointer in a row. */
export interface RowHit {
  readonly cursor: string;
  readonly what: unknown;
  /** What the pointer's label says. */
  readonly words?: string;
  /** What a double click shows whole. */
  readonly span?: TimeRange;
}

/** A press, move or release in a row. */
export interface RowPointer {
  readonly timeSec: number;
  /** CSS px from the top of the row. */
  readonly y: number;
  readonly x: number;
  /** CSS px of the page, for menus. */
  readonly clientX: number;
  readonly clientY: number;
  /** 0 left, 2 right; middle presses pan and never arrive. */
  readonly button: number;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly modKey: boolean;
}

/** Something that the menu of a row's name offers beside moving, sizing and hiding. */
export interface RowAction {
  readonly title: string;
  run(): void;
}

/** One strip of the timeline: bouts of a stream, a curve, ticks. */
export interface TimelineRow {
  readonly id: string;
  /** Words at its left. */
  readonly title: string;
  /** Fainter words below the title. */
  readonly detail?: string;
  /** Animal or kind; a stronger line parts rows of different groups. */
  readonly group?: string;
  /** Height until the user gives it another. */
  readonly heightPx: number;
  /** Stands above the timeline's own rows until the user moves it. */
  readonly isFirst?: boolean;
  /** `streamId` of the bouts that it shows: their plain strip is left out then. */
  readonly covers?: string;
  draw(context: CanvasRenderingContext2D, scene: RowScene): void;
  hit?(pointer: RowPointer, scene: RowScene): RowHit | null;
  /** Returning true takes the pointer until release; else the timeline moves its cursor. */
  press?(pointer: RowPointer, hit: RowHit | null, scene: RowScene): boolean;
  drag?(pointer: RowPointer, scene: RowScene): void;
  release?(pointer: RowPointer, scene: RowScene): void;
  /** Value at the cursor, shown at the row's left, such as `12.3 cm/s`. */
  valueAt?(timeSec: number, state: StudioState): string;
  /** What its menu offers; asked when the menu opens. */
  actions?(): readonly RowAction[];
  /** A name for screen readers. */
  describe?(scene: RowScene): string;
}

/** Rows that other folders add below those of the timeline; asked again after every change that they tell. */
export interface RowSource {
  rows(state: StudioState): readonly TimelineRow[];
  subscribe(changed: () => void): () => void;
}
