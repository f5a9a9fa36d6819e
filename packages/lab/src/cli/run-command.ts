import { describeError } from '../jobs/report-error.js';
import type { Operation } from '../operations/operation.js';
import { createProgressView, type ProgressTarget } from '../progress/progress-view.js';
import { exitCodes } from './exit-codes.js';
import { usageProblems } from './options.js';
import { plainData, plainText } from './plain-text.js';
import { buildProgram, type Invocation, isHelpShown, isUsageError } from './program.js';

/** What a run of the command line writes to and listens to. */
export interface Terminal {
  out(text: string): void;
  /** Standard error: progress, messages. */
  readonly progress: ProgressTarget;
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Returns the exit code of a command line, given without the program's own name, after running it. */
export async function runCommand(
  words: readonly string[],
  operations: readonly Operation[],
  { terminal, version }: { terminal: Terminal; version: string },
): Promise<number> {
  let code: number = exitCodes.ok;
  const wantsJson = words.includes('--json');
  const err = (text: string) => terminal.progress.write(text);
  const output = { out: terminal.out, err };
  const take = async (asked: Invocation) => {
    code = await invoke(asked, terminal);
  };
  const program = buildProgram(operations, take, { version, output });
  if (words.length === 0) {
    program.outputHelp();
    return exitCodes.ok;
  }
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (isHelpShown(error)) return exitCodes.ok;
    if (!isUsageError(error)) throw error;
    if (wantsJson) printJson(terminal, { error: { code: 'usage', message: (error as Error).message } });
    return exitCodes.usage;
  }
  return code;
}

function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

async function invoke({ operation, fields, input, json, debug }: Invocation, terminal: Terminal): Promise<number> {
  const command = `zoopraxis ${operation.name}`;
  const say = (text: string) => terminal.progress.write(`${plainText(text)}\n`);
  const parsed = await operation.input.safeParseAsync(input);
  if (!parsed.success) {
    const problems = usageProblems(parsed.error, fields);
    for (const problem of problems) say(`${command}: ${problem}`);
    say(`(${command} --help tells more)`);
    if (json) printJson(terminal, { error: { code: 'usage', message: problems.join('; ') } });
    return exitCodes.usage;
  }
  const view = createProgressView(terminal.progress);
  try {
    const raw = await operation.run(parsed.data, {
      signal: terminal.signal,
      progress: (event) => view.show(plainData(event)),
    });
    const result = operation.output.parse(raw);
    view.close();
    const failures = operation.failures?.(result) ?? [];
    if (json) printJson(terminal, result);
    else terminal.out(`${plainText(operation.text(result))}\n`);
    for (const failure of failures) say(failure);
    return failures.length > 0 ? exitCodes.partial : exitCodes.ok;
  } catch (error) {
    view.close();
    if (terminal.signal.aborted) {
      say(`${command}: stopped.${operation.resume === undefined ? '' : ` ${operation.resume}`}`);
      if (debug && error instanceof Error) say(error.stack ?? error.message);
      if (json) printJson(terminal, { error: { code: 'interrupted', message: 'stopped' } });
      return exitCodes.interrupted;
    }
    const { text, data } = describeError(error, { command, debug });
    say(text);
    if (json) printJson(terminal, { error: data });
    return exitCodes.failed;
  }
}
