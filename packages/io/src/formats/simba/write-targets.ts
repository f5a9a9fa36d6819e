import { StorageError } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import { type FrameWriteOptions, framesOfBouts } from '../annotations/bout-frames.js';
import { csvField } from '../csv/csv-text.js';

/**
 * Returns the bytes of bouts as SimBA has them (CSV, UTF-8): one row for each frame of the video, its number from 0 first,
 * then a column of 0 and 1 for each behavior. SimBA wants the poses and features of its project in front of them, which its
 * own import of annotations adds; other programs read the table as it is.
 *
 * @throws StorageError where there is more than one stream: a table has one animal as one person scored it.
 */
export function writeSimbaTargets(streams: readonly RecordedAnnotations[], options: FrameWriteOptions): Uint8Array {
  const [stream, other] = streams;
  if (stream === undefined || other !== undefined) {
    throw new StorageError(`a SimBA table holds one scoring of one recording, and there are ${streams.length}`, {
      hint: 'Choose one with --channel, --annotator and --subject, or merge them first.',
    });
  }
  const { behaviors } = stream.annotations;
  const { frameCount } = options;
  const bits = behaviors.map(() => new Uint8Array(frameCount));
  for (const { behavior, first, end } of framesOfBouts(stream.annotations, options)) {
    bits[behaviors.indexOf(behavior)]?.fill(1, first, end);
  }
  const lines = [['', ...behaviors.map(csvField)].join(',')];
  for (let frame = 0; frame < frameCount; frame++) {
    let line = String(frame);
    for (const column of bits) line += column[frame] === 1 ? ',1' : ',0';
    lines.push(line);
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}
