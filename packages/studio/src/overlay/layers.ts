import type { Layer } from '../page/layer.js';

/** Layers of this folder, from the bottom to the top. */
export const overlayLayers: readonly Layer[] = [];
