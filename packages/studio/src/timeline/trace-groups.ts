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

/** Returns what a curve is called and whose it is: the server writes `resident: speed`, `resident → intruder: distance`. */
export function traceWords({ title, subject, unit, group }: TraceView): {
  readonly title: string;
  readonly detail: string;
} {
  const cut = title.indexOf(': ');
  const whose = cut > 0 && (subject === null || title.startsWith(subject)) ? title.slice(0, cut) : (subject ?? '');
  const name = whose !== '' && title.startsWith(`${whose}: `) ? title.slice(whose.length + 2) : title;
  return { title: name, detail: [whose, unit].filter((part) => part !== '').join(' · ') || group };
}
