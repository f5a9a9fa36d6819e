import { builtModule } from '../browser/built-module.js';

type ZipModule = typeof import('../../packages/nn/src/weights/zip.js');

/** A numpy array: `object` arrays hold whatever was pickled, others numbers; shape `[...shape]`. */
export interface NumpyArray {
  shape: number[];
  values: unknown[];
}

interface Made {
  callable: unknown;
  args: unknown[];
  state?: unknown;
}

/** Returns what the few opcodes of a pickled dictionary of numpy values make; nothing that it names is run. */
function unpickle(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  const mark = Symbol('mark');
  const sinceMark = () => stack.splice(stack.lastIndexOf(mark)).slice(1);
  const line = (at: number) => text.decode(bytes.subarray(at, bytes.indexOf(10, at)));
  for (let at = 0; ; ) {
    const code = bytes[at++] as number;
    const opcode = String.fromCharCode(code);
    const tuple = { 133: 1, 134: 2, 135: 3 }[code];
    if (code === 0x80) at++;
    else if (tuple !== undefined) stack.push(stack.splice(-tuple));
    else if (code === 0x89) stack.push(false);
    else if (opcode === 'N') stack.push(null);
    else if (opcode === '(') stack.push(mark);
    else if (opcode === ')' || opcode === ']') stack.push([]);
    else if (opcode === '}') stack.push(new Map());
    else if (opcode === 't') stack.push(sinceMark());
    else if (opcode === 'K') stack.push(bytes[at++]);
    else if (opcode === 'J') {
      stack.push(view.getInt32(at, true));
      at += 4;
    } else if (opcode === 'q') memo.set(bytes[at++] as number, stack.at(-1));
    else if (opcode === 'h') stack.push(memo.get(bytes[at++] as number));
    else if (opcode === 'X' || opcode === 'B') {
      const length = view.getUint32(at, true);
      const piece = bytes.slice(at + 4, at + 4 + length);
      stack.push(opcode === 'X' ? text.decode(piece) : piece);
      at += 4 + length;
    } else if (opcode === 'C') {
      const length = bytes[at] as number;
      stack.push(bytes.slice(at + 1, at + 1 + length));
      at += 1 + length;
    } else if (opcode === 'c') {
      const module = line(at);
      const name = line(at + module.length + 1);
      stack.push(`${module}.${name}`);
      at += module.length + name.length + 2;
    } else if (opcode === 'R') {
      const args = stack.pop() as unknown[];
      stack.push({ callable: stack.pop(), args } satisfies Made);
    } else if (opcode === 'b') {
      const state = stack.pop();
      (stack.at(-1) as Made).state = state;
    } else if (opcode === 'a') {
      const item = stack.pop();
      (stack.at(-1) as unknown[]).push(item);
    } else if (opcode === 'u') {
      const items = sinceMark();
      const map = stack.at(-1) as Map<unknown, unknown>;
      for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
    } else if (opcode === '.') return stack.pop();
    else throw new Error(`metrics file: opcode ${code} at ${at - 1} is not expected`);
  }
}

const sizes: Record<string, number> = { f8: 8, i4: 4, i8: 8, b1: 1 };

function readNumbers(type: string, bytes: Uint8Array): number[] {
  const size = sizes[type];
  if (size === undefined) throw new Error(`metrics file: type ${type} is not expected`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / size }, (_, i) => {
    if (type === 'f8') return view.getFloat64(8 * i, true);
    if (type === 'i8') return Number(view.getBigInt64(8 * i, true));
    return type === 'i4' ? view.getInt32(4 * i, true) : (bytes[i] as number);
  });
}

/** Returns a numpy array, or a number for a numpy scalar. */
function numpyValue(made: Made): NumpyArray | number {
  if (made.callable === 'numpy.core.multiarray.scalar') {
    const [type, bytes] = made.args as [Made, Uint8Array];
    return readNumbers(type.args[0] as string, bytes)[0] as number;
  }
  const [, shape, type, , data] = made.state as [number, number[], Made, boolean, Uint8Array | unknown[]];
  return { shape, values: data instanceof Uint8Array ? readNumbers(type.args[0] as string, data) : data };
}

/** Returns the metrics that SLEAP stored in an npz file, by name. */
export async function readSleapMetrics(bytes: Uint8Array): Promise<Map<string, NumpyArray | number>> {
  const { readZip, readZipEntry } = await builtModule<ZipModule>('weights/zip.js');
  const entry = readZip(bytes).get('metrics.npy');
  if (entry === undefined) throw new Error('metrics file: has no metrics.npy');
  const npy = await readZipEntry(entry);
  const outer = numpyValue(unpickle(npy.subarray(npy.indexOf(10) + 1)) as Made) as NumpyArray;
  const metrics = outer.values[0] as Map<string, Made>;
  return new Map([...metrics].map(([name, value]) => [name, numpyValue(value)]));
}
