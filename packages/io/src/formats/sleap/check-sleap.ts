import { type Hdf5Reader, numberReader, readHdf5 } from '../hdf5/hdf5-reader.js';

/** Where a number of each row lies: in a table of named members, or of columns that an attribute names. */
function columnReader(file: Hdf5Reader, path: string, name: string) {
  const { shape, type } = file.describe(path);
  const wrong = (): never => file.fail(path, `the numbers ${name}`, 'others');
  if (type.kind === 'compound') {
    const member = type.members.find((candidate) => candidate.name === name);
    const get = member === undefined ? undefined : numberReader(member.type);
    if (member === undefined || get === undefined || member.offset + member.type.size > type.size) return wrong();
    return { rowBytes: type.size, at: (view: DataView, row: number) => get(view, row * type.size + member.offset) };
  }
  const text = file.attribute(path, 'field_names');
  const column = typeof text === 'string' ? readNames(text).indexOf(name) : -1;
  const get = numberReader(type);
  const width = shape[1] ?? 0;
  if (get === undefined || shape.length !== 2 || column < 0 || column >= width) return wrong();
  const rowBytes = type.size * width;
  return { rowBytes, at: (view: DataView, row: number) => get(view, row * rowBytes + column * type.size) };
}

function readNames(text: string): unknown[] {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names : [];
  } catch {
    return [];
  }
}

/** Checks that the pairs of numbers `start` and `end` of a table stay within a count. */
function checkRanges(file: Hdf5Reader, path: string, [start, end]: readonly [string, string], count: number): void {
  const rowCount = file.describe(path).shape[0] ?? 0;
  if (rowCount === 0) return;
  const [first, last] = [columnReader(file, path, start), columnReader(file, path, end)];
  const step = Math.max(1, Math.floor(2 ** 22 / Math.max(first.rowBytes, 1)));
  for (let from = 0; from < rowCount; from += step) {
    const to = Math.min(rowCount, from + step);
    const data = file.bytes(path, from, to);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let row = 0; row < to - from; row++) {
      const [low, high] = [first.at(view, row), last.at(view, row)];
      if (!(low >= 0 && low <= high && high <= count)) {
        file.fail(`${path}, row ${from + row}`, `${start} to ${end} within ${count}`, `${low} to ${high}`);
      }
    }
  }
}

/**
 * Checks what sleap-io.js trusts in a `.slp`: that frames and instances refer to rows that are there. A damaged
 * reference would keep it busy for ever.
 * @throws FormatError naming the row.
 */
export function checkSleap(bytes: Uint8Array, path: string | undefined): Promise<void> {
  return readHdf5(bytes, { format: 'SLEAP .slp', path }, (file) => {
    file.checkAll();
    const size = (name: string) => (file.kind(name) === 'dataset' ? (file.describe(name).shape[0] ?? 0) : 0);
    if (file.kind('/frames') !== 'dataset') return;
    const instances = size('/instances');
    checkRanges(file, '/frames', ['instance_id_start', 'instance_id_end'], instances);
    if (instances > 0) {
      const points = Math.max(size('/points'), size('/pred_points'));
      checkRanges(file, '/instances', ['point_id_start', 'point_id_end'], points);
    }
  });
}
