import { joinBytes } from '@zoopraxis/core';
import {
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  OnnxType,
  type OnnxValueInfo,
} from './model.js';

/** ONNX file format version written: 9 belongs to opset 20 and is read by ONNX Runtime 1.17 and later. */
const IR_VERSION = 9;

/** A protobuf message under construction: a list of pieces that is joined once. */
class Message {
  readonly pieces: Uint8Array[] = [];
  length = 0;

  #push(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  #varint(value: number | bigint): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    const out: number[] = [];
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      out.push(rest === 0n ? low : low | 128);
    } while (rest !== 0n);
    this.#push(Uint8Array.from(out));
  }

  int(field: number, value: number | bigint): this {
    this.#varint(field << 3);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#varint((field << 3) | 5);
    this.#push(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#push(value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    for (const piece of value.pieces) this.#push(piece);
    return this;
  }

  join(): Uint8Array {
    return joinBytes(this.pieces);
  }
}

function tensorMessage(tensor: OnnxTensor): Message {
  const message = new Message();
  for (const dim of tensor.dims) message.int(1, dim);
  return message.int(2, OnnxType[tensor.type]).text(8, tensor.name).bytes(9, tensor.bytes);
}

function attributeMessage(name: string, value: OnnxAttribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value))
      throw new TypeError(`attribute ${name}: a float is written as { float }, got ${value}`);
    return message.int(3, value).int(20, 2);
  }
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  if ('floats' in value) {
    for (const item of value.floats) message.float(7, item);
    return message.int(20, 6);
  }
  if ('strings' in value) {
    for (const item of value.strings) message.text(9, item);
    return message.int(20, 8);
  }
  if ('graph' in value) return message.message(6, graphMessage(value.graph)).int(20, 5);
  if ('bytes' in value) return message.message(5, tensorMessage(value)).int(20, 4);
  for (const item of value) message.int(8, item);
  return message.int(20, 7);
}

function nodeMessage(node: OnnxNode): Message {
  const message = new Message();
  for (const input of node.inputs) message.text(1, input);
  for (const output of node.outputs) message.text(2, output);
  if (node.name) message.text(3, node.name);
  message.text(4, node.opType);
  for (const [name, value] of Object.entries(node.attributes ?? {})) message.message(5, attributeMessage(name, value));
  if (node.domain) message.text(7, node.domain);
  return message;
}

function valueInfoMessage(info: OnnxValueInfo): Message {
  const shape = new Message();
  for (const dim of info.dims) {
    shape.message(1, typeof dim === 'number' ? new Message().int(1, dim) : new Message().text(2, dim));
  }
  const tensorType = new Message().int(1, OnnxType[info.type]).message(2, shape);
  return new Message().text(1, info.name).message(2, new Message().message(1, tensorType));
}

function graphMessage(graph: OnnxGraph): Message {
  const message = new Message();
  for (const node of graph.nodes) message.message(1, nodeMessage(node));
  message.text(2, graph.name);
  for (const tensor of graph.initializers) message.message(5, tensorMessage(tensor));
  for (const input of graph.inputs) message.message(11, valueInfoMessage(input));
  for (const output of graph.outputs) message.message(12, valueInfoMessage(output));
  return message;
}

/** Returns the bytes of an ONNX file (ModelProto of onnx.proto, IR version 9). */
export function encodeModel(model: OnnxModel): Uint8Array {
  const graph = graphMessage(model.graph);
  const message = new Message()
    .int(1, IR_VERSION)
    .text(2, model.producer ?? 'zoopraxis')
    .message(7, graph);
  for (const [domain, version] of Object.entries(model.opsets)) {
    message.message(8, new Message().text(1, domain).int(2, version));
  }
  for (const [key, value] of Object.entries(model.metadata ?? {})) {
    message.message(14, new Message().text(1, key).text(2, value));
  }
  return message.join();
}
