import type { FrameClock } from '../../state/clock.js';

/** A video that frames are wanted of. */
export interface OpenRequest {
  readonly kind: 'open';
  readonly video: string;
  readonly clock: FrameClock;
  readonly widthPx: number;
  readonly heightPx: number;
  /** True where the name of the file is one that pages decode as a rule. */
  readonly isForPage: boolean;
}

/** What the page asks its worker for; frames are a list of numbers. */
export type FrameRequest =
  | OpenRequest
  | {
      readonly kind: 'want';
      readonly video: string;
      /** List, the most urgent first; replaces what was wanted before. */
      readonly frames: readonly number[];
      readonly isPlaying: boolean;
      /** Frames, there or missing, that the page has got of this video since it was opened. */
      readonly received: number;
    }
  | { readonly kind: 'close'; readonly video: string };

/** What the worker tells. */
export type FrameReply =
  | {
      readonly kind: 'opened';
      readonly video: string;
      readonly decode: 'page' | 'server';
      /** Why the server decodes; empty where the page does. */
      readonly reason: string;
    }
  | { readonly kind: 'frame'; readonly video: string; readonly frame: number; readonly picture: ImageBitmap }
  | { readonly kind: 'missing'; readonly video: string; readonly frame: number; readonly words: string }
  | { readonly kind: 'problem'; readonly video: string; readonly message: string; readonly hint: string | null };

/** Where a reader of frames puts what it made. */
export interface FrameOutput {
  frame(frame: number, picture: ImageBitmap): void;
  missing(frame: number, words: string): void;
}
