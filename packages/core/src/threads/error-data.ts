import {
  type DomainErrorOptions,
  FormatError,
  type FormatProblem,
  IntegrityError,
  StorageError,
  UnavailableError,
} from '../errors.js';

/** An error as plain data that can be sent between threads. */
export interface ErrorData {
  name: string;
  message: string;
  hint?: string;
  /** Parts of a FormatError. */
  problem?: FormatProblem;
}

/** A class of errors that an error of its name becomes again in another thread. */
export type ErrorClass = new (message: string, options?: DomainErrorOptions) => Error;

const ownErrors: readonly ErrorClass[] = [UnavailableError, IntegrityError, StorageError];
const standardErrors: readonly ErrorClass[] = [TypeError, RangeError];

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

/**
 * Returns the error that {@link describeError} described: of the same class where that is in `errors` (a list),
 * one of ours or a common standard one, else an Error of that name.
 */
export function restoreError({ name, message, hint, problem }: ErrorData, errors: readonly ErrorClass[] = []): Error {
  const options = hint === undefined ? {} : { hint };
  if (problem !== undefined) return new FormatError({ ...problem, ...options });
  const known = [...errors, ...ownErrors].find((candidate) => candidate.name === name);
  if (known !== undefined) return new known(message, options);
  if (name === 'AbortError') return new DOMException(message, 'AbortError');
  const standard = standardErrors.find((candidate) => candidate.name === name) ?? Error;
  const error = new standard(message);
  if (error.name !== name) error.name = name;
  return error;
}
