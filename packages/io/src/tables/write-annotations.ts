import type { ByteStore } from '@zoopraxis/core';
import { writePieces } from '../bytes/piecewise.js';
import {
  type AnnotationsTable,
  annotationColumns,
  annotationsFooterText,
  idColumn,
  type RecordedAnnotations,
  sortStreams,
} from './annotations-layout.js';
import { type ColumnCells, encodeTable, rowsPerGroup } from './table-writer.js';
import { footerKey } from './tracks-layout.js';

/** Yields the cells of row groups of the same size, in the order of `annotationColumns`. */
function* groupsOf(streams: readonly RecordedAnnotations[]): Generator<readonly ColumnCells[]> {
  const total = streams.reduce((sum, { annotations }) => sum + annotations.startSec.length, 0);
  const withIds = streams.some(({ ids }) => ids !== undefined);
  let done = 0;
  let filled = 0;
  const make = (size: number) => ({
    keys: Array.from({ length: 5 }, () => new Array<string | null>(size)),
    behavior: new Array<string>(size),
    start: new Float64Array(size),
    end: new Float64Array(size),
    probability: new Float32Array(size),
    modifiers: new Array<string | null>(size),
    ids: new Array<string | null>(withIds ? size : 0),
  });
  let cells = make(Math.min(rowsPerGroup, total));
  for (const { recording, annotations, ids } of streams) {
    const { subject, target, annotator, channel, behaviors, behavior, startSec, endSec } = annotations;
    const keys = [recording, subject, target ?? null, annotator, channel];
    for (let bout = 0; bout < startSec.length; bout++) {
      for (let k = 0; k < keys.length; k++) (cells.keys[k] as (string | null)[])[filled] = keys[k] as string | null;
      cells.behavior[filled] = behaviors[behavior[bout] as number] as string;
      cells.start[filled] = startSec[bout] as number;
      cells.end[filled] = endSec[bout] as number;
      cells.probability[filled] = annotations.probability?.[bout] ?? Number.NaN;
      const words = annotations.modifiers?.[bout] ?? [];
      cells.modifiers[filled] = words.length === 0 ? null : JSON.stringify(words);
      if (withIds) cells.ids[filled] = ids?.[bout] ?? null;
      filled++;
      if (filled === cells.start.length) {
        const { keys: texts, behavior: names, start, end, probability, modifiers } = cells;
        yield [...texts, names, start, end, probability, modifiers, ...(withIds ? [cells.ids] : [])];
        done += filled;
        filled = 0;
        cells = make(Math.min(rowsPerGroup, total - done));
      }
    }
  }
}

/**
 * Writes annotations as a Parquet file in one durable step: columns `recording`, `subject`, `target`, `annotator`,
 * `channel`, `behavior`, `start_sec`, `end_sec`, `probability` and `modifiers`, one row for each bout, and in the footer
 * which behaviors were scored, frame bases and provenance; `bout_id` where streams have ids. Equal annotations give equal bytes, whatever the order of
 * the streams.
 *
 * @throws RangeError where annotations are not valid, or two streams are the same one.
 */
export async function writeAnnotationsTable(store: ByteStore, path: string, table: AnnotationsTable): Promise<void> {
  const streams = sortStreams(table.streams);
  const footer = { [footerKey]: annotationsFooterText(streams, table.provenance) };
  const columns = streams.some(({ ids }) => ids !== undefined) ? [...annotationColumns, idColumn] : annotationColumns;
  await writePieces(store, path, encodeTable(columns, groupsOf(streams), footer));
}
