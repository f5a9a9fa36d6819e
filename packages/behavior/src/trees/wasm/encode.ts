/** Bytes of WebAssembly code, a list. */
export type Code = readonly number[];

/** Kinds of values that a kernel uses. */
export type ValueKind = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** One exported function: its parts by name, in order, and its code, which gets the index of each part. */
export interface Kernel {
  readonly name: string;
  readonly parameters: Readonly<Record<string, ValueKind>>;
  readonly result?: ValueKind;
  readonly locals?: Readonly<Record<string, ValueKind>>;
  readonly code: (at: (name: string) => number) => Code;
}

const kindBytes: Readonly<Record<ValueKind, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** Returns an unsigned number in LEB128, list of bytes. */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Returns a signed 32-bit number in LEB128, list of bytes. */
export function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
    bytes.push(done ? low : low | 128);
    if (done) return bytes;
  }
}

const text = (value: string): Code => [...unsigned(value.length), ...Array.from(value, (c) => c.charCodeAt(0))];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];

function body({ parameters, locals = {}, code }: Kernel): Code {
  const names = [...Object.keys(parameters), ...Object.keys(locals)];
  const at = (name: string): number => {
    const index = names.indexOf(name);
    if (index < 0) throw new TypeError(`kernel: it has no local ${name}`);
    return index;
  };
  const declared = Object.values(locals).map((kind): Code => [1, kindBytes[kind]]);
  const bytes = [...list(declared), ...code(at), 0x0b];
  return [...unsigned(bytes.length), ...bytes];
}

/** Pages of 64 KiB that a shared memory may grow to: 4 GiB. */
export const MOST_PAGES = 65536;

/**
 * Returns a WebAssembly module (list of bytes) of kernels that work on an imported memory (`memory` of `host`). Source:
 * WebAssembly Core Specification 2.0, chapter 5 (binary format), with shared memories of the threads proposal.
 */
export function encodeModule(kernels: readonly Kernel[], shared: boolean): Uint8Array<ArrayBuffer> {
  const types = kernels.map(
    ({ parameters, result }): Code => [
      0x60,
      ...list(Object.values(parameters).map((kind): Code => [kindBytes[kind]])),
      ...list(result === undefined ? [] : [[kindBytes[result]]]),
    ],
  );
  const limits = shared ? [3, ...unsigned(0), ...unsigned(MOST_PAGES)] : [0, ...unsigned(0)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(2, list([[...text('host'), ...text('memory'), 2, ...limits]])),
    ...section(3, list(kernels.map((_, index) => unsigned(index)))),
    ...section(7, list(kernels.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]))),
    ...section(10, list(kernels.map(body))),
  ]);
}
