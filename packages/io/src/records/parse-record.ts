import { FormatError } from '@zoopraxis/core';
import type { z } from 'zod';

/** Names of what is read, for the error that says why it cannot be. */
export interface RecordPlace {
  /** Format name, such as `zoopraxis project`. */
  readonly format: string;
  readonly path?: string;
  /** What mends a damaged or foreign file. */
  readonly hint?: string;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** Returns a value as the short text that error messages show. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return shorten(JSON.stringify(value) ?? String(value));
  } catch {
    return shorten(String(value));
  }
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let at = data;
  for (const key of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

/**
 * Returns plain data after a schema accepted it.
 * @throws FormatError naming the first place that does not fit, what is expected there and what was found.
 */
export function parseData<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  place: RecordPlace,
): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  throw new FormatError({
    ...place,
    where: path.length === 0 ? 'the top' : path.map(String).join('.'),
    expected: issue?.message ?? 'data that fits',
    found: describeValue(valueAt(data, path)),
  });
}

/**
 * Returns the data of a JSON text after a schema accepted it.
 * @throws FormatError where it is no JSON, or does not fit.
 */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  place: RecordPlace,
): z.output<Schema> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    const found = text.trim() === '' ? 'nothing' : describeValue(text.slice(0, 40));
    throw new FormatError({ ...place, where: 'the whole file', expected: 'JSON text', found, cause });
  }
  return parseData(schema, data, place);
}

/** Returns UTF-8 bytes as text; throws FormatError where they are not UTF-8. */
export function decodeText(bytes: Uint8Array, place: RecordPlace): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError({ ...place, where: 'the whole file', expected: 'UTF-8 text', found: 'other bytes', cause });
  }
}
