import type { TraceView } from 'zoopraxis';

/** Traces under one heading. */
export interface TraceGroup {
  readonly name: string;
  readonly traces: readonly TraceView[];
}

/**
 * Returns traces that have all the words (in title, group, animal, unit or definition, in any order), by group in the order
 * of the list.
 */
export function findTraces(list: readonly TraceView[], words: string): TraceGroup[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const groups = new Map<string, TraceView[]>();
  for (const trace of list) {
    const { title, group, subject, unit, definition } = trace;
    const text = `${title} ${group} ${subject ?? ''} ${unit} ${definition}`.toLowerCase();
    if (!wanted.every((word) => text.includes(word))) continue;
    const own = groups.get(group);
    if (own === undefined) groups.set(group, [trace]);
    else own.push(trace);
  }
  return [...groups].map(([name, traces]) => ({ name, traces }));
}
