import { Command, CommanderError, Option } from 'commander';
import type { Operation } from '../operations/operation.js';
import { exitCodeHelp } from './exit-codes.js';
import { type CommandField, commandFields, valueOfWords } from './options.js';

/** What the user asked for. */
export interface Invocation {
  readonly operation: Operation;
  readonly fields: readonly CommandField[];
  /** As given, to be checked by the operation's schema. */
  readonly input: Record<string, unknown>;
  readonly json: boolean;
  readonly debug: boolean;
}

/** Where the help and the complaints of the parser go. */
export interface ProgramOutput {
  out(text: string): void;
  err(text: string): void;
}

/**
 * Returns the command line of a table of operations; `invoke` gets what was asked for.
 * Parsing throws commander's CommanderError in place of ending the process.
 */
export function buildProgram(
  operations: readonly Operation[],
  invoke: (invocation: Invocation) => Promise<void>,
  { version, output }: { version: string; output: ProgramOutput },
): Command {
  const program = new Command('zoopraxis')
    .description('From video to behavior: body points, tracks and figures.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    // `import` and `import annotations` both have options: those behind a word belong to it.
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .addHelpText('after', `\nFirst steps:\n  zoopraxis demo\n  zoopraxis doctor\n\n${exitCodeHelp}`);
  quiet(program, output);
  const groups = new Map<string, Command>();
  for (const operation of operations) {
    const [first = '', second] = operation.name.split(' ');
    let parent = program;
    if (second !== undefined) {
      parent =
        groups.get(first) ??
        program.commands.find((command) => command.name() === first)?.enablePositionalOptions() ??
        program.command(first).description(groupSummary(operations, first)).helpCommand(false);
      quiet(parent, output);
      groups.set(first, parent);
    }
    addOperation(parent, operation, { name: second ?? first, invoke, output });
  }
  return program;
}

function addOperation(
  parent: Command,
  operation: Operation,
  { name, invoke, output }: { name: string; invoke: (invocation: Invocation) => Promise<void>; output: ProgramOutput },
): void {
  const fields = commandFields(operation.input);
  const command = parent
    .command(name)
    .summary(operation.summary)
    .description(`${operation.summary}${operation.details === undefined ? '' : `\n\n${operation.details}`}`);
  quiet(command, output);
  const bare = fields.filter((field) => field.positional);
  for (const field of bare) command.argument(field.declaration, field.description);
  for (const field of fields) if (!field.positional) command.addOption(optionOf(field));
  command
    .option('--json', 'print the result as JSON and nothing else on standard output')
    .option('--debug', 'print stacks of errors');
  const examples = operation.examples.map((example) => `  ${example}`).join('\n');
  command.addHelpText('after', `\n${examples === '' ? '' : `Examples:\n${examples}\n\n`}${exitCodeHelp}`);
  command.action(async (...given: unknown[]) => {
    const words = given.slice(0, bare.length) as (string | string[] | undefined)[];
    const options = command.opts() as Record<string, string | boolean | string[] | undefined>;
    const input: Record<string, unknown> = {};
    for (const [i, field] of bare.entries()) {
      const word = words[i];
      if (word !== undefined && !(Array.isArray(word) && word.length === 0))
        input[field.key] = valueOfWords(field, word);
    }
    for (const field of fields) {
      const word = options[field.key];
      if (!field.positional && word !== undefined) input[field.key] = valueOfWords(field, word);
    }
    await invoke({ operation, fields, input, json: options.json === true, debug: options.debug === true });
  });
}

function optionOf(field: CommandField): Option {
  const hint = [
    field.choices === undefined ? '' : `one of ${field.choices.join(', ')}`,
    field.kind === 'flag' || String(field.defaultValue ?? '') === '' ? '' : `default ${String(field.defaultValue)}`,
    field.required ? 'required' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
  const option = new Option(field.declaration, `${field.description}${hint === '' ? '' : ` (${hint})`}`);
  if (field.kind === 'list') {
    option.argParser((word: string, before: string[] | undefined) => [...(before ?? []), word]);
  }
  return option;
}

function groupSummary(operations: readonly Operation[], first: string): string {
  return operations
    .filter(({ name }) => name.startsWith(`${first} `))
    .map(({ name, summary }) => `${name.slice(first.length + 1)}: ${summary}`)
    .join('; ');
}

function quiet(command: Command, { out, err }: ProgramOutput): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(zoopraxis --help, or --help after a command, tells more)');
}

/** Tells whether an error is the parser's way of saying that help or version was printed. */
export function isHelpShown(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** Tells whether an error says that the command was written wrongly. */
export function isUsageError(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode !== 0;
}
