/**
 * Returns data with NaN in place of every number that is not known: null, as JSON writes NaN, and infinite ones. Parts
 * that hold none are those of the input, not copies.
 */
export function knownData<Data>(data: Data): Data {
  return known(data) as Data;
}

function known(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  if (value === null) return Number.NaN;
  if (typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value))
    return value instanceof Float32Array || value instanceof Float64Array ? floats(value) : value;
  if (Array.isArray(value)) {
    // A list of records may have holes; those of numbers are missing numbers.
    const ofRecords = value.some((item) => typeof item === 'object' && item !== null);
    return changed(
      value,
      value.map((item) => (item === null && ofRecords ? null : known(item))),
    );
  }
  const entries = Object.entries(value);
  const kept = entries.map(([, item]) => known(item));
  return entries.every(([, item], i) => Object.is(item, kept[i]))
    ? value
    : Object.fromEntries(entries.map(([key], i) => [key, kept[i]]));
}

function changed(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return before.every((item, i) => Object.is(item, after[i])) ? before : after;
}

function floats<Floats extends Float32Array | Float64Array>(values: Floats): Floats {
  const isInfinite = (value: number) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
  return values.some(isInfinite) ? (values.map((value) => (isInfinite(value) ? Number.NaN : value)) as Floats) : values;
}
