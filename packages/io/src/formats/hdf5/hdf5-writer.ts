// A writer of the plain part of HDF5 (File Format Specification, version 0 superblock and version 1 object headers,
// which every HDF5 since 1.4 reads): groups, attributes and contiguous datasets. h5wasm cannot write arrays inside of
// compounds, which pandas' tables need, holds the whole file in memory, and stamps the time into it; this one streams
// and gives the same bytes for the same content.
import { datatypeMessage, sizeOfType, type WrittenType } from './hdf5-types.js';

/** An attribute: text (UTF-8), ASCII bytes such as a pickle, or a number. */
export type WrittenAttribute =
  | { readonly text: string }
  | { readonly ascii: string }
  | { readonly type: 'int64' | 'float64' | 'uint8'; readonly value: number };

/** A dataset to be written. */
export interface WrittenDataset {
  readonly type: WrittenType;
  readonly shape: readonly number[];
  readonly attributes: Readonly<Record<string, WrittenAttribute>>;
  /** Rows that the values are handed over in; default: the size of the first axis. */
  readonly rowCount?: number;
  /** Returns the bytes of rows `start` to `end`. */
  readonly bytes: (start: number, end: number) => Uint8Array;
}

/** A group to be written. */
export interface WrittenGroup {
  readonly attributes: Readonly<Record<string, WrittenAttribute>>;
  readonly groups?: Readonly<Record<string, WrittenGroup>>;
  readonly datasets?: Readonly<Record<string, WrittenDataset>>;
}

const undefinedAddress = 0xffff_ffff_ffff_ffffn;
/** Half of the children that a group can hold: one node is enough for the tables written here. */
const leafK = 32;
const internalK = 16;
const nodeBytes = 8 + 2 * leafK * 40;
const treeBytes = 24 + (2 * internalK + 1) * 8 + 2 * internalK * 8;
const pieceBytes = 1 << 22;

const padded = (size: number) => Math.ceil(size / 8) * 8;

/** Bytes under construction, little-endian. */
class ByteList {
  #bytes = new Uint8Array(1 << 12);
  length = 0;

  push(...bytes: readonly number[]): void {
    this.append(Uint8Array.from(bytes));
  }

  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + bytes.length));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  number(value: number | bigint, size: 2 | 4 | 8): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
    this.append(new Uint8Array(view.buffer, 0, size));
  }

  padTo(length: number): void {
    this.append(new Uint8Array(Math.max(0, length - this.length)));
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}

function dataspaceMessage(shape: readonly number[]): number[] {
  const list = new ByteList();
  list.push(1, shape.length, 0, 0, 0, 0, 0, 0);
  for (const size of shape) list.number(size, 8);
  return [...list.done()];
}

function attributeMessage(name: string, attribute: WrittenAttribute): Uint8Array {
  let type: WrittenType;
  let data: Uint8Array;
  if ('type' in attribute) {
    type = attribute.type;
    const view = new DataView(new ArrayBuffer(8));
    if (type === 'float64') view.setFloat64(0, attribute.value, true);
    else view.setBigInt64(0, BigInt(attribute.value), true);
    data = new Uint8Array(view.buffer, 0, sizeOfType(type));
  } else {
    data = new TextEncoder().encode('text' in attribute ? attribute.text : attribute.ascii);
    // A string type has at least one byte; a zero byte reads as the empty text.
    if (data.length === 0) data = new Uint8Array(1);
    type = { textBytes: data.length };
  }
  const nameBytes = new TextEncoder().encode(`${name}\0`);
  const datatype = datatypeMessage(type, { utf8: 'text' in attribute });
  const dataspace = dataspaceMessage([]);
  const list = new ByteList();
  list.push(1, 0);
  for (const size of [nameBytes.length, datatype.length, dataspace.length]) list.number(size, 2);
  for (const part of [nameBytes, Uint8Array.from(datatype), Uint8Array.from(dataspace)]) {
    const end = padded(list.length + part.length);
    list.append(part);
    list.padTo(end);
  }
  list.append(data);
  return list.done();
}

