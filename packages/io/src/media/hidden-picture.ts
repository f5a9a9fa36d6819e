/**
 * Tells whether a packet's bytes hold a picture that is never shown by itself, as VP8 and VP9 make for prediction
 * (VP8: RFC 6386, 9.1, show_frame; VP9: bitstream specification 6.2, show_frame of a frame outside a superframe).
 */
export function isHiddenPicture(codec: string, data: Uint8Array): boolean {
  const first = data[0];
  if (first === undefined) return false;
  if (codec === 'vp8') return (first & 0x10) === 0;
  if (codec !== 'vp9') return false;
  if (((data.at(-1) as number) & 0xe0) === 0xc0) return false;
  const profile = ((first >> 5) & 1) | ((first >> 3) & 2);
  const shift = profile === 3 ? 2 : 3;
  const showsExisting = (first >> shift) & 1;
  return showsExisting === 0 && ((first >> (shift - 2)) & 1) === 0;
}
