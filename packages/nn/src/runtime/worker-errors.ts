import { FormatError, type FormatProblem, IntegrityError, StorageError, UnavailableError } from '@zoopraxis/core';

/** An error as plain data that can be sent between threads. */
export interface ErrorData {
  name: string;
  message: string;
  hint?: string;
  problem?: FormatProblem;
}

/** Returns an error as plain data; a value that is no error becomes one. */
export function describeError(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const data: ErrorData = { name: error.name, message: error.message };
  const { hint } = error as { hint?: unknown };
  if (typeof hint === 'string') data.hint = hint;
  if (error instanceof FormatError) {
    const { format, path, where, expected, found } = error;
    data.problem = { format, where, expected, found, ...(path === undefined ? {} : { path }) };
  }
  return data;
}

/** Returns the error that {@link describeError} described, of the same class where it is one of ours or a standard one. */
export function restoreError({ name, message, hint, problem }: ErrorData): Error {
  const options = hint === undefined ? {} : { hint };
  if (problem) return new FormatError({ ...problem, ...options });
  switch (name) {
    case 'UnavailableError':
      return new UnavailableError(message, options);
    case 'IntegrityError':
      return new IntegrityError(message, options);
    case 'StorageError':
      return new StorageError(message, options);
    case 'TypeError':
      return new TypeError(message);
    case 'RangeError':
      return new RangeError(message);
    case 'AbortError':
      return new DOMException(message, 'AbortError');
    default: {
      const error = new Error(message);
      error.name = name;
      return error;
    }
  }
}
