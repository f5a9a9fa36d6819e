import { StorageError } from '@zoopraxis/core';
import type { RecordedAnnotations } from '@zoopraxis/io';
import type { ServerContext } from '../../server-context.js';

/** Which bouts of a set are meant. */
export interface BoutWish {
  readonly set: string;
  readonly annotator?: string | undefined;
  readonly channel?: string | undefined;
  readonly subject?: string | undefined;
}

/**
 * Returns the streams of a set as they are now, edits that are not in its file yet included.
 * @throws StorageError where the set, or what is wanted of it, is not there.
 */
export async function chosenStreams(
  { project }: ServerContext,
  { set, annotator, channel, subject }: BoutWish,
): Promise<readonly RecordedAnnotations[]> {
  const streams = await project.readBouts(set);
  const chosen = streams.filter(
    ({ annotations }) =>
      (annotator === undefined || annotations.annotator === annotator) &&
      (channel === undefined || annotations.channel === channel) &&
      (subject === undefined || annotations.subject === subject),
  );
  if (chosen.length > 0) return chosen;
  const all = [...new Set(streams.map(({ annotations: a }) => `${a.annotator}, ${a.channel}, ${a.subject}`))].sort();
  throw new StorageError(`the annotations ${set} hold nothing of this annotator, channel and animal`, {
    hint: all.length === 0 ? 'Annotate some bouts first.' : `They hold: ${all.slice(0, 10).join('; ')}.`,
  });
}
