/**
 * Returns JSON text that is the same for equal plain data, whatever the order of keys; members that are undefined are
 * left out. Typed arrays become lists of numbers.
 *
 * @throws RangeError naming the place of a value that JSON cannot hold: NaN, infinities, functions, symbols, bigints.
 */
export function canonicalJson(value: unknown, space?: number): string {
  return JSON.stringify(ordered(value, ''), undefined, space);
}

function ordered(value: unknown, place: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, i) => ordered(item, `${place}[${i}]`));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<unknown>, (item, i) => ordered(item, `${place}[${i}]`));
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    // Object.fromEntries would drop a key named __proto__ into the prototype's setter only for literals; it is safe here.
    return Object.fromEntries(
      entries.map(([key, item]) => [key, ordered(item, place === '' ? key : `${place}.${key}`)]),
    );
  }
  throw new RangeError(`${place || 'the value'}: must be plain JSON data, got ${String(value)}`);
}