/** Returns an object header with these messages (type and content). */
function objectHeader(messages: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const body = new ByteList();
  for (const [type, content] of messages) {
    const size = padded(content.length);
    if (size > 0xffff) throw new RangeError(`HDF5: an attribute must be below 64 kB, got ${size} bytes`);
    body.number(type, 2);
    body.number(size, 2);
    body.push(0, 0, 0, 0);
    const end = body.length + size;
    body.append(content);
    body.padTo(end);
  }
  const list = new ByteList();
  list.push(1, 0);
  list.number(messages.length, 2);
  list.number(1, 4);
  list.number(body.length, 4);
  list.number(0, 4);
  list.append(body.done());
  return list.done();
}

const attributeMessages = (attributes: Readonly<Record<string, WrittenAttribute>>) =>
  Object.entries(attributes).map(([name, attribute]) => [0x0c, attributeMessage(name, attribute)] as const);

function groupHeader(group: WrittenGroup, tree: number, heap: number): Uint8Array {
  const table = new ByteList();
  table.number(tree, 8);
  table.number(heap, 8);
  return objectHeader([[0x11, table.done()], ...attributeMessages(group.attributes)]);
}

function datasetHeader(dataset: WrittenDataset, address: number, byteCount: number): Uint8Array {
  const layout = new ByteList();
  layout.push(3, 1);
  layout.number(byteCount === 0 ? undefinedAddress : address, 8);
  layout.number(byteCount, 8);
  return objectHeader([
    [0x01, Uint8Array.from(dataspaceMessage(dataset.shape))],
    [0x03, Uint8Array.from(datatypeMessage(dataset.type))],
    [0x05, Uint8Array.of(2, 2, 2, 0)],
    [0x08, layout.done()],
    ...attributeMessages(dataset.attributes),
  ]);
}

interface PlacedGroup {
  readonly group: WrittenGroup;
  readonly header: number;
  readonly tree: number;
  readonly heap: number;
  readonly node: number;
  readonly children: readonly { name: string; header: number }[];
}

interface PlacedDataset {
  readonly dataset: WrittenDataset;
  readonly header: number;
  readonly byteCount: number;
}

const heapBytesOf = (names: readonly string[]) =>
  names.reduce((total, name) => total + padded(new TextEncoder().encode(name).length + 1), 8);

/** Gives every object its place behind the superblock: sizes of headers do not depend on addresses. */
function place(root: WrittenGroup) {
  const groups: PlacedGroup[] = [];
  const datasets: PlacedDataset[] = [];
  let end = 96;
  const take = (size: number): number => {
    const at = end;
    end += padded(size);
    return at;
  };
  const placeGroup = (group: WrittenGroup): number => {
    const header = take(groupHeader(group, 0, 0).length);
    const tree = take(treeBytes);
    const children: { name: string; header: number }[] = [];
    for (const [name, child] of Object.entries(group.groups ?? {})) children.push({ name, header: placeGroup(child) });
    for (const [name, dataset] of Object.entries(group.datasets ?? {})) {
      const at = take(datasetHeader(dataset, 0, 1).length);
      const byteCount = dataset.shape.reduce((product, size) => product * size, sizeOfType(dataset.type));
      datasets.push({ dataset, header: at, byteCount });
      children.push({ name, header: at });
    }
    if (children.length > 2 * leafK) {
      throw new RangeError(`HDF5: a group holds at most ${2 * leafK} entries, got ${children.length}`);
    }
    children.sort((a, b) => (a.name < b.name ? -1 : 1));
    const heap = take(32 + heapBytesOf(children.map(({ name }) => name)));
    groups.push({ group, header, tree, heap, node: take(nodeBytes), children });
    return header;
  };
  placeGroup(root);
  return { groups, datasets, end };
}

