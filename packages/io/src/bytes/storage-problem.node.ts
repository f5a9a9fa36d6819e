import { dirname } from 'node:path';
import { DomainError, StorageError } from '@zoopraxis/core';

/** Returns the code of a file system error, such as `ENOENT`, or undefined for any other value. */
export function systemCode(cause: unknown): string | undefined {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Tells whether a file system error says that nothing has this name. */
export function isMissing(cause: unknown): boolean {
  const code = systemCode(cause);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Returns what is wrong and what mends it, for a system code met while reading or writing a path. */
function explain(code: string, verb: 'read' | 'write', path: string): { what: string; hint: string } {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return {
        what: `no permission to ${verb}`,
        hint: `Give this account the right to ${verb} in ${dirname(path)}, or choose another folder.`,
      };
    case 'EROFS':
      return { what: 'the disk is read-only', hint: 'Choose a folder on a disk that can be written.' };
    case 'ENOSPC':
      return { what: 'the disk is full', hint: `Free space on the disk of ${dirname(path)}, then try again.` };
    case 'EDQUOT':
      return { what: 'the disk quota is used up', hint: 'Delete files or ask for more quota, then try again.' };
    case 'EFBIG':
      return {
        what: 'the file is larger than this disk or account allows',
        hint: 'Raise the limit on file sizes (ulimit -f) or choose a disk without it.',
      };
    case 'ENAMETOOLONG':
      return { what: 'the name is too long for this disk', hint: 'Choose a shorter name or a folder higher up.' };
    case 'EISDIR':
      return { what: 'a folder has the name of the file', hint: 'Rename or remove the folder.' };
    case 'ENOTDIR':
    case 'EEXIST':
      return { what: 'a file has the name of a folder', hint: 'Rename or remove the file.' };
    case 'ELOOP':
      return { what: 'symbolic links lead in a circle', hint: 'Replace the link by the file itself.' };
    case 'EMFILE':
    case 'ENFILE':
      return { what: 'too many files are open', hint: 'Raise the limit on open files (ulimit -n), then try again.' };
    case 'EBUSY':
      return { what: 'another program holds the file', hint: 'Close the program that has the file open.' };
    case 'ESTALE':
    case 'EIO':
      return { what: 'the disk or network folder failed', hint: 'Check the disk and its connection, then try again.' };
    default:
      return { what: `the system refused to ${verb} (${code})`, hint: `Check ${dirname(path)}, then try again.` };
  }
}

/** Returns the StorageError for a file system error; any other error is returned as it came. */
export function storageProblem(cause: unknown, verb: 'read' | 'write', path: string): unknown {
  const code = systemCode(cause);
  if (code === undefined || cause instanceof DomainError) return cause;
  const { what, hint } = explain(code, verb, path);
  return new StorageError(`${what}: ${path}`, { hint, cause });
}
