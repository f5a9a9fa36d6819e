import { FormatError } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../onnx/encode.js';
import { readOnnxInitializers } from './onnx-initializers.js';

describe('readOnnxInitializers', () => {
  it('gives the constant tensors by name', () => {
    const bytes = encodeModel({
      opsets: { '': 20 },
      graph: {
        name: 'g',
        nodes: [],
        initializers: [
          {
            name: 'conv.weight',
            dims: [1, 2],
            type: 'float32',
            bytes: new Uint8Array(Float32Array.of(1.5, -2).buffer),
          },
          { name: 'axes', dims: [1], type: 'int64', bytes: new Uint8Array(BigInt64Array.of(-1n).buffer) },
        ],
        inputs: [],
        outputs: [],
      },
    });
    expect([...readOnnxInitializers(bytes)]).toEqual([
      ['conv.weight', { shape: [1, 2], type: 'float32', data: Float32Array.of(1.5, -2) }],
      ['axes', { shape: [1], type: 'int64', data: BigInt64Array.of(-1n) }],
    ]);
  });

  it('names the file that is no model', () => {
    expect(() => readOnnxInitializers(Uint8Array.of(1, 2, 3), 'net.onnx')).toThrow(FormatError);
    expect(() => readOnnxInitializers(Uint8Array.of(1, 2, 3), 'net.onnx')).toThrow(/net\.onnx$/);
  });
});