/** Returns B-tree, name heap and symbol node of a group, with the addresses they belong to. */
function groupParts({ tree, heap, node, children }: PlacedGroup): [number, Uint8Array][] {
  const names = children.map(({ name }) => name);
  const heapList = new ByteList();
  const dataBytes = heapBytesOf(names);
  heapList.append(new TextEncoder().encode('HEAP'));
  heapList.number(0, 4);
  heapList.number(dataBytes, 8);
  // 1 marks the end of the list of free blocks: none is free.
  heapList.number(1, 8);
  heapList.number(heap + 32, 8);
  heapList.number(0, 8);
  const nodeList = new ByteList();
  nodeList.append(new TextEncoder().encode('SNOD'));
  nodeList.push(1, 0);
  nodeList.number(children.length, 2);
  let offset = 0;
  for (const { name, header } of children) {
    offset = heapList.length - 32;
    const text = new TextEncoder().encode(name);
    const end = heapList.length + padded(text.length + 1);
    heapList.append(text);
    heapList.padTo(end);
    nodeList.number(offset, 8);
    nodeList.number(header, 8);
    nodeList.append(new Uint8Array(24));
  }
  const treeList = new ByteList();
  treeList.append(new TextEncoder().encode('TREE'));
  treeList.push(0, 0);
  treeList.number(children.length === 0 ? 0 : 1, 2);
  treeList.number(undefinedAddress, 8);
  treeList.number(undefinedAddress, 8);
  treeList.number(0, 8);
  treeList.number(node, 8);
  treeList.number(offset, 8);
  return [
    [tree, treeList.done()],
    [heap, heapList.done()],
    [node, nodeList.done()],
  ];
}

function superblock(rootHeader: number, endOfFile: number): Uint8Array {
  const list = new ByteList();
  list.push(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 8, 8, 0);
  list.number(leafK, 2);
  list.number(internalK, 2);
  list.number(0, 4);
  list.number(0, 8);
  list.number(undefinedAddress, 8);
  list.number(endOfFile, 8);
  list.number(undefinedAddress, 8);
  list.number(0, 8);
  list.number(rootHeader, 8);
  list.padTo(96);
  return list.done();
}

/**
 * Yields the bytes of an HDF5 file in pieces: first everything that describes, then the values of each dataset in
 * turn, a few MiB at a time.
 */
export function* hdf5Pieces(root: WrittenGroup): Generator<Uint8Array> {
  const { groups, datasets, end } = place(root);
  const metadata = new Uint8Array(end);
  let address = end;
  for (const { dataset, header, byteCount } of datasets) {
    metadata.set(datasetHeader(dataset, address, byteCount), header);
    address += padded(byteCount);
  }
  let rootHeader = 0;
  for (const placed of groups) {
    metadata.set(groupHeader(placed.group, placed.tree, placed.heap), placed.header);
    for (const [at, bytes] of groupParts(placed)) metadata.set(bytes, at);
    if (placed.group === root) rootHeader = placed.header;
  }
  metadata.set(superblock(rootHeader, address), 0);
  yield metadata;
  for (const { dataset, byteCount } of datasets) {
    const rowCount = dataset.rowCount ?? dataset.shape[0] ?? 1;
    const rowBytes = rowCount === 0 ? 1 : byteCount / rowCount;
    const step = Math.max(1, Math.floor(pieceBytes / Math.max(rowBytes, 1)));
    for (let start = 0; byteCount > 0 && start < rowCount; start += step) {
      const stop = Math.min(rowCount, start + step);
      const bytes = dataset.bytes(start, stop);
      if (bytes.length !== (stop - start) * rowBytes) {
        throw new RangeError(`HDF5: rows must have ${rowBytes} bytes each, got ${bytes.length / (stop - start)}`);
      }
      yield bytes;
    }
    if (byteCount % 8 !== 0) yield new Uint8Array(8 - (byteCount % 8));
  }
}
