import { isGzip, plainPieces } from './byte-source.js';
import { createCsvParser } from './csv/csv-parser.js';
import { isHdf5, readHdf5 } from './hdf5/hdf5-reader.js';

/** What is known of a file before a codec reads it: enough to tell formats apart. */
export interface Probe {
  /** Name of the file, in lower case. */
  readonly name: string;
  /** True where the file was gzipped; everything else is about its content. */
  readonly packed: boolean;
  /** First bytes of the content, at most 64 KiB. */
  readonly head: Uint8Array;
  /** Beginning of a text file, or undefined. */
  readonly text: string | undefined;
  /** First records of a text file read as CSV, at most six. */
  readonly records: readonly (readonly string[])[];
  /** What an HDF5 file holds, or undefined for other files. */
  readonly hdf5: Hdf5Summary | undefined;
}

/** The outline of an HDF5 file. */
export interface Hdf5Summary {
  /** False where the file could not be opened (only its beginning was given, or it is damaged): the rest is empty. */
  readonly opened: boolean;
  /** Paths of groups and datasets of the first two levels, sorted. */
  readonly paths: readonly string[];
  /** Names of attributes asked for, with their values. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Kind of the row labels of the first pandas table. */
  readonly pandasIndex: 'number' | 'text' | undefined;
}

const headBytes = 1 << 16;

async function beginning(bytes: Uint8Array): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes.subarray(0, headBytes);
  try {
    for await (const piece of plainPieces(bytes)) return piece.slice(0, headBytes);
  } catch {
    // A damaged archive is told by its codec, which knows the file.
  }
  return new Uint8Array();
}

function textOf(head: Uint8Array): string | undefined {
  if (head.length === 0 || head.includes(0)) return undefined;
  try {
    // The last character may be cut.
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return undefined;
  }
}

function recordsOf(text: string | undefined): string[][] {
  const records: string[][] = [];
  if (text === undefined) return records;
  const parser = createCsvParser((fields) => {
    if (records.length < 6) records.push(fields);
  });
  try {
    parser.push(new TextEncoder().encode(text));
    parser.end();
  } catch {
    return records;
  }
  return records;
}

async function summarize(bytes: Uint8Array): Promise<Hdf5Summary> {
  const nothing = { opened: false, paths: [], attributes: {}, pandasIndex: undefined };
  try {
    return await readHdf5(bytes, { format: 'HDF5' }, (file): Hdf5Summary => {
      const paths: string[] = [];
      const attributes: Record<string, string | number> = {};
      let pandasIndex: Hdf5Summary['pandasIndex'];
      const keep = (path: string, name: string) => {
        const value = file.attribute(path, name);
        if (value !== undefined) attributes[`${path}@${name}`] = value;
        return value;
      };
      for (const name of ['format', 'nwb_version', 'neurodata_type']) keep('/', name);
      for (const name of file.list('/').slice(0, 200)) {
        const path = `/${name}`;
        paths.push(path);
        if (file.kind(path) !== 'group') continue;
        for (const child of file.list(path).slice(0, 200)) paths.push(`${path}/${child}`);
        const type = keep(path, 'pandas_type');
        if (pandasIndex !== undefined || typeof type !== 'string') continue;
        if (type === 'frame_table') {
          const index = file.describe(`${path}/table`).type.members.find((member) => member.name === 'index');
          pandasIndex = index?.type.kind === 'string' ? 'text' : 'number';
        } else if (type === 'frame') {
          const multi = file.attribute(path, 'axis1_variety') === 'multi';
          pandasIndex = multi || file.describe(`${path}/axis1`).type.kind === 'string' ? 'text' : 'number';
        }
      }
      return { opened: true, paths: paths.sort(), attributes, pandasIndex };
    });
  } catch {
    // What is wrong is for the codec to say; here it only means that nothing is known.
    return nothing;
  }
}

/** Returns what can be seen of a file; `bytes` may be its beginning alone, then HDF5 files stay closed. */
export async function probeFile(name: string, bytes: Uint8Array): Promise<Probe> {
  const head = await beginning(bytes);
  const hdf5 = isHdf5(bytes.subarray(0, 1 << 14)) ? await summarize(bytes) : undefined;
  const text = hdf5 === undefined ? textOf(head) : undefined;
  return { name: name.toLowerCase(), packed: isGzip(bytes), head, text, records: recordsOf(text), hdf5 };
}
