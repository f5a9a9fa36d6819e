import { createReadStream, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository, seen from where this file is built to. */
const root = fileURLToPath(new URL('../../../', import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Where onnxruntime-web is installed, its `dist` folder. */
function runtimeFolder(): string {
  return dirname(createRequire(join(root, 'packages/nn/package.json')).resolve('onnxruntime-web/wasm'));
}

/** Returns the import map of a page: our packages as their package.json exports them to browsers, and ONNX Runtime. */
function importMap(): Record<string, string> {
  const imports: Record<string, string> = {
    'onnxruntime-web/wasm': '/onnxruntime-web/ort.wasm.bundle.min.mjs',
    'onnxruntime-web/webgpu': '/onnxruntime-web/ort.webgpu.bundle.min.mjs',
  };
  for (const name of ['core', 'nn']) {
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    const { exports } = manifest as { exports: Record<string, { default: string }> };
    for (const [entry, { default: file }] of Object.entries(exports)) {
      // The entry for Node stays out: a page that asks for it fails.
      if (entry !== './node') imports[posix.join(`@zoopraxis/${name}`, entry)] = posix.join('/packages', name, file);
    }
  }
  return imports;
}

/** A server of blank pages that can import the built packages. */
export interface PageServer {
  /** Address of a blank page whose import map knows our packages. */
  readonly pageUrl: string;
  /** The same, without the headers that isolate it from other origins: it can have no threads. */
  readonly sharedPageUrl: string;
  close(): Promise<void>;
}

/**
 * Starts a server on loopback that serves, as they lie in the repository, what is built (`packages/<name>/dist`,
 * `build/test/browser`), the references of `test/reference`, and ONNX Runtime's files. No bundler takes part.
 */
export async function servePages(): Promise<PageServer> {
  const runtime = runtimeFolder();
  const folders: [string, string][] = [
    ['/packages/core/dist/', join(root, 'packages/core/dist')],
    ['/packages/nn/dist/', join(root, 'packages/nn/dist')],
    ['/build/test/browser/', join(root, 'build/test/browser')],
    ['/test/reference/', join(root, 'test/reference')],
    ['/onnxruntime-web/', runtime],
  ];
  const page = `<!doctype html><title>Test</title><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports: importMap() })}</script>`;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/shared.html') {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    if (pathname === '/' || pathname === '/shared.html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      return;
    }
    const [prefix, folder] = folders.find(([start]) => pathname.startsWith(start)) ?? ['', ''];
    const file = join(folder, decodeURIComponent(pathname.slice(prefix.length)));
    if (folder === '' || !file.startsWith(folder + sep)) response.writeHead(404).end();
    else sendFile(response, file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    pageUrl: `${origin}/`,
    sharedPageUrl: `${origin}/shared.html`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sendFile(response: ServerResponse, file: string): void {
  createReadStream(file)
    .on('open', () =>
      response.writeHead(200, { 'content-type': contentTypes[extname(file)] ?? 'application/octet-stream' }),
    )
    .on('error', () => (response.headersSent ? response.destroy() : response.writeHead(404).end()))
    .pipe(response);
}
