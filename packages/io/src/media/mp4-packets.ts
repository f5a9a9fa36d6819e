import { type PacketColumns, packetFlag } from './packet-columns.js';

/** A file that is read by parts. */
export interface Mp4Bytes {
  readonly sizeBytes: number;
  /** Returns the bytes from `start` to before `end`, fewer where the file ends. */
  read(start: number, end: number): Uint8Array | Promise<Uint8Array>;
}

/** The samples of one track of an MP4 file. */
export interface Mp4Packets {
  readonly columns: PacketColumns;
  /** Seconds per tick of the times in the columns. */
  readonly secPerTick: number;
}

/** Largest header that is read at once, bytes: tables of about 30 million frames. */
const mostHeaderBytes = 2 ** 29;
/** Boxes at the top of a file: more are no film whose tables stand in one place. */
const mostTopBoxes = 4096;

interface Box {
  readonly type: string;
  /** Place of the content. */
  readonly start: number;
  readonly end: number;
}

/** Says that a file's tables are not of the plain kind; caught in this file. */
class Unusual extends Error {}

function need(isPlain: boolean): asserts isPlain {
  if (!isPlain) throw new Unusual();
}

const textAt = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/** Returns the boxes in a part of a header, list. */
function boxesIn(view: DataView, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  for (let at = start; at + 8 <= end; ) {
    const size = view.getUint32(at);
    // Sizes of 64 bits and open ends belong to the top of a file.
    need(size >= 8 && at + size <= end);
    boxes.push({ type: textAt(view, at + 4), start: at + 8, end: at + size });
    at += size;
  }
  return boxes;
}

/**
 * Returns the content of a file's header, the box `moov`, bytes; undefined where it has none or several, where it is larger
 * than 512 MiB, and for films in fragments, whose tables lie all over the file.
 */
export async function findMp4Header({ sizeBytes, read }: Mp4Bytes): Promise<Uint8Array | undefined> {
  let found: readonly [number, number] | undefined;
  let at = 0;
  for (let count = 0; at + 8 <= sizeBytes; count++) {
    const head = await read(at, Math.min(at + 16, sizeBytes));
    if (count >= mostTopBoxes || head.length < 8) return undefined;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const type = textAt(view, 4);
    let [size, headBytes] = [view.getUint32(0), 8];
    if (size === 1) {
      if (head.length < 16) return undefined;
      [size, headBytes] = [Number(view.getBigUint64(8)), 16];
    } else if (size === 0) size = sizeBytes - at;
    if (!Number.isSafeInteger(size) || size < headBytes || at + size > sizeBytes) return undefined;
    if (type === 'moof' || type === 'sidx' || (type === 'moov' && found !== undefined)) return undefined;
    if (type === 'moov') found = [at + headBytes, at + size];
    at += size;
  }
  if (found === undefined || found[1] - found[0] > mostHeaderBytes) return undefined;
  const bytes = await read(...found);
  return bytes.length === found[1] - found[0] ? bytes : undefined;
}

/** A box of a table: its entries are behind a version, flags and a count. */
interface Table {
  readonly version: number;
  readonly count: number;
  /** Place of the first entry. */
  readonly at: number;
}

function table(view: DataView, box: Box | undefined, entryBytes: number, countAt = 4): Table {
  need(box !== undefined && box.end - box.start >= countAt + 4);
  const count = view.getUint32(box.start + countAt);
  const at = box.start + countAt + 4;
  need(at + count * entryBytes <= box.end);
  return { version: view.getUint8(box.start), count, at };
}

/** Returns the one box of a type, undefined where there is none. */
function only(boxes: readonly Box[], type: string): Box | undefined {
  const found = boxes.filter((box) => box.type === type);
  need(found.length <= 1);
  return found[0];
}

const inside = (view: DataView, box: Box | undefined): Box[] => {
  need(box !== undefined);
  return boxesIn(view, box.start, box.end);
};

