import { inspectLayers } from '../inspect/layers.js';
import { labelLayers } from '../label/layers.js';
import { overlayLayers } from '../overlay/layers.js';
import type { Layer } from '../page/layer.js';

/** What is drawn over the video, from the bottom to the top. */
export const layers: readonly Layer[] = [...inspectLayers, ...overlayLayers, ...labelLayers];
