import { type ByteStore, createPoseTracks, type PoseTracks, secondsOfFrame } from '@zoopraxis/core';
import { writePieces } from '../bytes/piecewise.js';
import { type ColumnCells, encodeTable, rowsPerGroup } from './table-writer.js';
import {
  checkChunk,
  footerKey,
  footerText,
  headerOf,
  keyColumns,
  numberColumns,
  type TracksChunk,
  type TracksFooter,
  type TracksHeader,
} from './tracks-layout.js';

/** Yields the cells of row groups of the same size, whatever the sizes of the chunks. */
async function* groupsOf(
  header: TracksHeader,
  chunks: AsyncIterable<TracksChunk> | Iterable<TracksChunk>,
): AsyncGenerator<readonly ColumnCells[]> {
  const { individuals, timeBase } = header;
  const animals = individuals.length;
  const columns = numberColumns(header);
  const total = timeBase.frameCount * animals;
  let done = 0;
  let cells: { frame: Int32Array; time: Float64Array; individual: string[]; numbers: Float32Array[] } | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    checkChunk(header, chunk);
    const rows = chunk.frameCount * animals;
    if (done + filled + rows > total) {
      throw new RangeError(`tracks: chunks must have ${timeBase.frameCount} frames together, got more`);
    }
    let row = 0;
    while (row < rows) {
      const size = Math.min(rowsPerGroup, total - done);
      cells ??= {
        frame: new Int32Array(size),
        time: new Float64Array(size),
        individual: new Array<string>(size),
        numbers: columns.map(() => new Float32Array(size)),
      };
      const count = Math.min(size - filled, rows - row);
      for (let i = 0; i < count; i++) {
        const at = done + filled + i;
        const frame = Math.floor(at / animals);
        cells.frame[filled + i] = frame;
        cells.time[filled + i] = secondsOfFrame(timeBase, frame);
        cells.individual[filled + i] = individuals[at % animals] as string;
      }
      for (const [c, { array, stride, offset }] of columns.entries()) {
        const [target, source] = [cells.numbers[c] as Float32Array, chunk[array] as Float32Array];
        for (let i = 0; i < count; i++) target[filled + i] = source[(row + i) * stride + offset] as number;
      }
      row += count;
      filled += count;
      if (filled === size) {
        yield [cells.frame, cells.time, cells.individual, ...cells.numbers];
        done += filled;
        filled = 0;
        cells = undefined;
      }
    }
  }
  if (done !== total) {
    throw new RangeError(
      `tracks: chunks must have ${timeBase.frameCount} frames together, got ${(done + filled) / animals}`,
    );
  }
}

/**
 * Yields the bytes of a tracks file piece by piece: equal tracks give equal bytes, whatever the sizes of the chunks.
 * @throws RangeError where a chunk does not fit the header, or the frames are not as many as its time base says.
 */
export function encodeTracks(
  header: TracksHeader,
  chunks: AsyncIterable<TracksChunk> | Iterable<TracksChunk>,
  run?: TracksFooter['run'],
): AsyncGenerator<Uint8Array> {
  const columns = [...keyColumns, ...numberColumns(header)];
  return encodeTable(columns, groupsOf(header, chunks), { [footerKey]: footerText(header, run) });
}

/** Writes tracks as a Parquet file in one durable step; its layout is that of {@link TracksHeader}. */
export async function writeTracksFile(store: ByteStore, path: string, tracks: PoseTracks): Promise<void> {
  const whole = createPoseTracks(tracks);
  const { position, confidence, boxes, identity } = whole;
  const chunk: TracksChunk = {
    frameCount: whole.timeBase.frameCount,
    position,
    confidence,
    ...(boxes === undefined ? {} : { boxes }),
    ...(identity === undefined ? {} : { identity }),
  };
  await writePieces(store, path, encodeTracks(headerOf(whole), [chunk]));
}