/** Returns a track's own time of its first sample that is shown and of its end, ticks; undefined where it has no edit list. */
function editOf(view: DataView, track: readonly Box[], ticksPerMovieTick: number): [number, number] | undefined {
  const edits = only(track, 'edts');
  const list = edits && only(inside(view, edits), 'elst');
  if (list === undefined) return undefined;
  const { version, count } = table(view, list, 12);
  const entryBytes = version === 1 ? 20 : 12;
  const { at } = table(view, list, entryBytes);
  const entries = Array.from({ length: count }, (_, i) => {
    const place = at + i * entryBytes;
    const [length, start] =
      version === 1
        ? [Number(view.getBigUint64(place)), Number(view.getBigInt64(place + 8))]
        : [view.getUint32(place), view.getInt32(place + 4)];
    return { length, start, rate: view.getInt32(place + entryBytes - 4) };
  });
  // One stretch, which may begin late.
  const stretches = entries[0]?.start === -1 ? entries.slice(1) : entries;
  const [stretch] = stretches;
  need(stretches.length === 1 && stretch !== undefined && stretch.start >= 0);
  need(stretch.rate === 0x10000 && stretch.length > 0);
  return [stretch.start, stretch.start + Math.floor(stretch.length * ticksPerMovieTick)];
}

/**
 * Returns one row per sample of a track of an MP4 or MOV file (ISO/IEC 14496-12), from its header (bytes)
 * alone: times count from the track's own zero. Undefined where the file is not of the plain kind (fragments, several edits,
 * frames that an edit cuts off, samples outside the file, tables that disagree): of such every packet has to be looked at.
 */
export function readMp4Packets(
  header: Uint8Array,
  track: { readonly trackId: number; readonly sizeBytes: number },
): Mp4Packets | undefined {
  try {
    return packetsOf(new DataView(header.buffer, header.byteOffset, header.byteLength), track);
  } catch (error) {
    if (error instanceof Unusual || error instanceof RangeError) return undefined;
    throw error;
  }
}

function packetsOf(
  view: DataView,
  { trackId, sizeBytes }: { readonly trackId: number; readonly sizeBytes: number },
): Mp4Packets {
  const movie = boxesIn(view, 0, view.byteLength);
  need(!movie.some(({ type }) => type === 'mvex' || type === 'cmov'));
  const tracks = movie.filter(({ type }) => type === 'trak').map((box) => inside(view, box));
  const idOf = (boxes: readonly Box[]): number => {
    const head = only(boxes, 'tkhd');
    need(head !== undefined);
    return view.getUint32(head.start + (view.getUint8(head.start) === 1 ? 20 : 12));
  };
  const own = tracks.filter((boxes) => idOf(boxes) === trackId);
  const [track] = own;
  need(own.length === 1 && track !== undefined);
  const media = inside(view, only(track, 'mdia'));
  const tables = inside(view, only(inside(view, only(media, 'minf')), 'stbl'));
  // Other marks of key frames, sizes in other words, and groups of samples, which may be key frames as well.
  need(!tables.some(({ type }) => ['stps', 'stz2', 'sgpd', 'sbgp'].includes(type)));
  need(table(view, only(tables, 'stsd'), 8).count === 1);
  const scale = (box: Box | undefined): number => {
    need(box !== undefined);
    return view.getUint32(box.start + (view.getUint8(box.start) === 1 ? 20 : 12));
  };
  const columns = emptyColumns(view, only(tables, 'stsz'));
  fillTimes(view, columns, only(tables, 'stts'), only(tables, 'ctts'));
  fillPlaces(view, columns, tables, sizeBytes);
  fillKeys(view, columns, only(tables, 'stss'));
  const movieScale = scale(only(movie, 'mvhd'));
  const ownScale = scale(only(media, 'mdhd'));
  need(movieScale > 0 && ownScale > 0);
  const edit = editOf(view, track, ownScale / movieScale);
  if (edit !== undefined) {
    for (const time of columns.pts) need(time >= edit[0] && time < edit[1]);
  }
  return { columns, secPerTick: 1 / ownScale };
}

