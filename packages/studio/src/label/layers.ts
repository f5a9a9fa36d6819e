import type { Layer } from '../page/layer.js';
import { labelsLayer } from './labels-layer.js';

/** Layers of this folder, from the bottom to the top. */
export const labelLayers: readonly Layer[] = [labelsLayer];
