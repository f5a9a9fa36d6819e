import type { Layer } from '../page/layer.js';
import { arenaLayer } from './arena-layer.js';

/** Layers of this folder, from the bottom to the top. */
export const inspectLayers: readonly Layer[] = [arenaLayer];
