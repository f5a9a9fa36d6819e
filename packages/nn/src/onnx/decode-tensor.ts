import { type OnnxTensor, OnnxType, type OnnxTypeName } from './model.js';
import type { WireReader } from './wire-reader.js';

/** Bytes of one element. */
const ELEMENT_BYTES: Readonly<Record<OnnxTypeName, number>> = {
  bool: 1,
  float16: 2,
  float32: 4,
  float64: 8,
  int32: 4,
  int64: 8,
  int8: 1,
  uint8: 1,
};

/** Names of the element types of onnx.proto that this package does not read, for error messages. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  0: 'undefined',
  4: 'uint16',
  5: 'int16',
  8: 'string',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
};

const NAMES = new Map<number, OnnxTypeName>(Object.entries(OnnxType).map(([name, id]) => [id, name as OnnxTypeName]));

/** Most dimensions accepted: far above any network, low enough to bound work. */
const MAX_RANK = 64;

/** Returns the name of an element type; one that this package does not read is refused by name. */
export function typeNameOf(reader: WireReader, id: number): OnnxTypeName {
  const name = NAMES.get(id);
  if (name === undefined) {
    throw reader.error(`an element type among ${Object.keys(OnnxType).join(', ')}`, OTHER_TYPES[id] ?? `type ${id}`);
  }
  return name;
}

/** Fields of TensorProto that hold elements, with their wire type and the element types they may hold. */
const DATA_FIELDS: Readonly<
  Record<number, { wire: 'varint' | 'fixed32' | 'fixed64'; types: readonly OnnxTypeName[] }>
> = {
  4: { wire: 'fixed32', types: ['float32'] },
  5: { wire: 'varint', types: ['int32', 'int8', 'uint8', 'bool', 'float16'] },
  7: { wire: 'varint', types: ['int64'] },
  10: { wire: 'fixed64', types: ['float64'] },
};

/** Inclusive range of the element types that lie in `int32_data`. */
const INT32_DATA_RANGE: Partial<Record<OnnxTypeName, readonly [number, number]>> = {
  bool: [0, 1],
  float16: [0, 65535],
  int8: [-128, 127],
  uint8: [0, 255],
};

/** Returns a tensor (TensorProto); elements in `raw_data` stay a view of the file, others are turned into raw bytes. */
export function decodeTensor(reader: WireReader): OnnxTensor {
  const dims: number[] = [];
  let name = '';
  let type: OnnxTypeName | undefined;
  let raw: Uint8Array | undefined;
  let dataField: number | undefined;
  while (reader.next()) {
    const { field } = reader;
    if (field === 1) {
      reader.repeated('varint', () => {
        const dim = reader.high * 0x100000000 + (reader.low >>> 0);
        if (dim < 0 || !Number.isSafeInteger(dim)) throw reader.error('a size within 0..2^53', `${dim}`);
        if (dims.push(dim) > MAX_RANK) throw reader.error(`at most ${MAX_RANK} dimensions`, 'more');
      });
    } else if (field === 2) type = typeNameOf(reader, reader.integer());
    else if (field === 8) name = reader.text();
    else if (field === 9) raw = reader.slice();
    else if (field in DATA_FIELDS) {
      if (dataField !== undefined && dataField !== field) throw reader.error('elements in one field', 'in two');
      dataField = field;
      reader.skip();
    } else if (field === 13 || (field === 14 && reader.integer() !== 0)) {
      throw reader.error(
        'elements inside the file',
        `tensor ${JSON.stringify(name)} in an external file`,
        'Save the model with its weights inside one file.',
      );
    } else if (field === 3) throw reader.error('a whole tensor', 'a segment of one');
    else if (field === 6) throw reader.error('a numeric tensor', 'texts');
    else if (field !== 14) reader.skip();
  }
  if (type === undefined) throw reader.error('an element type', 'none');
  const count = dims.reduce((product, dim) => product * dim, 1);
  const byteCount = count * ELEMENT_BYTES[type];
  if (!Number.isSafeInteger(byteCount))
    throw reader.error('a tensor that fits into memory', `shape [${dims.join(', ')}]`);
  const shape = `${type} [${dims.join(', ')}]`;
  if (raw !== undefined && dataField !== undefined)
    throw reader.error('elements in one field', 'in raw_data and another');
  if (dataField !== undefined) {
    // Each element takes at least a byte of the message, so a lying shape is refused before memory is asked for.
    if (count > reader.end - reader.start) throw reader.error(`${count} elements for ${shape}`, 'fewer');
    return { name, dims, type, bytes: elementBytes(reader, dataField, type, count, shape) };
  }
  const bytes = raw ?? new Uint8Array();
  if (bytes.length !== byteCount) throw reader.error(`${byteCount} bytes for ${shape}`, `${bytes.length}`);
  return { name, dims, type, bytes };
}

function elementBytes(reader: WireReader, field: number, type: OnnxTypeName, count: number, shape: string): Uint8Array {
  const data = DATA_FIELDS[field];
  if (data === undefined || !data.types.includes(type)) throw reader.error(`a field for ${type}`, `field ${field}`);
  const size = ELEMENT_BYTES[type];
  const range = INT32_DATA_RANGE[type];
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  let index = 0;
  const put = () => {
    if (index >= count) throw reader.error(`${count} elements for ${shape}`, 'more');
    const at = size * index++;
    if (range && (reader.low < range[0] || reader.low > range[1])) {
      throw reader.error(`an element of ${type}`, `${reader.low}`);
    }
    if (size === 1) view.setInt8(at, reader.low);
    else if (size === 2) view.setInt16(at, reader.low, true);
    else view.setInt32(at, reader.low, true);
    if (size === 8) view.setInt32(at + 4, reader.high, true);
  };
  reader.position = reader.start;
  while (reader.next()) {
    if (reader.field === field) reader.repeated(data.wire, put);
    else reader.skip();
  }
  if (index !== count) throw reader.error(`${count} elements for ${shape}`, `${index}`);
  return bytes;
}
