/** What the exit code of the command line means. */
export const exitCodes = {
  ok: 0,
  /** Something that the user can mend, or an unknown error: the message says which. */
  failed: 1,
  /** The command was written wrongly. */
  usage: 2,
  /** Some of the files failed, the others are done. */
  partial: 3,
  /** Stopped by Ctrl-C or a signal. */
  interrupted: 130,
} as const;

/** The same as text for `--help`. */
export const exitCodeHelp =
  'Exit codes: 0 done, 1 failed (the message says how to mend it), 2 wrong usage, 3 some files failed, 130 stopped.';
