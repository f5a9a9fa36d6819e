/** Returns the content that carries a number: the number repeated as 32-bit words, in a length that varies with it. */
export function numberedContent(number: number): Uint8Array {
  return new Uint8Array(new Uint32Array(200_000 + (number % 7) * 20_000).fill(number).buffer);
}
