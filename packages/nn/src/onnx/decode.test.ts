import { FormatError, Random } from '@zoopraxis/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { decodeModel } from './decode.js';
import { encodeModel } from './encode.js';
import type { OnnxModel, OnnxTensor } from './model.js';

const float32Bytes = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

const addBias: OnnxModel = {
  opsets: { '': 20 },
  producer: 'zoopraxis',
  graph: {
    name: 'add',
    nodes: [{ opType: 'Add', inputs: ['x', 'bias'], outputs: ['y'] }],
    initializers: [{ name: 'bias', dims: [3], type: 'float32', bytes: float32Bytes(1, 2, 3) }],
    inputs: [{ name: 'x', type: 'float32', dims: ['batch', 3] }],
    outputs: [{ name: 'y', type: 'float32', dims: ['batch', 3] }],
  },
};

const everything: OnnxModel = {
  opsets: { '': 20, 'com.microsoft': 1 },
  producer: 'test',
  metadata: { made: 'für einen Test', __proto__x: '' },
  graph: {
    name: 'everything',
    nodes: [
      {
        opType: 'Custom',
        domain: 'com.microsoft',
        name: 'first',
        inputs: ['a', '', 'b'],
        outputs: ['c', ''],
        attributes: {
          axis: -1,
          far: Number.MAX_SAFE_INTEGER,
          mode: 'nearest',
          pads: [0, -1, 2 ** 40],
          none: [],
          alpha: { float: 0.5 },
          scales: { floats: [1.5, -2] },
          names: { strings: ['x', ''] },
          value: { name: 'v', dims: [2], type: 'float32', bytes: float32Bytes(5, 6) },
          body: { graph: { name: 'body', nodes: [], initializers: [], inputs: [], outputs: [] } },
        },
      },
    ],
    initializers: [
      { name: 'f16', dims: [3], type: 'float16', bytes: Uint8Array.of(0, 60, 1, 0, 0, 188) },
      { name: 'i64', dims: [], type: 'int64', bytes: Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255) },
      { name: 'empty', dims: [0, 4], type: 'float64', bytes: new Uint8Array() },
    ],
    inputs: [
      { name: 'a', type: 'int32', dims: [] },
      { name: 'b', type: 'bool', dims: ['n', 4, ''] },
    ],
    outputs: [{ name: 'c', type: 'uint8', dims: [1] }],
  },
};

/** A protobuf field: a number is a varint, bytes are length-delimited. */
type Field = readonly [number, number | bigint | Uint8Array];

function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return [...out, Number(rest)];
}

function message(...fields: readonly Field[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([field, value]) =>
      value instanceof Uint8Array
        ? [...varint(field * 8 + 2), ...varint(value.length), ...value]
        : [...varint(field * 8), ...varint(value)],
    ),
  );
}

const text = (value: string) => new TextEncoder().encode(value);

/** The initializer of a model that has just this one, given as the fields of its TensorProto. */
function readTensor(...fields: readonly Field[]): OnnxTensor | undefined {
  return decodeModel(message([7, message([5, message(...fields)])])).graph.initializers[0];
}

function caught(read: () => unknown): FormatError {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return error as FormatError;
  }
  throw new Error('nothing was thrown');
}

