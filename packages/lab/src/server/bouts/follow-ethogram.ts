import type { BoutEdit } from '@zoopraxis/io';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { findModelsBouts } from './bout-owners.js';
import { boutViews, plainBout } from './bout-views.js';

/** Most bouts that follow a behavior in one step. */
export const mostFollowing = 50_000;

/**
 * Returns the edits by which bouts of people, in all recordings, follow their behaviors: renamed ones take the new name, those
 * of erased ones go. Bouts of models keep the names of their model.
 * @throws HTTPException where there are more than {@link mostFollowing}.
 */
export async function editsThatFollow(
  context: ServerContext,
  renamed: Readonly<Record<string, string>>,
  erased: readonly string[],
): Promise<BoutEdit[]> {
  const { project } = context;
  const touched = new Set([...Object.keys(renamed), ...erased]);
  if (touched.size === 0) return [];
  const isOfModel = await findModelsBouts(context);
  const edits: BoutEdit[] = [];
  let count = 0;
  for (const set of await project.listAnnotations()) {
    for (const stream of await project.readBouts(set)) {
      const { annotations } = stream;
      const { subject, target, annotator, channel } = annotations;
      if (isOfModel(set, annotator) || !annotations.behaviors.some((name) => touched.has(name))) continue;
      const found = boutViews(stream).filter(({ behavior }) => touched.has(behavior));
      if (found.length === 0) continue;
      count += found.length;
      if (count > mostFollowing) {
        throw refusal(
          413,
          `${[...touched].join(', ')} has more than ${mostFollowing} bouts, which do not change in one step`,
          'Keep the behavior, and add another one.',
        );
      }
      const key = { set, recording: stream.recording, subject, annotator, channel };
      edits.push({
        stream: { ...key, ...(target === undefined ? {} : { target }) },
        remove: found.map(({ id }) => id),
        add: found.flatMap((bout) => {
          const behavior = Object.hasOwn(renamed, bout.behavior) ? renamed[bout.behavior] : undefined;
          return behavior === undefined ? [] : [plainBout({ ...bout, behavior })];
        }),
      });
    }
  }
  return edits;
}
