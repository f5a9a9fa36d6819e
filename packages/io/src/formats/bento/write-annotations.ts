import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import { type FrameWriteOptions, framesOfBouts, streamsByChannel } from '../annotations/bout-frames.js';

/** How a BENTO annotation file is written. */
export interface BentoWriteOptions extends FrameWriteOptions {
  /** Names of the videos, list. */
  readonly movies?: readonly string[];
  readonly stimulus?: string;
}

/**
 * Returns the bytes of a BENTO annotation file (`.annot`, UTF-8 text) with one channel for each stream. Frame base: whole numbers,
 * frames count from 1. Intervals: the last frame belongs to its bout. Behaviors of one channel may overlap.
 *
 * @throws StorageError where the streams are of several recordings.
 */
export function writeBentoAnnotations(streams: readonly RecordedAnnotations[], options: BentoWriteOptions): Uint8Array {
  const { fps, frameCount, movies = [], stimulus = '' } = options;
  const channels = streamsByChannel(streams, 'BENTO file');
  const behaviors = [...new Set(channels.flatMap(([, annotations]) => annotations.behaviors))].sort();
  const parts = channels.flatMap(([channel, annotations]) => {
    const bouts = framesOfBouts(annotations, options);
    return [
      `${channel}----------`,
      ...annotations.behaviors.flatMap((behavior) => [
        `>${behavior}`,
        'Start\t Stop\t Duration ',
        ...bouts
          .filter((bout) => bout.behavior === behavior)
          .map(({ first, end }) => `${first + 1}\t${end}\t${end - first}`),
        '',
      ]),
    ];
  });
  const text = [
    'Bento annotation file',
    `Movie file(s):  ${movies.join(' ')}`,
    '',
    `Stimulus name: ${stimulus}`,
    'Annotation start frame: 1',
    `Annotation stop frame: ${frameCount}`,
    `Annotation framerate: ${fps.toFixed(6)}`,
    '',
    'List of channels:',
    ...channels.map(([channel]) => channel),
    '',
    'List of annotations:',
    ...behaviors,
    '',
    ...parts,
  ];
  return new TextEncoder().encode(`${text.join('\n')}\n`);
}
