import type { ComponentType } from 'react';
import type { Mode } from '../state/studio-store.js';

/** A part of the page that a folder brings. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  /** `left` and `right` are tabs of the side columns, `dialog` opens over the page by its id in `dialogs` of the store. */
  readonly place: 'left' | 'right' | 'dialog';
  /** Modes in which its tab is there; default all. */
  readonly modes?: readonly Mode[];
  readonly Component: ComponentType;
}
