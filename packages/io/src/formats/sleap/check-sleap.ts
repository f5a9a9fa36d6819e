import { type Hdf5Reader, numberReader, readHdf5 } from '../hdf5/hdf5-reader.js';

/** Checks that the pairs of members `start` and `end` of a table stay within a count, where the table has them. */
function checkRanges(file: Hdf5Reader, path: string, [start, end]: readonly [string, string], count: number): void {
  const { shape, type } = file.describe(path);
  const members = [start, end].map((name) => type.members.find((member) => member.name === name));
  const [first, last] = members.map((member) => {
    const get = member === undefined ? undefined : numberReader(member.type);
    if (member === undefined || get === undefined || member.offset + member.type.size > type.size) {
      return file.fail(path, `the numbers ${start} and ${end}`, 'others');
    }
    return (view: DataView, row: number) => get(view, row * type.size + member.offset);
  }) as [(view: DataView, row: number) => number, (view: DataView, row: number) => number];
  const rowCount = shape[0] ?? 0;
  const step = Math.max(1, Math.floor(2 ** 22 / type.size));
  for (let from = 0; from < rowCount; from += step) {
    const to = Math.min(rowCount, from + step);
    const data = file.bytes(path, from, to);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let row = 0; row < to - from; row++) {
      const [low, high] = [first(view, row), last(view, row)];
      if (!(low <= high && high <= count)) {
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
