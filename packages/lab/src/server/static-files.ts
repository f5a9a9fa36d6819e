import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@zoopraxis/core';
import type { MiddlewareHandler } from 'hono';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
};

/** Names that a bundler makes from the content: `main-DxK3a9_q.js`. */
const hashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

/**
 * Returns the folder of the built page.
 * @throws UnavailableError where it is not built.
 */
export async function pageFolder(): Promise<string> {
  const folder = join(dirname(fileURLToPath(import.meta.resolve('@zoopraxis/studio/package.json'))), 'dist', 'bundle');
  const isBuilt = await stat(join(folder, 'index.html')).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (isBuilt) return folder;
  throw new UnavailableError(`the page of the studio is not built: ${folder}`, {
    hint: 'In a checkout run `npm run build && npm run build:studio`; an installed Zoopraxis brings it along: install it again.',
  });
}

async function filesOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [`/${relative(folder, path).split(sep).join('/')}`, path];
      }),
  );
}

/**
 * Returns what answers with the files of a folder, `/` with its `index.html`. A request is looked up in the list of files
 * and never made into a path; the list is read anew with every visit of the page, for a new build has new names.
 */
export function staticFiles(folder: string): MiddlewareHandler {
  let files = filesOf(folder);
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next();
    if (c.req.path === '/') files = filesOf(folder);
    const name = c.req.path === '/' ? '/index.html' : c.req.path;
    const path = (await files).get(name);
    const type = types[extname(name)];
    if (path === undefined || type === undefined) return next();
    const bytes = await readFile(path);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 24)}"`;
    c.header('content-type', type);
    c.header('cache-control', hashed.test(name) ? 'private, max-age=31536000, immutable' : 'no-cache');
    c.header('etag', etag);
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    return c.body(new Uint8Array(bytes));
  };
}
