// Makes a film of hours from one of seconds without encoding or copying: the tables of an MP4 file (ISO/IEC 14496-12) name
// the place of every sample, and nothing forbids that they name the same place again and again.

interface Box {
  readonly type: string;
  readonly body: Buffer;
}

/** Boxes that hold boxes, on the way to the tables. */
const holders = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts']);

function readBoxes(bytes: Buffer): (Box & { readonly start: number })[] {
  const boxes: (Box & { readonly start: number })[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = bytes.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? bytes.length - at : short;
    if (size < head || at + size > bytes.length) throw new Error(`a box of ${size} bytes at ${at} of ${bytes.length}`);
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      body: bytes.subarray(at + head, at + size),
      start: at + head,
    });
    at += size;
  }
  return boxes;
}

function writeBox({ type, body }: Box): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Returns the box of a type somewhere inside of others. */
function findBox(bytes: Buffer, type: string): Buffer {
  for (const box of readBoxes(bytes)) {
    if (box.type === type) return box.body;
    if (!holders.has(box.type)) continue;
    try {
      return findBox(box.body, type);
    } catch {
      // It is in another one.
    }
  }
  throw new Error(`the film has no box ${type}`);
}

const numbers = (body: Buffer, from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => body.readUInt32BE(from + 4 * i));

/** Returns a table: version and flags, then big-endian numbers. */
function table(list: Uint32Array | readonly number[], version = 0): Buffer {
  const body = Buffer.alloc(4 + 4 * list.length);
  body.writeUInt8(version, 0);
  for (let i = 0; i < list.length; i++) body.writeUInt32BE(list[i] as number, 4 + 4 * i);
  return body;
}

/** Returns a film (MP4, one stream, constant rate, first frame a key frame) that shows another so many times. */
export function repeatFilm(film: Uint8Array, times: number): Uint8Array {
  const bytes = Buffer.from(film.buffer, film.byteOffset, film.byteLength);
  const [stsz, stsc, stts] = ['stsz', 'stsc', 'stts'].map((type) => findBox(bytes, type)) as [Buffer, Buffer, Buffer];
  const count = stsz.readUInt32BE(8);
  const sizes = stsz.readUInt32BE(4) > 0 ? new Array(count).fill(stsz.readUInt32BE(4)) : numbers(stsz, 12, count);
  const samples = Buffer.concat(samplesOf(bytes, sizes, stsc));
  if (stts.readUInt32BE(4) !== 1) throw new Error('the rate of the film varies');
  const keys = numbers(findBox(bytes, 'stss'), 8, findBox(bytes, 'stss').readUInt32BE(4));
  const all = count * times;
  const ftyp = writeBox({ type: 'ftyp', body: findBox(bytes, 'ftyp') });
  const allSizes = new Uint32Array(all + 2);
  allSizes[1] = all;
  for (let round = 0; round < times; round++) allSizes.set(sizes, 2 + round * count);
  const replaced: Readonly<Record<string, (body: Buffer) => Buffer>> = {
    stts: (body) => table([1, all, body.readUInt32BE(12)]),
    ctts: (body) => {
      const entries = body.readUInt32BE(4);
      const own = numbers(body, 8, 2 * entries);
      return table([entries * times, ...Array.from({ length: times }, () => own).flat()], body.readUInt8(0));
    },
    stss: () =>
      table([
        keys.length * times,
        ...Array.from({ length: times }, (_, r) => keys.map((key) => key + r * count)).flat(),
      ]),
    stsc: () => table([1, 1, count, 1]),
    stsz: () => table(allSizes),
    stco: () => table([times, ...new Array<number>(times).fill(ftyp.length + 8)]),
    mvhd: (body) => withDuration(body, 16, times),
    tkhd: (body) => withDuration(body, 20, times),
    mdhd: (body) => withDuration(body, 16, times),
    elst: (body) => withDuration(body, 8, times),
  };
  const rewrite = (inner: Buffer): Buffer =>
    Buffer.concat(
      readBoxes(inner).map(({ type, body }) =>
        writeBox({ type, body: holders.has(type) ? rewrite(body) : (replaced[type]?.(body) ?? body) }),
      ),
    );
  const moov = writeBox({ type: 'moov', body: rewrite(findBox(bytes, 'moov')) });
  return Buffer.concat([ftyp, writeBox({ type: 'mdat', body: samples }), moov]);
}

/** Multiplies the duration of a box of version 0. */
function withDuration(body: Buffer, at: number, times: number): Buffer {
  if (body.readUInt8(0) !== 0) throw new Error('only boxes of version 0 are known');
  const copy = Buffer.from(body);
  copy.writeUInt32BE(copy.readUInt32BE(at) * times, at);
  return copy;
}

/** Returns the bytes of each sample in order. */
function samplesOf(bytes: Buffer, sizes: readonly number[], stsc: Buffer): Buffer[] {
  const offsets = findBox(bytes, 'stco');
  const chunks = numbers(offsets, 8, offsets.readUInt32BE(4));
  const runs = Array.from({ length: stsc.readUInt32BE(4) }, (_, i) => numbers(stsc, 8 + 12 * i, 2) as [number, number]);
  const samples: Buffer[] = [];
  for (const [i, chunk] of chunks.entries()) {
    const perChunk = runs.findLast(([first]) => first <= i + 1)?.[1] ?? 0;
    for (let at = chunk, n = 0; n < perChunk; n++) {
      const size = sizes[samples.length] as number;
      samples.push(bytes.subarray(at, at + size));
      at += size;
    }
  }
  return samples;
}
