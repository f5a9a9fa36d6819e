import { decodeTensor, typeNameOf } from './decode-tensor.js';
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxTypeName,
  OnnxValueInfo,
} from './model.js';
import { WireReader } from './wire-reader.js';

/** Deepest graph inside the attribute of a node of a graph (If, Loop, Scan) that is read. */
const MAX_GRAPH_DEPTH = 16;

/** Kinds of attribute of onnx.proto that this package does not read, for error messages. */
const OTHER_ATTRIBUTES: Readonly<Record<number, string>> = {
  9: 'a list of tensors',
  10: 'a list of graphs',
  11: 'a sparse tensor',
  12: 'a list of sparse tensors',
  13: 'a type',
  14: 'a list of types',
};

/**
 * Returns the model in the bytes of an ONNX file (ModelProto of onnx.proto).
 * Tensors stay views of `bytes` where the file holds them raw. Unknown fields are skipped; element types that
 * this package lacks, external data, sparse tensors and model-local functions are refused by name.
 * Throws FormatError that names the message and byte, with `path` as the file's name.
 */
export function decodeModel(bytes: Uint8Array, path?: string): OnnxModel {
  const reader = new WireReader(bytes, '', path);
  const opsets: [string, number][] = [];
  const metadata: [string, string][] = [];
  let producer: string | undefined;
  let graph: OnnxGraph | undefined;
  while (reader.next()) {
    if (reader.field === 2) producer = reader.text();
    else if (reader.field === 7) {
      if (graph !== undefined) throw reader.error('one graph', 'two');
      graph = decodeGraph(reader.message('graph'), 0);
    } else if (reader.field === 8) opsets.push(decodeOpset(reader.message(`opset_import[${opsets.length}]`)));
    else if (reader.field === 14) metadata.push(decodeEntry(reader.message(`metadata_props[${metadata.length}]`)));
    else if (reader.field === 25)
      throw reader.error('nodes of operators', 'a model-local function', 'Inline the functions first.');
    else reader.skip();
  }
  if (graph === undefined) throw reader.error('a graph', 'none');
  return {
    opsets: Object.fromEntries(opsets),
    graph,
    ...(producer === undefined ? {} : { producer }),
    ...(metadata.length === 0 ? {} : { metadata: Object.fromEntries(metadata) }),
  };
}

function decodeOpset(reader: WireReader): [string, number] {
  let domain = '';
  let version: number | undefined;
  while (reader.next()) {
    if (reader.field === 1) domain = reader.text();
    else if (reader.field === 2) version = reader.count('version');
    else reader.skip();
  }
  if (version === undefined) throw reader.error(`a version of domain ${JSON.stringify(domain)}`, 'none');
  return [domain, version];
}

function decodeEntry(reader: WireReader): [string, string] {
  const entry: [string, string] = ['', ''];
  while (reader.next()) {
    if (reader.field === 1 || reader.field === 2) entry[reader.field - 1] = reader.text();
    else reader.skip();
  }
  return entry;
}

function decodeGraph(reader: WireReader, depth: number): OnnxGraph {
  if (depth > MAX_GRAPH_DEPTH) throw reader.error(`graphs nested at most ${MAX_GRAPH_DEPTH} deep`, 'deeper ones');
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  let name = '';
  while (reader.next()) {
    if (reader.field === 1) nodes.push(decodeNode(reader.message(`node[${nodes.length}]`), depth));
    else if (reader.field === 2) name = reader.text();
    else if (reader.field === 5) initializers.push(decodeTensor(reader.message(`initializer[${initializers.length}]`)));
    else if (reader.field === 11) inputs.push(decodeValueInfo(reader.message(`input[${inputs.length}]`)));
    else if (reader.field === 12) outputs.push(decodeValueInfo(reader.message(`output[${outputs.length}]`)));
    else if (reader.field === 15) throw reader.error('dense initializers', 'a sparse one');
    else reader.skip();
  }
  return { name, nodes, initializers, inputs, outputs };
}

