import { type ByteStore, FormatError } from '@zoopraxis/core';
import type { TracksSink } from '@zoopraxis/io';
import type { FollowCarry, TrackChunk, TrackSink } from '@zoopraxis/pose';
import { z } from 'zod';

const region = z.object({ leftPx: z.int(), topPx: z.int(), widthPx: z.int().min(1), heightPx: z.int().min(1) });

/** What a chunk has beside its tracks. */
const besideSchema = z.object({
  /** Damaged frames, indices in the recording. */
  corrupt: z.array(z.int().min(0)),
  carry: z
    .object({
      whereabouts: z.object({
        center: z.tuple([z.number(), z.number()]).nullable(),
        velocity: z.tuple([z.number(), z.number()]),
      }),
      upcoming: z.array(region.nullable()),
    })
    .optional(),
});

/** A sink of one animal's tracks that also keeps what chunks carry beside. */
export interface PoseSink extends TrackSink {
  /** Returns the damaged frames (list of indices) of all durable chunks; only before `close`. */
  corruptFrames(): Promise<number[]>;
  /** Returns whether all is in the finished file: then there are no chunks. */
  isFinished(): Promise<boolean>;
}

/**
 * Returns a sink for `trackFrames` over one for tracks. What a chunk carries is written before it, so that every durable
 * chunk has it; it lies in the chunks' folder `<path>.parts` and goes away with them.
 */
export function poseSink(store: ByteStore, path: string, tracks: TracksSink): PoseSink {
  const nameOf = (index: number): string => `${path}.parts/${String(index).padStart(6, '0')}.json`;
  const read = async (index: number): Promise<z.output<typeof besideSchema>> => {
    const name = nameOf(index);
    const bytes = await store.read(name);
    let found: unknown;
    try {
      found = bytes && JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      found = undefined;
    }
    const parsed = besideSchema.safeParse(found);
    if (parsed.success) return parsed.data;
    throw new FormatError({
      format: 'chunk of unfinished tracks',
      path: name,
      where: 'the whole file',
      expected: 'the state after a chunk',
      found: bytes === undefined ? 'no file' : 'something else',
      hint: 'start over with --overwrite',
    });
  };
  return {
    count: () => tracks.count(),
    async put(index, chunk: TrackChunk) {
      const corrupt: number[] = [];
      for (const [at, flag] of chunk.corrupt.entries()) if (flag !== 0) corrupt.push(chunk.firstFrame + at);
      const beside = { corrupt, ...(chunk.carry ? { carry: chunk.carry } : {}) };
      await store.write(nameOf(index), new TextEncoder().encode(JSON.stringify(beside)));
      const { frameCount, position, confidence } = chunk;
      await tracks.put(index, { frameCount, position, confidence });
    },
    async lastCarry(): Promise<FollowCarry | undefined> {
      const count = await tracks.count();
      return count === 0 ? undefined : (await read(count - 1)).carry;
    },
    async corruptFrames() {
      const count = await tracks.count();
      const all: number[] = [];
      for (let index = 0; index < count; index++) all.push(...(await read(index)).corrupt);
      return all;
    },
    // The chunks' folder has the run's description from its first moment to its last.
    isFinished: async () => (await store.list(`${path}.parts/`)).length === 0,
    close: () => tracks.close(),
  };
}
