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

/** A file of the page, in memory: a new build that empties the folder takes nothing away from pages that are open. */
interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Returns the files of a folder by their path in addresses. */
async function readPage(folder: string): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = new Uint8Array(await readFile(path));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 24)}"`;
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { type, etag, bytes });
  }
  return files;
}

/** Tells whether a page is there with all files that it names; a build that is under way is not. */
function isWhole(files: ReadonlyMap<string, PageFile>): boolean {
  const index = files.get('/index.html');
  if (index === undefined) return false;
  const named = new TextDecoder().decode(index.bytes).matchAll(/(?:src|href)="\.?(\/assets\/[^"]+)"/g);
  return [...named].every(([, name]) => files.has(name as string));
}

/**
 * Returns what answers with the files of a folder, `/` with its `index.html`. A request is looked up among the files that were
 * read and never made into a path. They are read anew with every visit of the page; those of the build before stay for
 * the pages that are open.
 */
export function staticFiles(folder: string): MiddlewareHandler {
  let now: ReadonlyMap<string, PageFile> = new Map();
  let before: ReadonlyMap<string, PageFile> = new Map();
  let seen = '';
  const renew = async () => {
    // A build writes the index last, with new names in it.
    const tag = await stat(join(folder, 'index.html')).then(({ mtimeMs, size }) => `${mtimeMs} ${size}`, String);
    if (tag === seen) return;
    const read = await readPage(folder).catch(() => undefined);
    if (read === undefined || !isWhole(read)) return;
    seen = tag;
    const isOther = read.get('/index.html')?.etag !== now.get('/index.html')?.etag;
    if (isOther) before = now;
    now = read;
  };
  let reading = renew();
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next();
    if (c.req.path === '/') reading = reading.then(renew);
    await reading;
    const name = c.req.path === '/' ? '/index.html' : c.req.path;
    const file = now.get(name) ?? before.get(name);
    if (file === undefined) return next();
    c.header('content-type', file.type);
    c.header('cache-control', hashed.test(name) ? 'private, max-age=31536000, immutable' : 'no-cache');
    c.header('etag', file.etag);
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304);
    return c.body(file.bytes);
  };
}