function decodeNode(reader: WireReader, depth: number): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: [string, OnnxAttribute][] = [];
  let name = '';
  let opType = '';
  let domain = '';
  while (reader.next()) {
    if (reader.field === 1) inputs.push(reader.text());
    else if (reader.field === 2) outputs.push(reader.text());
    else if (reader.field === 3) name = reader.text();
    else if (reader.field === 4) opType = reader.text();
    else if (reader.field === 5)
      attributes.push(decodeAttribute(reader.message(`attribute[${attributes.length}]`), depth));
    else if (reader.field === 7) domain = reader.text();
    else reader.skip();
  }
  if (opType === '') throw reader.error('an operator', 'none');
  return {
    opType,
    inputs,
    outputs,
    ...(name === '' ? {} : { name }),
    ...(domain === '' ? {} : { domain }),
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
  };
}

function decodeAttribute(reader: WireReader, depth: number): [string, OnnxAttribute] {
  let name = '';
  let kind = 0;
  let float = 0;
  let int = 0;
  let text = '';
  let tensor: OnnxTensor | undefined;
  let graph: OnnxGraph | undefined;
  const floats: number[] = [];
  const ints: number[] = [];
  const strings: string[] = [];
  const scratch = new DataView(new ArrayBuffer(4));
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) float = reader.float();
    else if (reader.field === 3) int = reader.integer();
    else if (reader.field === 4) text = reader.text();
    else if (reader.field === 5) tensor = decodeTensor(reader.message('t'));
    else if (reader.field === 6) graph = decodeGraph(reader.message('g'), depth + 1);
    else if (reader.field === 7) {
      reader.repeated('fixed32', () => {
        scratch.setInt32(0, reader.low);
        floats.push(scratch.getFloat32(0));
      });
    } else if (reader.field === 8) {
      reader.repeated('varint', () => {
        const value = reader.high * 0x100000000 + (reader.low >>> 0);
        if (!Number.isSafeInteger(value)) throw reader.error('an integer within 2^53', `${value}`);
        ints.push(value);
      });
    } else if (reader.field === 9) strings.push(reader.text());
    else if (reader.field === 20) kind = reader.integer();
    else if (reader.field === 21)
      throw reader.error('the value of an attribute', 'a reference to an attribute of a function');
    else reader.skip();
  }
  const what = `attribute ${JSON.stringify(name)}`;
  if (kind === 1) return [name, { float }];
  if (kind === 2) return [name, int];
  if (kind === 3) return [name, text];
  if (kind === 4 && tensor) return [name, tensor];
  if (kind === 5 && graph) return [name, { graph }];
  if (kind === 6) return [name, { floats }];
  if (kind === 7) return [name, ints];
  if (kind === 8) return [name, { strings }];
  throw reader.error(`a value for ${what}`, OTHER_ATTRIBUTES[kind] ?? `kind ${kind} without one`);
}

function decodeValueInfo(reader: WireReader): OnnxValueInfo {
  let name = '';
  let type: { type: OnnxTypeName; dims: (number | string)[] } | undefined;
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) type = decodeType(reader.message('type'));
    else reader.skip();
  }
  if (type === undefined) throw reader.error(`a type for ${JSON.stringify(name)}`, 'none');
  return { name, ...type };
}

function decodeType(reader: WireReader): { type: OnnxTypeName; dims: (number | string)[] } {
  let type: OnnxTypeName | undefined;
  let dims: (number | string)[] | undefined;
  while (reader.next()) {
    if (reader.field === 1) {
      const tensor = reader.message('tensor_type');
      while (tensor.next()) {
        if (tensor.field === 1) type = typeNameOf(tensor, tensor.integer());
        else if (tensor.field === 2) dims = decodeShape(tensor.message('shape'));
        else tensor.skip();
      }
    } else if ([4, 5, 8, 9].includes(reader.field))
      throw reader.error('a tensor', 'a sequence, map, sparse or optional type');
    else reader.skip();
  }
  if (type === undefined) throw reader.error('an element type', 'none');
  if (dims === undefined) throw reader.error('a shape', 'a tensor of unknown rank');
  return { type, dims };
}

function decodeShape(reader: WireReader): (number | string)[] {
  const dims: (number | string)[] = [];
  while (reader.next()) {
    if (reader.field !== 1) {
      reader.skip();
      continue;
    }
    const dimension = reader.message(`dim[${dims.length}]`);
    let size: number | string = '';
    while (dimension.next()) {
      if (dimension.field === 1) size = dimension.count('size');
      else if (dimension.field === 2) size = dimension.text();
      else dimension.skip();
    }
    dims.push(size);
  }
  return dims;
}
