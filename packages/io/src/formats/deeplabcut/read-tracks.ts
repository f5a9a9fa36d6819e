// Pixel centers: the networks of DeepLabCut learn the labels' positions, whose center of the top-left pixel is (0, 0),
// as in Zoopraxis; positions are taken over as they stand.
import { FormatError } from '@zoopraxis/core';
import { type ByteSource, plainPieces, wholeBytes } from '../byte-source.js';
import { createCsvParser } from '../csv/csv-parser.js';
import { readCsvNumber } from '../csv/csv-text.js';
import { isHdf5, readHdf5 } from '../hdf5/hdf5-reader.js';
import { readPandasFrame } from '../pandas/read-frame.js';
import { readDeepLabCutColumns } from './columns.js';
import { createHeaderReader } from './csv-header.js';
import { createTrackBuilder, type DeepLabCutTracks, type TrackBuilder, type TrackOptions } from './track-builder.js';

const labelHint = 'This looks like a file of labels: import it as part of its project folder.';

function checkFps(fps: number): void {
  if (!(fps > 0 && Number.isFinite(fps))) throw new RangeError(`DeepLabCut tracks: fps must be above 0, got ${fps}`);
}

/**
 * Returns the tracks of a predictions CSV (x, y, likelihood; one animal or several; 3-D; plain or gzipped). A stream is
 * read piece by piece, so memory holds the tracks, one piece and nothing else of the file.
 * @throws FormatError naming the line of the first thing that is not such a table.
 */
export async function readDeepLabCutTracksCsv(source: ByteSource, options: TrackOptions): Promise<DeepLabCutTracks> {
  checkFps(options.fps);
  const { path } = options;
  const format = 'DeepLabCut CSV';
  const fail = (where: string, expected: string, found: string, hint?: string): never => {
    const at = path === undefined ? {} : { path };
    throw new FormatError({ format, ...at, where, expected, found, ...(hint === undefined ? {} : { hint }) });
  };
  const header = createHeaderReader({ format, path });
  let builder: TrackBuilder | undefined;
  let width = 0;
  const start = (): TrackBuilder => {
    const raw = header.get();
    if (raw.indexWidth !== 1) fail('header', 'one column of frame numbers', 'three columns', labelHint);
    width = raw.columns.length + 1;
    return createTrackBuilder(readDeepLabCutColumns(raw, { ...options, format }), options);
  };
  const parser = createCsvParser(
    (fields, line) => {
      if (header.push(fields, line)) return;
      builder ??= start();
      if (fields.length !== width) fail(`line ${line}`, `${width} fields`, `${fields.length}`);
      const label = fields[0] as string;
      const frame = label === '' ? Number.NaN : Number(label);
      if (!Number.isSafeInteger(frame) || frame < 0) {
        const hint = /\.(png|jpe?g|bmp|tiff?)$/i.test(label) ? labelHint : undefined;
        fail(`line ${line}, first field`, 'a frame number', JSON.stringify(label.slice(0, 60)), hint);
      }
      builder.add(frame, (column) => {
        const text = fields[column + 1] as string;
        const number = readCsvNumber(text);
        if (number !== undefined) return number;
        return fail(`line ${line}, column ${column + 2}`, 'a number', JSON.stringify(text.slice(0, 40)));
      });
    },
    { path },
  );
  for await (const piece of plainPieces(source, { path, signal: options.signal })) parser.push(piece);
  parser.end();
  return (builder ?? start()).finish();
}

/**
 * Returns the tracks of a predictions HDF5, in either of pandas' layouts.
 * @throws FormatError naming the first place that is not such a table.
 */
export function readDeepLabCutTracksHdf5(bytes: Uint8Array, options: TrackOptions): Promise<DeepLabCutTracks> {
  checkFps(options.fps);
  const format = 'DeepLabCut HDF5';
  return readHdf5(bytes, { format, path: options.path }, (file) => {
    const frame = readPandasFrame(file);
    const columns = readDeepLabCutColumns(frame, { ...options, format });
    if (frame.index.kind === 'text') {
      return file.fail(`${frame.key}, its index`, 'frame numbers', 'texts', labelHint);
    }
    const builder = createTrackBuilder(columns, options);
    const width = frame.columns.length;
    const step = Math.max(1, Math.floor(2 ** 20 / Math.max(width, 1)));
    for (let from = 0; from < frame.rowCount; from += step) {
      options.signal?.throwIfAborted();
      const to = Math.min(frame.rowCount, from + step);
      const values = frame.rows(from, to);
      for (let row = from; row < to; row++) {
        const number = frame.index.values[row] as number;
        if (!Number.isSafeInteger(number) || number < 0) {
          file.fail(`${frame.key}, row ${row + 1}`, 'a frame number', String(number));
        }
        const base = (row - from) * width;
        builder.add(number, (column) => values[base + column] as number);
      }
    }
    return builder.finish();
  });
}

/** Returns the tracks of a predictions file, CSV or HDF5, plain or gzipped; the content tells which. */
export async function readDeepLabCutTracks(bytes: Uint8Array, options: TrackOptions): Promise<DeepLabCutTracks> {
  if (isHdf5(bytes)) return readDeepLabCutTracksHdf5(bytes, options);
  const iterator = plainPieces(bytes, { path: options.path, signal: options.signal });
  const first = await iterator.next();
  const begin = first.done ? new Uint8Array() : first.value;
  const rest = (async function* () {
    yield begin;
    yield* iterator;
  })();
  if (!isHdf5(begin)) return readDeepLabCutTracksCsv(rest, options);
  return readDeepLabCutTracksHdf5(await wholeBytes(rest, { path: options.path, maxBytes: 2 ** 31 }), options);
}
