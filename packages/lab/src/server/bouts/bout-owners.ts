import { listStreams } from '../project/project-view.js';
import type { ServerContext } from '../server-context.js';

/** Returns what tells, by set and annotator, bouts that are not of people: those are never edited in place. */
export async function findModelsBouts(context: ServerContext): Promise<(set: string, annotator: string) => boolean> {
  const models = new Set(await context.project.listModels());
  const sets = new Set(
    (await listStreams(context, models))
      .filter(({ isHuman }) => !isHuman)
      .map((stream) => JSON.stringify([stream.set, stream.annotator])),
  );
  return (set, annotator) => models.has(annotator) || sets.has(JSON.stringify([set, annotator]));
}
