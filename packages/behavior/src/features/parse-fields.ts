import { FormatError } from '@zoopraxis/core';

/** Reads fields of plain data that came from a file or a user, and says what is wrong with the first that is. */
export interface FieldReader {
  /** Returns the value of a field, undefined where it is not there. */
  optional<T>(name: string, expected: string, accept: (value: unknown) => value is T): T | undefined;
  /** @throws FormatError for a field that nobody asked for: a misspelled one must not be passed over. */
  done(): void;
  /** Returns the error of a field. */
  problem(name: string, expected: string, found: unknown): FormatError;
}

/** Returns a reader of the fields of one object. */
export function readFields(format: string, data: unknown): FieldReader {
  const problem = (where: string, expected: string, found: unknown) =>
    new FormatError({
      format,
      where,
      expected,
      found: found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 200),
    });
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw problem('the top', 'an object of settings', data);
  }
  const fields = data as Readonly<Record<string, unknown>>;
  const asked = new Set<string>();
  return {
    problem,
    optional(name, expected, accept) {
      asked.add(name);
      const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (value === undefined) return undefined;
      if (!accept(value)) throw problem(name, expected, value);
      return value;
    },
    done() {
      const strange = Object.keys(fields).find((name) => !asked.has(name));
      if (strange !== undefined) {
        throw problem(strange, `one of the settings ${[...asked].sort().join(', ')}`, `"${strange}"`);
      }
    },
  };
}

/** Whether a value is one of some words. */
export const isOneOf =
  <T extends string>(words: readonly T[]) =>
  (value: unknown): value is T =>
    words.includes(value as T);

/** Whether a value is a list of things, not empty, none twice. */
export const isListOf =
  <T>(accept: (value: unknown) => value is T) =>
  (value: unknown): value is T[] =>
    Array.isArray(value) && value.length > 0 && value.every(accept) && new Set(value).size === value.length;

/** Whether a value is text that is not empty. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Whether a value is true or false. */
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** Whether a value is a number above 0. */
export const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value);

/** Whether a value is an object that is no list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