describe('decodeModel', () => {
  it('gives back what encodeModel wrote, and the same bytes again', () => {
    for (const model of [addBias, everything]) {
      const bytes = encodeModel(model);
      expect(decodeModel(bytes)).toEqual(model);
      expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
    }
  });

  it('reads a model that onnxruntime-node runs', async () => {
    const bytes = encodeModel(decodeModel(encodeModel(addBias)));
    const session = await ort.InferenceSession.create(bytes);
    const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(0, 10, 20), [1, 3]) });
    expect(y?.data).toEqual(Float32Array.of(1, 12, 23));
    await session.release();
  });

  it('keeps large tensors as views of the file', () => {
    const bytes = encodeModel(addBias);
    expect(decodeModel(bytes).graph.initializers[0]?.bytes.buffer).toBe(bytes.buffer);
  });

  it('turns elements outside raw_data into raw bytes, packed or not', () => {
    const floats = float32Bytes(1.5, -2);
    expect(readTensor([1, 2], [2, 1], [4, floats])?.bytes).toEqual(floats);
    const unpacked = decodeModel(
      message([
        7,
        message([5, Uint8Array.from([...message([1, 2], [2, 1]), 37, ...floats.slice(0, 4), 37, ...floats.slice(4)])]),
      ]),
    );
    expect(unpacked.graph.initializers[0]?.bytes).toEqual(floats);
    const doubles = new Uint8Array(Float64Array.of(0.1).buffer);
    expect(readTensor([1, 1], [2, 11], [10, doubles])?.bytes).toEqual(doubles);
    const long = new Uint8Array(BigInt64Array.of(-(2n ** 63n), 7n).buffer);
    expect(readTensor([7, -(2n ** 63n)], [1, 2], [2, 7], [7, 7])?.bytes).toEqual(long);
    expect(readTensor([1, message()], [2, 7], [7, 5])?.dims).toEqual([]);
    const packed = Uint8Array.from([...varint(-128), ...varint(127)]);
    expect(readTensor([1, 2], [2, 3], [5, packed])?.bytes).toEqual(Uint8Array.of(128, 127));
    expect(readTensor([1, Uint8Array.of(1, 2)], [2, 10], [5, 0x3c00], [5, 0xbc00])?.bytes).toEqual(
      Uint8Array.of(0, 60, 0, 188),
    );
    expect(readTensor([1, 2], [2, 9], [5, 1], [5, 0])?.bytes).toEqual(Uint8Array.of(1, 0));
  });

  it('refuses elements that do not fit the shape or the type', () => {
    expect(caught(() => readTensor([1, 3], [2, 1], [9, float32Bytes(1)])).message).toContain(
      '12 bytes for float32 [3], found 4',
    );
    expect(caught(() => readTensor([1, 2 ** 40], [2, 7], [7, 1])).message).toContain(`${2 ** 40} elements`);
    expect(caught(() => readTensor([1, 2], [2, 7], [7, 1])).message).toContain('2 elements for int64 [2], found 1');
    expect(caught(() => readTensor([1, 1], [2, 7], [7, 1], [7, 2])).message).toContain('found more');
    expect(caught(() => readTensor([1, 1], [2, 3], [5, 128])).message).toContain('an element of int8, found 128');
    expect(caught(() => readTensor([1, 1], [2, 1], [5, 1])).message).toContain('a field for float32, found field 5');
    expect(caught(() => readTensor([1, -1], [2, 1])).message).toContain('a size within 0..2^53, found -1');
    expect(caught(() => readTensor([1, 2 ** 30], [1, 2 ** 30], [2, 1])).message).toContain('fits into memory');
    expect(caught(() => readTensor([1, 1], [2, 1], [9, float32Bytes(1)], [4, float32Bytes(1)])).message).toContain(
      'in one field',
    );
    expect(caught(() => readTensor([1, 0])).message).toContain('an element type, found none');
  });

  it('refuses by name what it does not read', () => {
    expect(caught(() => readTensor([1, 1], [2, 16])).found).toBe('bfloat16');
    expect(caught(() => readTensor([1, 1], [2, 8], [6, text('a')])).found).toBe('string');
    expect(caught(() => readTensor([1, 1], [2, 99])).found).toBe('type 99');
    const external = caught(() => readTensor([1, 1], [2, 1], [8, text('w')], [14, 1]));
    expect(external.found).toContain('"w" in an external file');
    expect(external.hint).toContain('inside one file');
    expect(caught(() => decodeModel(message([7, message([15, message()])]))).found).toBe('a sparse one');
    expect(caught(() => decodeModel(message([7, message()], [25, message()]))).found).toBe('a model-local function');
    const sequence = message([1, text('x')], [2, message([4, message()])]);
    expect(caught(() => decodeModel(message([7, message([11, sequence])]))).found).toContain('a sequence');
  });

  it('names the file, the message and the byte', () => {
    const node = message([4, text('Relu')], [5, message([1, text('a')], [20, 9])]);
    const error = caught(() =>
      decodeModel(message([7, message([1, message([4, text('Add')])], [1, node])]), 'net.onnx'),
    );
    expect(error.format).toBe('onnx');
    expect(error.where).toBe('graph.node[1].attribute[0], byte 25');
    expect(error.path).toBe('net.onnx');
    expect(error.found).toBe('a list of tensors');
  });

  it('refuses malformed messages', () => {
    expect(caught(() => decodeModel(new Uint8Array())).message).toContain('a graph, found none');
    expect(caught(() => decodeModel(Uint8Array.of(8, 255, 255))).message).toContain('the rest of a varint');
    expect(caught(() => decodeModel(Uint8Array.from([8, ...Array(11).fill(255)]))).message).toContain(
      'at most 10 bytes',
    );
    expect(caught(() => decodeModel(Uint8Array.from([8, ...Array(9).fill(255), 2]))).message).toContain(
      'at most 64 bits',
    );
    expect(caught(() => decodeModel(Uint8Array.of(58, 100, 0))).message).toContain('100 more bytes, found 1');
    expect(caught(() => decodeModel(Uint8Array.of(11))).message).toContain('wire type 0, 1, 2 or 5, found 3');
    expect(caught(() => decodeModel(Uint8Array.of(0))).message).toContain('a field number of at least 1');
    expect(caught(() => decodeModel(message([7, 5]))).message).toContain('field 7 as bytes, found varint');
    expect(caught(() => decodeModel(message([7, message()], [7, message()]))).message).toContain(
      'one graph, found two',
    );
    expect(caught(() => decodeModel(message([2, Uint8Array.of(255)]))).message).toContain('not UTF-8');
    const overlong = message([7, message([5, Uint8Array.from([10, 1, 128, 1, 1])])]);
    expect(caught(() => decodeModel(overlong)).message).toContain('elements that end at byte');
  });

  it('skips unknown fields', () => {
    const known = message([99, 7], [98, text('x')], [7, message([97, text('y')])]);
    expect(decodeModel(known).graph.nodes).toEqual([]);
  });

  it('refuses graphs nested without end', () => {
    let graph = message();
    for (let depth = 0; depth < 100; depth++) {
      graph = message([1, message([4, text('If')], [5, message([1, text('b')], [6, graph], [20, 5])])]);
    }
    expect(caught(() => decodeModel(message([7, graph]))).message).toContain('nested at most 16 deep');
  });

  it('throws nothing but FormatError on truncated files', () => {
    const bytes = encodeModel(everything);
    for (let length = 0; length < bytes.length; length++) {
      try {
        decodeModel(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  });

  it('throws nothing but FormatError on flipped bits', () => {
    const rng = new Random('onnx bit flips');
    const bytes = encodeModel(everything);
    let refused = 0;
    for (let round = 0; round < 3000; round++) {
      const damaged = bytes.slice();
      for (let flips = 1 + rng.integer(4); flips > 0; flips--) {
        const at = rng.integer(damaged.length);
        damaged[at] = (damaged[at] as number) ^ (1 << rng.integer(8));
      }
      try {
        decodeModel(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('encodeModel', () => {
  it('refuses an integer attribute that is a fraction or beyond 2^53', () => {
    for (const axis of [0.5, 2 ** 60]) {
      const node = { opType: 'Softmax', inputs: ['x'], outputs: ['y'], attributes: { axis } };
      expect(() => encodeModel({ ...addBias, graph: { ...addBias.graph, nodes: [node] } })).toThrow(TypeError);
    }
  });
});
