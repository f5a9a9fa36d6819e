/** Options shared by all domain errors. */
export interface DomainErrorOptions {
  /** What the user can do about it, as one sentence. */
  hint?: string;
  /** The error that led to this one. */
  cause?: unknown;
}

/** Base of every error that a user may see: faces print `message` and `hint`, never a stack. */
export abstract class DomainError extends Error {
  /** Stable machine-readable kind, one per class. */
  abstract readonly code: string;
  /** What the user can do about it, where something can be done. */
  readonly hint: string | undefined;

  constructor(message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** What was wrong in a file, and where. */
export interface FormatProblem extends DomainErrorOptions {
  /** Format name, such as `safetensors`. */
  format: string;
  /** File name or address, if the caller knows one. */
  path?: string;
  /** Place inside the file, such as `header` or `byte 120`. */
  where: string;
  expected: string;
  found: string;
}

/** A file that is not what its format demands. */
export class FormatError extends DomainError {
  readonly code = 'format';
  readonly format: string;
  readonly path: string | undefined;
  readonly where: string;
  readonly expected: string;
  readonly found: string;

  constructor(problem: FormatProblem) {
    const file = problem.path === undefined ? '' : `: ${problem.path}`;
    super(
      `not a valid ${problem.format} file at ${problem.where}: expected ${problem.expected}, found ${problem.found}${file}`,
      problem,
    );
    this.format = problem.format;
    this.path = problem.path;
    this.where = problem.where;
    this.expected = problem.expected;
    this.found = problem.found;
  }
}

/** A device, network or program that is not there; `hint` says how to get it. */
export class UnavailableError extends DomainError {
  readonly code = 'unavailable';
}

/** Bytes that arrived or lie on disk differ from what was promised (hash, length, version). */
export class IntegrityError extends DomainError {
  readonly code = 'integrity';
}

/** A folder or file that cannot be read or written: permission, full disk, a link that leads out. */
export class StorageError extends DomainError {
  readonly code = 'storage';
}
