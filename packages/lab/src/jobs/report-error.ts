import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '@zoopraxis/core';

/** An error as a person and a program read it. */
export interface ErrorReport {
  /** Lines for the terminal. */
  readonly text: string;
  /** What `--json` prints below `error`. */
  readonly data: { readonly code: string; readonly message: string; readonly hint?: string };
}

/**
 * Returns what to say about an error: message and hint where the user can mend it; else one line and the name of a file
 * that holds the stack, to be sent with a report.
 */
export function describeError(error: unknown, { command, debug }: { command: string; debug: boolean }): ErrorReport {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error instanceof DomainError) {
    const hint = error.hint === undefined ? '' : `\n${sentence(error.hint)}`;
    return {
      text: `${command}: ${error.message}${hint}${debug ? `\n${stack}` : ''}`,
      data: { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) },
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const log = writeLog(
    `${new Date().toISOString()}\n${process.argv.slice(2).join(' ')}\n${process.version}\n${deepStack(error)}\n`,
  );
  const where = log === undefined ? '' : ` Details: ${log}`;
  return {
    text: `${command}: ${message}\nThis is a fault of Zoopraxis or something it did not expect. Please report it.${where}${debug ? `\n${stack}` : ''}`,
    data: {
      code: 'unexpected',
      message,
      ...(log === undefined ? {} : { hint: `Please report it with the file ${log}` }),
    },
  };
}

function sentence(hint: string): string {
  const text = hint.charAt(0).toUpperCase() + hint.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function deepStack(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined || depth > 8 ? '' : `\ncaused by ${deepStack(error.cause, depth + 1)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function writeLog(text: string): string | undefined {
  try {
    const path = join(mkdtempSync(join(tmpdir(), 'zoopraxis-')), 'error.log');
    writeFileSync(path, text);
    return path;
  } catch {
    // The error itself is what matters; a full or read-only disk must not hide it.
    return undefined;
  }
}
