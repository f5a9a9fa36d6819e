import type { Observation } from '@zoopraxis/behavior';
import type { Project } from '@zoopraxis/io';
import type { CohortStream } from './cohort-streams.js';

/** Bouts that are in memory at a time: some hundred megabytes. */
const boutsAtOnce = 1_000_000;

/** A stream with its bouts. */
export interface StreamObservation {
  readonly stream: CohortStream;
  readonly observation: Observation;
}

/** Returns the streams of a file in pieces that fit into memory, list of lists; recordings stay together. */
function pieces(streams: readonly CohortStream[]): CohortStream[][] {
  const found: CohortStream[][] = [];
  let bouts = 0;
  for (const stream of streams) {
    const last = found.at(-1);
    if (last === undefined || (bouts + stream.boutCount > boutsAtOnce && last.at(-1)?.recording !== stream.recording)) {
      found.push([stream]);
      bouts = stream.boutCount;
    } else {
      last.push(stream);
      bouts += stream.boutCount;
    }
  }
  return found;
}

/** Yields streams with their bouts of the behaviors that are asked for, some recordings in memory at a time. */
export async function* readObservations(
  project: Project,
  streams: readonly CohortStream[],
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<StreamObservation> {
  for (const file of new Set(streams.map((stream) => stream.file))) {
    for (const piece of pieces(streams.filter((stream) => stream.file === file))) {
      signal.throwIfAborted();
      const recordings = [...new Set(piece.map(({ recording }) => recording))];
      const table = await project.readAnnotations(file, { recordings, signal });
      for (const stream of piece) {
        const read = table.streams.find(
          ({ recording, annotations }) =>
            recording === stream.recording &&
            annotations.subject === stream.subject &&
            annotations.target === stream.target &&
            annotations.annotator === stream.annotator &&
            annotations.channel === stream.channel,
        );
        if (read === undefined) continue;
        const { recording, animal, conditions, scored, exclusions } = stream;
        yield {
          stream,
          observation: { recording, animal, conditions, scored, exclusions, annotations: read.annotations },
        };
      }
    }
  }
}
