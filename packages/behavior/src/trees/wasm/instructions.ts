import { type Code, signed, unsigned } from './encode.js';

// Each function returns the code that leaves its result on the stack; operands come first.

const plain =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands.flat(), opcode];
const vector =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands.flat(), 0xfd, ...unsigned(opcode)];
const load =
  (opcode: number, align: number) =>
  (address: Code, offset = 0): Code => [...address, opcode, align, ...unsigned(offset)];
const vectorLoad =
  (opcode: number, align: number) =>
  (address: Code, offset = 0): Code => [...address, 0xfd, ...unsigned(opcode), align, ...unsigned(offset)];
const store =
  (opcode: number, align: number) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, opcode, align, ...unsigned(offset)];

/** Instructions on 32-bit integers. */
export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  load: load(0x28, 2),
  load8: load(0x2d, 0),
  store: store(0x36, 2),
  isZero: plain(0x45),
  equal: plain(0x46),
  below: plain(0x49),
  atMost: plain(0x4d),
  add: plain(0x6a),
  subtract: plain(0x6b),
  multiply: plain(0x6c),
  and: plain(0x71),
  or: plain(0x72),
  xor: plain(0x73),
  shiftLeft: plain(0x74),
  shiftRight: plain(0x76),
  fromLong: plain(0xa7),
};

/** Instructions on 64-bit integers. */
export const i64 = {
  constant: (value: number): Code => [0x42, ...signed(value)],
  load: load(0x29, 0),
  and: plain(0x83),
  shiftLeft: plain(0x86),
  shiftRight: plain(0x88),
};

/** Instructions on 32-bit floats. */
export const f32 = {
  load: load(0x2a, 2),
  equal: plain(0x5b),
  differ: plain(0x5c),
  atLeast: plain(0x60),
};

/** Instructions on 64-bit floats. */
export const f64 = {
  constant: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  load: load(0x2b, 3),
  store: store(0x39, 3),
  equal: plain(0x61),
  below: plain(0x63),
  above: plain(0x64),
  absolute: plain(0x99),
  add: plain(0xa0),
  subtract: plain(0xa1),
  multiply: plain(0xa2),
  divide: plain(0xa3),
  larger: plain(0xa5),
  fromFloat: plain(0xbb),
};

/** Instructions on two 64-bit floats at once. */
export const f64x2 = {
  load: vectorLoad(0x00, 4),
  loadIntegers: (address: Code, offset = 0): Code => [...vectorLoad(0x5d, 3)(address, offset), 0xfd, ...unsigned(0xfe)],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    0xfd,
    ...unsigned(0x0b),
    4,
    ...unsigned(offset),
  ],
  add: vector(0xf0),
  subtract: vector(0xf1),
};

/** Returns code that reads a local. */
export const get = (local: number): Code => [0x20, ...unsigned(local)];
/** Returns code that sets a local. */
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
/** Returns code that sets a local and leaves the value. */
export const tee = (local: number, value: Code): Code => [...value, 0x22, ...unsigned(local)];
/** Returns the pieces one after another. */
export const sequence = (...pieces: readonly Code[]): Code => pieces.flat();
/** Returns a block; `leave(0)` inside it jumps behind it. */
export const block = (...pieces: readonly Code[]): Code => [0x02, 0x40, ...pieces.flat(), 0x0b];
/** Returns a loop; `leave(0)` inside it starts it anew, else it ends. */
export const loop = (...pieces: readonly Code[]): Code => [0x03, 0x40, ...pieces.flat(), 0x0b];
/** Returns a conditional. */
export const when = (condition: Code, ...pieces: readonly Code[]): Code => [
  ...condition,
  0x04,
  0x40,
  ...pieces.flat(),
  0x0b,
];
/** Returns a jump out of the block (or to the start of the loop) that many levels up. */
export const leave = (level: number): Code => [0x0c, ...unsigned(level)];
/** Returns such a jump, taken where the condition is not 0. */
export const leaveIf = (level: number, condition: Code): Code => [...condition, 0x0d, ...unsigned(level)];