type Writable = { -readonly [K in keyof PacketColumns]: PacketColumns[K] };

function emptyColumns(view: DataView, box: Box | undefined): Writable {
  need(box !== undefined && view.getUint32(box.start + 4) === 0);
  const { count, at } = table(view, box, 4, 8);
  need(count > 0);
  const size = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    size[i] = view.getUint32(at + 4 * i);
    need((size[i] as number) > 0);
  }
  return {
    count,
    size,
    pts: new Float64Array(count),
    dts: new Float64Array(count),
    position: new Float64Array(count),
    flags: new Uint8Array(count),
  };
}

function fillTimes(
  view: DataView,
  { count, pts, dts }: PacketColumns,
  times: Box | undefined,
  shifts: Box | undefined,
) {
  const lengths = table(view, times, 8);
  let [sample, time] = [0, 0];
  for (let entry = 0; entry < lengths.count; entry++) {
    const [repeats, step] = [view.getUint32(lengths.at + 8 * entry), view.getUint32(lengths.at + 8 * entry + 4)];
    // Steps of 2^31 and more are meant to go back; readers differ over those, and over samples of no length.
    need(sample + repeats <= count && step < 2 ** 31 && (step > 0 || sample + repeats === count));
    for (let i = 0; i < repeats; i++) {
      dts[sample++] = time;
      time += step;
    }
  }
  need(sample === count);
  pts.set(dts);
  if (shifts === undefined) return;
  const offsets = table(view, shifts, 8);
  sample = 0;
  for (let entry = 0; entry < offsets.count; entry++) {
    const repeats = view.getUint32(offsets.at + 8 * entry);
    // Programs write negative offsets under version 0 as well.
    const offset = view.getInt32(offsets.at + 8 * entry + 4);
    need(sample + repeats <= count && Math.abs(offset) < 2 ** 28);
    for (let i = 0; i < repeats; i++) (pts[sample++] as number) += offset;
  }
  need(sample === count);
}

function fillPlaces(view: DataView, columns: PacketColumns, tables: readonly Box[], sizeBytes: number): void {
  const { count, position, size } = columns;
  const wide = only(tables, 'co64');
  const narrow = only(tables, 'stco');
  need((wide === undefined) !== (narrow === undefined));
  const chunks = wide === undefined ? table(view, narrow, 4) : table(view, wide, 8);
  const runs = table(view, only(tables, 'stsc'), 12);
  need(runs.count > 0 && view.getUint32(runs.at) === 1);
  let sample = 0;
  for (let run = 0; run < runs.count; run++) {
    const at = runs.at + 12 * run;
    const [first, samples] = [view.getUint32(at), view.getUint32(at + 4)];
    const next = run + 1 < runs.count ? view.getUint32(at + 12) : chunks.count + 1;
    need(next > first && next <= chunks.count + 1 && samples > 0 && view.getUint32(at + 8) === 1);
    for (let chunk = first - 1; chunk < next - 1; chunk++) {
      let place =
        wide === undefined ? view.getUint32(chunks.at + 4 * chunk) : Number(view.getBigUint64(chunks.at + 8 * chunk));
      for (let i = 0; i < samples; i++) {
        need(sample < count);
        position[sample] = place;
        place += size[sample++] as number;
      }
      need(place <= sizeBytes);
    }
  }
  need(sample === count);
}

function fillKeys(view: DataView, { count, flags }: PacketColumns, box: Box | undefined): void {
  if (box === undefined) {
    flags.fill(packetFlag.key);
    return;
  }
  const keys = table(view, box, 4);
  need(keys.count > 0);
  for (let i = 0; i < keys.count; i++) {
    const sample = view.getUint32(keys.at + 4 * i);
    need(sample >= 1 && sample <= count);
    flags[sample - 1] = packetFlag.key;
  }
}
