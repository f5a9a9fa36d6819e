import { userInfo } from 'node:os';
import { serve } from '@hono/node-server';
import { requireFolder } from '../jobs/project-folder.js';
import { createApi } from './app.js';
import { createServerContext } from './server-context.js';

/** How the studio's server is started. */
export interface StudioOptions {
  /** 0 takes any that is free; default 0. */
  readonly port?: number;
  /** Address to listen at, default 127.0.0.1: this computer alone. */
  readonly host?: string;
  /** Takes the project from a holder that cannot be seen to have ended. */
  readonly takeOver?: boolean;
  /** Who labels and annotates unless told otherwise; default the user of this computer. */
  readonly annotator?: string;
}

/** A server that runs. */
export interface Studio {
  /** Link with its token. */
  readonly url: string;
  /** Ends requests and jobs, and closes the project. */
  close(): Promise<void>;
}

/**
 * Opens a project for writing and serves the studio for it.
 * @throws StorageError where there is no project, or another process writes to it.
 */
export async function startStudio(path: string, options: StudioOptions = {}): Promise<Studio> {
  const { port = 0, host = '127.0.0.1', takeOver = false, annotator = systemUser() } = options;
  const folder = await requireFolder(path, 'project');
  const { openProjectFolder } = await import('@zoopraxis/io/node');
  const project = await openProjectFolder(folder, { mode: 'write', takeOver });
  const context = createServerContext({ folder, project, annotator });
  const app = createApi(context);
  const { server, info } = await new Promise<{ server: ReturnType<typeof serve>; info: { port: number } }>(
    (resolve, reject) => {
      const made = serve({ fetch: app.fetch, port, hostname: host }, (bound) => resolve({ server: made, info: bound }));
      made.once('error', reject);
    },
  );
  return {
    url: `http://${host}:${info.port}/`,
    async close() {
      server.close();
      await context.close();
    },
  };
}

function systemUser(): string {
  try {
    return userInfo().username.replace(/[^\p{L}\p{N} ._-]/gu, '') || 'me';
  } catch {
    return 'me';
  }
}
