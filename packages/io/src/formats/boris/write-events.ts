import { StorageError } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import { csvField } from '../csv/csv-text.js';

/** How events of BORIS are written. */
export interface BorisWriteOptions {
  /** Length of each recording, seconds; left out where it is not known. */
  readonly lengthSec?: (recording: string) => number | undefined;
  /** Frames per second of each recording; left out where it is not known. */
  readonly fps?: (recording: string) => number | undefined;
}

const header = [
  'Observation id',
  'Media file name',
  'Media duration (s)',
  'FPS (frame/s)',
  'Subject',
  'Behavior',
  'Behavioral category',
  'Modifiers',
  'Behavior type',
  'Time',
  'Comment',
];

/** Returns seconds as BORIS writes them, to the millisecond. */
const seconds = (value: number): string => value.toFixed(3);

/**
 * Returns the bytes of bouts as BORIS's tabular events (CSV, UTF-8): one row each for start and stop of a state, one for a point, by
 * observation and time. Times are seconds to the millisecond, as BORIS keeps them.
 *
 * @throws StorageError where bouts of one behavior, subject and modifiers overlap: BORIS pairs starts and stops in turn.
 */
export function writeBorisEvents(
  streams: readonly RecordedAnnotations[],
  { lengthSec, fps }: BorisWriteOptions = {},
): Uint8Array {
  const rows: { recording: string; timeSec: number; order: number; fields: string[] }[] = [];
  const until = new Map<string, number>();
  for (const { recording, annotations } of streams) {
    const length = lengthSec?.(recording);
    const rate = fps?.(recording);
    for (const [bout, which] of annotations.behavior.entries()) {
      const behavior = annotations.behaviors[which] as string;
      const [start, end] = [annotations.startSec[bout] as number, annotations.endSec[bout] as number];
      const modifiers = (annotations.modifiers?.[bout] ?? []).join('|');
      const id = JSON.stringify([recording, annotations.subject, behavior, modifiers]);
      if (start < (until.get(id) ?? Number.NEGATIVE_INFINITY)) {
        throw new StorageError(
          `${recording}: two bouts of ${behavior} of ${annotations.subject} overlap at ${seconds(start)} s, which BORIS cannot hold`,
          { hint: 'Write one annotator and one channel at a time, or merge the bouts.' },
        );
      }
      until.set(id, end);
      const add = (timeSec: number, kind: string, order: number) =>
        rows.push({
          recording,
          timeSec,
          order,
          fields: [
            recording,
            recording,
            length === undefined ? '' : seconds(length),
            rate === undefined ? '' : String(rate),
            annotations.subject,
            behavior,
            '',
            modifiers,
            kind,
            seconds(timeSec),
            '',
          ],
        });
      if (end === start) add(start, 'POINT', 1);
      else {
        add(start, 'START', 2);
        add(end, 'STOP', 0);
      }
    }
  }
  rows.sort(
    (a, b) =>
      (a.recording < b.recording ? -1 : a.recording > b.recording ? 1 : 0) ||
      a.timeSec - b.timeSec ||
      a.order - b.order,
  );
  const lines = [header, ...rows.map(({ fields }) => fields)].map((fields) => fields.map(csvField).join(','));
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}
