import type { Layer } from '../page/layer.js';

/** Shows the videos of the open recording, and the layers over them. */
export function VideoArea({ layers }: { layers: readonly Layer[] }) {
  return <section className="video-area" aria-label="Video" data-layers={layers.length} />;
}
