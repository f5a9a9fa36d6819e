import { StorageError } from '@zoopraxis/core';
import type { BoutColumn } from '@zoopraxis/io';
import { z } from 'zod';
import type { BoutReading } from '../annotations/load-bout-files.js';

/** Returns the fields that say what files of bouts do not. */
export const boutReadingFields = () => ({
  fps: z.number().positive().optional().describe('frames per second of the videos, for files that count in frames'),
  tracks: z
    .array(z.string().min(1))
    .optional()
    .describe('files or folders of tracks with the names of the recordings, for frame rates and numbers of frames'),
  videos: z.array(z.string().min(1)).optional().describe('the same of videos'),
  annotationUnit: z
    .enum(['frames', 'seconds'])
    .optional()
    .describe('what the numbers of tables of bouts are, where their columns do not say it; by default seconds'),
  firstFrame: z.int().min(0).max(1).default(0).describe('number of the first frame in tables'),
  endIncluded: z.boolean().default(false).describe('in tables the last frame belongs to its bout'),
  columns: z
    .array(z.string().regex(/^\w+=./, 'must be such as behavior=Action'))
    .default([])
    .meta({ description: 'columns of tables with other names', placeholder: 'behavior=Action,start=t0' }),
  unscoredEnds: z
    .boolean()
    .default(false)
    .describe('nobody scored before the first and after the last behavior of a Caltech file'),
  background: z
    .string()
    .regex(/^\S+$/, 'must be one word')
    .optional()
    .describe('word of Caltech files for frames without a behavior: read as base, written as other, where not given'),
});

interface ReadingFields {
  readonly annotationUnit?: 'frames' | 'seconds' | undefined;
  readonly firstFrame: number;
  readonly endIncluded: boolean;
  readonly columns: readonly string[];
  readonly unscoredEnds: boolean;
  readonly background?: string | undefined;
}

/** Returns how files of bouts are read, out of the fields of an operation. */
export async function boutReadingOf(fields: ReadingFields): Promise<BoutReading> {
  const { boutColumns } = await import('@zoopraxis/io');
  return {
    columns: columnsOf(fields.columns, boutColumns),
    firstFrame: fields.firstFrame === 1 ? 1 : 0,
    endIncluded: fields.endIncluded,
    unscoredEnds: fields.unscoredEnds,
    ...(fields.annotationUnit === undefined ? {} : { unit: fields.annotationUnit }),
    ...(fields.background === undefined ? {} : { background: fields.background }),
  };
}

/** Returns which column of tables holds what, out of words such as `behavior=Action`. */
export function columnsOf(words: readonly string[], known: readonly BoutColumn[]): Partial<Record<BoutColumn, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      const [column, name] = [word.slice(0, at), word.slice(at + 1)];
      if (!known.includes(column as BoutColumn)) {
        throw new StorageError(`--columns: must name one of ${known.join(', ')}, got ${column}`);
      }
      return [column, name];
    }),
  );
}
