import { DomainError, FormatError, IntegrityError, StorageError, UnavailableError } from '@zoopraxis/core';

/** An error as it crosses from a thread to another. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly hint?: string;
  /** Parts of a FormatError. */
  readonly problem?: { format: string; path?: string; where: string; expected: string; found: string };
}

/** Returns an error as plain data. */
export function describeError(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  const hint = error instanceof DomainError && error.hint !== undefined ? { hint: error.hint } : {};
  if (!(error instanceof FormatError)) return { name, message, ...hint };
  const { format, path, where, expected, found } = error;
  return {
    name,
    message,
    ...hint,
    problem: { format, where, expected, found, ...(path === undefined ? {} : { path }) },
  };
}

/** Returns the error that {@link describeError} described, of its class. */
export function restoreError({ name, message, hint, problem }: ErrorData): Error {
  const options = hint === undefined ? {} : { hint };
  if (problem !== undefined) return new FormatError({ ...problem, ...options });
  if (name === 'StorageError') return new StorageError(message, options);
  if (name === 'UnavailableError') return new UnavailableError(message, options);
  if (name === 'IntegrityError') return new IntegrityError(message, options);
  if (name === 'AbortError') return new DOMException(message, 'AbortError');
  if (name === 'RangeError') return new RangeError(message);
  if (name === 'TypeError') return new TypeError(message);
  return new Error(message);
}
