import type { Annotations } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import type { BoutFile } from './bout-file.js';

/** Returns annotations that say of more behaviors that they were scored. */
function withScored(annotations: Annotations, names: Iterable<string>): Annotations {
  const behaviors = [...new Set([...annotations.behaviors, ...names])].sort();
  const index = annotations.behaviors.map((name) => behaviors.indexOf(name));
  return { ...annotations, behaviors, behavior: annotations.behavior.map((which) => index[which] as number) };
}

/**
 * Returns the streams of files that belong together, with what was scored: a behavior that never happened in one
 * recording has no bouts there, and only other recordings tell that it was looked for.
 *
 * Each behavior that an annotator has anywhere in a channel counts as scored in all recordings of this annotator and
 * channel. What files offer and no channel has counts as scored in their first channel. Files that know what was scored
 * are left as they are. `scored` takes the place of all this: these behaviors and those with bouts were scored.
 */
export function shareScored(
  files: readonly BoutFile[],
  options: { readonly scored?: readonly string[] } = {},
): RecordedAnnotations[] {
  const { scored } = options;
  const keyOf = ({ annotations: { annotator, channel } }: RecordedAnnotations) => JSON.stringify([annotator, channel]);
  const shared = new Map<string, Set<string>>();
  const sharing = files.filter(({ scoredIsKnown }) => scoredIsKnown !== true);
  for (const stream of sharing.flatMap(({ streams }) => streams)) {
    const names = shared.get(keyOf(stream)) ?? new Set();
    shared.set(keyOf(stream), names);
    for (const name of stream.annotations.behaviors) names.add(name);
  }
  const anywhere = new Set([...shared.values()].flatMap((names) => [...names]));
  for (const { streams, offered = [] } of sharing) {
    const first = streams.map(keyOf).sort()[0];
    for (const name of offered) if (first !== undefined && !anywhere.has(name)) shared.get(first)?.add(name);
  }
  return files.flatMap(({ streams, scoredIsKnown }) =>
    streams.map((stream) => {
      const names = scored ?? (scoredIsKnown === true ? [] : (shared.get(keyOf(stream)) ?? []));
      return { ...stream, annotations: withScored(stream.annotations, names) };
    }),
  );
}
