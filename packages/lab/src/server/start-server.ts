import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { networkInterfaces, userInfo } from 'node:os';
import { serve } from '@hono/node-server';
import { StorageError, truthAnnotator } from '@zoopraxis/core';
import type { Hono } from 'hono';
import { requireProject } from '../jobs/project-folder.js';
import { createApi, createApp } from './app.js';
import { projectView } from './project/project-view.js';
import { createGate } from './security.js';
import { createServerContext } from './server-context.js';
import { pageFolder } from './static-files.js';

/** How the studio's server is started. */
export interface StudioOptions {
  /** 0, the default, takes one of the project's own, or any that is free: a browser keeps how a page looks by its port. */
  readonly port?: number;
  /** Address to listen at, default 127.0.0.1: this computer alone. */
  readonly host?: string;
  /** Takes the project from a holder that cannot be seen to have ended. */
  readonly takeOver?: boolean;
  /**
   * Who labels and annotates unless told otherwise; default the scorer of the project, whose labels are the ones that
   * DeepLabCut sees and that train with what is there, else the user of this computer.
   */
  readonly annotator?: string;
  /** Recording that the links show first. */
  readonly recording?: string;
  /** Folder of the page, or null for none; default that of the studio's package. */
  readonly page?: string | null;
}

/** A server that runs. */
export interface Studio {
  /** Link with its token. */
  readonly url: string;
  /** Link that opens the page once, within two minutes: for the command line of a browser. */
  readonly openUrl: string;
  /** What was met and mended while the project was opened, as sentences. */
  readonly warnings: readonly string[];
  /** Ends requests and jobs, and closes the project: its mirror is written, its lock given free. */
  close(): Promise<void>;
}

/**
 * Opens a project for writing and serves the studio for it.
 * @throws StorageError where there is no project or no such recording, another process writes to it, or the port is taken; UnavailableError where
 * the page is not built.
 */
export async function startStudio(path: string, options: StudioOptions = {}): Promise<Studio> {
  const { port = 0, host = '127.0.0.1', takeOver = false, page, recording } = options;
  const folder = await requireProject(path);
  const pagePath = page === undefined ? await pageFolder() : (page ?? undefined);
  const { openProjectFolder } = await import('@zoopraxis/io/node');
  const project = await openProjectFolder(folder, { mode: 'write', takeOver });
  const ids = project.manifest.recordings.map(({ id }) => id);
  if (recording !== undefined && !ids.includes(recording)) {
    await project.close();
    throw new StorageError(`the project has no recording ${recording}: ${folder}`, {
      hint:
        ids.length === 0
          ? 'It has none yet.'
          : `It has ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ' and others' : ''}.`,
    });
  }
  const scorer = project.manifest.deepLabCut?.scorer;
  const annotator = options.annotator ?? (scorer === truthAnnotator ? undefined : scorer) ?? systemUser();
  const context = createServerContext({
    folder,
    project,
    annotator,
    isAnnotatorGiven: options.annotator !== undefined,
  });
  try {
    // The gate needs the port, which is known when the server listens; until then it lets nobody in.
    let app: Hono | undefined;
    const answer: Parameters<typeof serve>[0]['fetch'] = (request, env) =>
      app?.fetch(request, env) ?? new Response(null, { status: 503 });
    const server =
      port === 0
        ? await listen(answer, { port: ownPort(folder), host }).catch(() => listen(answer, { port, host }))
        : await listen(answer, { port, host });
    const address = server.address();
    const bound = typeof address === 'object' && address !== null ? address.port : port;
    const gate = createGate({ host, port: bound });
    context.onClose(() => endServer(server));
    const api = await createApi(context);
    // Once more, for what is added last is done first: nobody changes anything while routes put away what they hold.
    context.onClose(() => endServer(server));
    app = createApp(api, { gate, page: pagePath });
    const place = recording === undefined ? '' : `#recording=${encodeURIComponent(recording)}`;
    const link = (token: string) => `http://${linkHost(host)}:${bound}/?token=${token}${place}`;
    // The page asks for this first; footers of tables are then read.
    projectView(context).catch(() => undefined);
    return {
      url: link(gate.linkToken),
      openUrl: link(gate.ticket),
      warnings: project.warnings,
      close: () => context.close(),
    };
  } catch (error) {
    await context.close().catch(() => undefined);
    throw error;
  }
}

/** Returns a port that a folder has each time, below those that systems give away. */
const ownPort = (folder: string): number =>
  20_000 + (createHash('sha256').update(folder).digest().readUInt32LE(0) % 10_000);

function listen(fetch: Parameters<typeof serve>[0]['fetch'], at: { port: number; host: string }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port: at.port, hostname: at.host, createServer }, () => resolve(server)) as Server;
    // A page that rests for a while finds its connections as it left them.
    server.keepAliveTimeout = 60_000;
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? `the port ${at.port} is taken by another program`
          : cause.code === 'EACCES'
            ? `this user may not listen at port ${at.port}`
            : `the address ${at.host} cannot be listened at (${cause.code ?? cause.message})`;
      reject(new StorageError(why, { cause, hint: 'Leave --port out to take any that is free.' }));
    });
  });
}

function endServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // Edits in hand get a moment; films have no end of their own.
    setTimeout(() => server.closeAllConnections(), 2000);
  });
}

function linkHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') {
    // All addresses of this computer: the link should work on others as well.
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
  }
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function systemUser(): string {
  try {
    return (
      userInfo()
        .username.replace(/[^\p{L}\p{N} _-]/gu, '')
        .trim() || 'me'
    );
  } catch {
    return 'me';
  }
}
