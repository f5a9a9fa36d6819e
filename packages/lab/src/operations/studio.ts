import { spawn } from 'node:child_process';
import { z } from 'zod';
import { describeError } from '../jobs/report-error.js';
import { projectField } from './fields.js';
import { defineOperation } from './operation.js';

/** Serves the page in which recordings are seen, labeled, annotated and learned from. */
export const studio = defineOperation({
  name: 'studio',
  summary: 'See, label, annotate and train in the browser',
  details: [
    'Prints a link and opens it in the browser; runs until Ctrl-C. Everything is saved as it is done.',
    'Only this computer can reach it, and only with the link, whose token is new each time.',
  ].join('\n'),
  examples: ['zoopraxis studio openfield', 'zoopraxis studio openfield --recording m3v1mp4 --port 8080 --no-open'],
  input: z.object({
    project: projectField(),
    port: z.int().min(0).max(65_535).default(0).describe('port to listen at; 0 takes any that is free'),
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('address to listen at; any other lets other computers reach your data'),
    open: z.boolean().default(true).describe('do not open the browser'),
    recording: z.string().min(1).optional().describe('recording to show first'),
    annotator: z
      .string()
      .min(1)
      .optional()
      .describe('who labels and annotates, by default the scorer of the project, else the user of this computer'),
    takeOver: z
      .boolean()
      .default(false)
      .describe('take the project from a process on another computer that has crashed'),
  }),
  output: z.object({ project: z.string(), url: z.string(), seconds: z.number() }),
  async run({ project, port, host, open, recording, annotator, takeOver }, { signal, progress }) {
    const { startStudio } = await import('../server/start-server.js');
    const started = performance.now();
    const running = await startStudio(project, {
      port,
      host,
      takeOver,
      ...(recording === undefined ? {} : { recording }),
      ...(annotator === undefined ? {} : { annotator }),
    });
    const note = (text: string) => progress({ kind: 'note', text });
    for (const warning of running.warnings) note(`warning: ${warning}`);
    if (!['127.0.0.1', 'localhost', '::1'].includes(host)) {
      note(
        `warning: other computers can reach this at ${host}. Whoever has the link sees and changes the project, and the link is sent unencrypted: use it in networks you trust.`,
      );
    }
    note(`studio: ${running.url}`);
    note('Ctrl-C ends it.');
    if (open) openBrowser(running.openUrl);
    // A server that runs all day must not end, with its pages and jobs, because one request met a fault nobody foresaw.
    const onFault = (error: unknown) => note(describeError(error, { command: 'zoopraxis studio', debug: false }).text);
    process.on('unhandledRejection', onFault);
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    try {
      await running.close();
    } finally {
      process.off('unhandledRejection', onFault);
    }
    const url = new URL(running.url);
    return { project, url: url.origin, seconds: Math.round((performance.now() - started) / 1000) };
  },
  text: ({ project, seconds }) => `studio closed after ${seconds} s: ${project}`,
});

/** Opens a link with the program that the system has for it; where there is none, the printed link serves. */
function openBrowser(url: string): void {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""', url.replaceAll('&', '^&')]
        : ['xdg-open', url];
  try {
    const child = spawn(command as string, words, { stdio: 'ignore', detached: true });
    child.once('error', () => undefined);
    child.unref();
  } catch {
    // No browser here, as on a server.
  }
}
