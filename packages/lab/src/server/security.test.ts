import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from './raw-request.test.kit.js';
import { createGate, isSameToken } from './security.js';
import { makeSmallProject, type Visitor, visit } from './server.test.kit.js';
import { startStudio } from './start-server.js';
import { staticFiles } from './static-files.js';

let folder = '';
let page = '';
let v: Visitor;
beforeAll(async () => {
  folder = await makeSmallProject();
  page = join(dirname(folder), 'page');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(page, 'assets', 'main-DxK3a9_q.js'), 'export {};');
  await writeFile(join(page, 'secret.key'), 'no type that a page has');
  await writeFile(join(dirname(folder), 'outside.txt'), 'outside');
  await symlink(join(dirname(folder), 'outside.txt'), join(page, 'link.txt'));
  const model = join(folder, 'models', 'm');
  await mkdir(join(model, 'run'), { recursive: true });
  await writeFile(
    join(model, 'model.json'),
    JSON.stringify({ format: 'zoopraxis-behavior', behaviors: ['attack', 'other'], background: 'other' }),
  );
  await writeFile(join(model, 'report.html'), '<!doctype html><script>document.title = "ran"</script>');
  await writeFile(join(model, '.hidden.html'), 'hidden');
  await writeFile(join(model, 'run', 'step.txt'), 'inside');
  await symlink(join(dirname(folder), 'outside.txt'), join(model, 'leads-out.txt'));
  v = await visit(folder, { page });
});
afterAll(async () => {
  await v.studio.close();
  await rm(dirname(folder), { recursive: true, force: true });
});

const host = () => `Host: 127.0.0.1:${v.port}`;

test('without its token nothing is answered: page, files, routes, events, in any method', async () => {
  const paths = [
    '/',
    '/assets/main-DxK3a9_q.js',
    '/api/project',
    '/api/videos/clip/bytes',
    '/api/events',
    '/api/jobs',
    '/no',
  ];
  for (const path of paths) {
    for (const headers of [
      {},
      { cookie: `zoopraxis-${v.port}=` },
      { cookie: `zoopraxis-${v.port}=${'A'.repeat(43)}` },
    ]) {
      const response = await fetch(v.origin + path, { headers: headers as Record<string, string>, redirect: 'manual' });
      expect(response.status, path).toBe(401);
      expect(response.headers.get('set-cookie')).toBeNull();
      await response.body?.cancel();
    }
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']) {
    const response = await fetch(`${v.origin}/api/jobs`, { method, headers: { origin: v.origin } });
    expect(response.status, method).toBe(401);
  }
});

test('the link opens the door, again and again; a wrong token does not, and is not told apart from none', async () => {
  for (let i = 0; i < 2; i++) {
    const response = await fetch(v.studio.url, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    expect(response.headers.get('set-cookie')).toMatch(
      new RegExp(`^zoopraxis-${v.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
  }
  const token = new URL(v.studio.url).searchParams.get('token') as string;
  expect(token).toMatch(/^[\w-]{43}$/);
  const last = token.at(-1) === 'A' ? 'B' : 'A';
  for (const wrong of ['', 'x', token.slice(0, -1) + last, `${token}x`, `${token}&token=x`.replace(token, 'x')]) {
    const response = await fetch(`${v.origin}/?token=${wrong}`, { redirect: 'manual' });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null]);
  }
  // The token of the link is not that of the cookie, and opens no route.
  expect(v.cookie).not.toContain(token);
  const asCookie = await fetch(`${v.origin}/api/jobs`, { headers: { cookie: `zoopraxis-${v.port}=${token}` } });
  expect(asCookie.status).toBe(401);
  expect((await fetch(`${v.origin}/api/jobs?token=${token}`)).status).toBe(401);
  // With the cookie the token is taken out of the address.
  const again = await v.fetch(`/?token=${token}`);
  expect([again.status, again.headers.get('location')]).toEqual([303, '/']);
});

test('the link in the list of processes opens the door once', async () => {
  const { openUrl, url } = v.studio;
  expect(openUrl).not.toBe(url);
  const first = await fetch(openUrl, { redirect: 'manual' });
  expect([first.status, first.headers.get('set-cookie') !== null]).toEqual([303, true]);
  const second = await fetch(openUrl, { redirect: 'manual' });
  expect([second.status, second.headers.get('set-cookie')]).toEqual([401, null]);
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
});

test('a link that is followed from another site still arrives: strict cookies are not sent along its redirect', async () => {
  const { search } = new URL(v.studio.url);
  const { status, text } = await rawRequest(v.port, [
    `GET /${search} HTTP/1.1`,
    host(),
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Mode: navigate',
    'Sec-Fetch-Dest: document',
  ]);
  expect(status).toBe(200);
  expect(text).toMatch(/^set-cookie: .*SameSite=Strict/m);
  expect(text).toContain('http-equiv="refresh" content="0; url=/"');
});

test('names that lead to this computer and are not ours are refused, with a valid cookie too', async () => {
  const cookie = `Cookie: ${v.cookie}`;
  const good = [`127.0.0.1:${v.port}`, `localhost:${v.port}`, `LOCALHOST:${v.port}`];
  for (const name of good) {
    expect((await rawRequest(v.port, ['GET /api/jobs HTTP/1.1', `Host: ${name}`, cookie])).status, name).toBe(200);
  }
  const bad = ['evil.example', `evil.example:${v.port}`, '127.0.0.1', `127.0.0.1:${v.port + 1}`];
  for (const name of [...bad, `localhost.evil:${v.port}`, `0.0.0.0:${v.port}`]) {
    expect((await rawRequest(v.port, ['GET /api/jobs HTTP/1.1', `Host: ${name}`, cookie])).status, name).toBe(421);
  }
  for (const lines of [[], [`Host: 127.0.0.1:${v.port}.evil`]]) {
    expect((await rawRequest(v.port, ['GET /api/jobs HTTP/1.1', ...lines, cookie])).status).toBe(400);
  }
});

test('requests of other pages are refused, whatever header tells of them', async () => {
  const refused: [string, Record<string, string>][] = [
    ['GET', { origin: 'http://evil.example' }],
    ['GET', { origin: 'null' }],
    ['GET', { origin: `http://127.0.0.1:${v.port + 1}` }],
    ['GET', { origin: v.origin.replace('http', 'https') }],
    ['GET', { 'sec-fetch-site': 'cross-site' }],
    ['GET', { 'sec-fetch-site': 'same-site' }],
    ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['POST', { origin: 'http://evil.example' }],
    ['POST', { origin: v.origin, 'sec-fetch-site': 'cross-site' }],
    ['POST', { 'sec-fetch-site': 'none' }],
    ['POST', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['POST', {}],
    ['DELETE', {}],
  ];
  for (const [method, headers] of refused) {
    const response = await fetch(`${v.origin}/api/jobs`, { method, headers: { cookie: v.cookie, ...headers } });
    expect(response.status, `${method} ${JSON.stringify(headers)}`).toBe(403);
    expect(await response.json()).toEqual({ message: 'requests of other pages are refused', hint: null });
  }
  for (const headers of [{ origin: v.origin }, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, {}]) {
    const all = { cookie: v.cookie, ...(headers as Record<string, string>) };
    expect((await fetch(`${v.origin}/api/jobs`, { headers: all })).status).toBe(200);
  }
  // No route says that other origins may read it.
  const answer = await v.fetch('/api/jobs');
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('every answer has the headers that keep a page in its place, refusals too', async () => {
  for (const path of ['/', '/api/jobs', '/assets/main-DxK3a9_q.js', '/none']) {
    for (const response of [await v.fetch(path), await fetch(v.origin + path)]) {
      const policy = response.headers.get('content-security-policy') as string;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*|https?:)/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  }
});

test('files of the page are served, names with a hash for ever, and nothing else of its folder or above', async () => {
  const index = await v.fetch('/');
  expect([index.status, index.headers.get('content-type'), index.headers.get('cache-control')]).toEqual([
    200,
    'text/html; charset=utf-8',
    'no-cache',
  ]);
  const again = await v.fetch('/', { headers: { 'if-none-match': index.headers.get('etag') as string } });
  expect(again.status).toBe(304);
  const script = await v.fetch('/assets/main-DxK3a9_q.js');
  expect(script.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  for (const path of ['/secret.key', '/link.txt', '/assets', '/assets/', '/index.html/', '/outside.txt']) {
    expect((await v.fetch(path)).status, path).toBe(404);
  }
});

test('a page that is built anew keeps the files that open pages still ask for, and shows nothing half-built', async () => {
  const built = join(dirname(folder), 'built');
  const build = async (hash: string) => {
    await mkdir(join(built, 'assets'), { recursive: true });
    await writeFile(join(built, 'index.html'), `<script src="./assets/main-${hash}.js"></script>`);
  };
  const app = new Hono().use(staticFiles(built));
  const ask = async (path: string) => {
    const answer = await app.request(path);
    return answer.status === 200 ? answer.text() : answer.status;
  };
  await build('aaaaaaaa');
  await writeFile(join(built, 'assets', 'main-aaaaaaaa.js'), 'first');
  expect(await ask('/')).toContain('aaaaaaaa');
  await rm(built, { recursive: true });
  expect(await ask('/')).toContain('aaaaaaaa');
  await build('bbbbbbbb');
  expect(await ask('/')).toContain('aaaaaaaa');
  await writeFile(join(built, 'assets', 'main-bbbbbbbb.js'), 'second');
  expect(await ask('/')).toContain('bbbbbbbb');
  expect([await ask('/assets/main-aaaaaaaa.js'), await ask('/assets/main-bbbbbbbb.js')]).toEqual(['first', 'second']);
  expect(await ask('/')).toContain('bbbbbbbb');
  expect(await ask('/assets/main-aaaaaaaa.js')).toBe('first');
});

/** Ways to write the path of a file two folders above, some of which some server somewhere took. */
const climbs = [
  '../../outside.txt',
  '..%2f..%2foutside.txt',
  '%2e%2e/%2e%2e/outside.txt',
  '%2e%2e%2f%2e%2e%2foutside.txt',
  '..%252f..%252foutside.txt',
  '..\\..\\outside.txt',
  '..%5c..%5coutside.txt',
  '....//....//outside.txt',
  '..%c0%af..%c0%afoutside.txt',
  '%00outside.txt',
  'report.html%00.txt',
  '/etc/passwd',
  '%2fetc%2fpasswd',
  'run%2fstep.txt',
  'leads-out.txt',
  '.hidden.html',
  'C:%5coutside.txt',
];

describe('paths in an address lead nowhere', () => {
  const starts = [
    '/',
    '/assets/',
    '/api/models/m/reports/',
    '/api/models/',
    '/api/videos/',
    '/api/jobs/',
    '/api/labels/',
  ];
  test.each(starts)('%s', async (start) => {
    for (const climb of climbs) {
      const { status, text } = await rawRequest(v.port, [
        `GET ${start}${climb} HTTP/1.1`,
        host(),
        `Cookie: ${v.cookie}`,
      ]);
      expect([400, 404], `${start}${climb}: ${text.slice(0, 200)}`).toContain(status);
      expect(text).not.toMatch(/\r\n\r\n(outside|inside|hidden)|root:/);
    }
  });
});

test('reports are listed and shown in a sandbox', async () => {
  const { reports, view } = await v.json<{ reports: string[]; view: unknown }>('/api/models/m');
  expect(reports).toEqual(['report.html']);
  expect(view).toMatchObject({ name: 'm', kind: 'behavior', classes: ['attack'] });
  const report = await v.fetch('/api/models/m/reports/report.html');
  expect(report.status).toBe(200);
  const policy = report.headers.get('content-security-policy') as string;
  expect(policy).toMatch(/^sandbox allow-scripts; default-src 'none'/);
  expect(policy).not.toContain('allow-same-origin');
  expect(policy).not.toContain('connect-src');
  // With this header browsers show no sandboxed page in a tab of its own.
  expect(report.headers.get('cross-origin-opener-policy')).toBeNull();
  expect((await v.fetch('/')).headers.get('cross-origin-opener-policy')).toBe('same-origin');
});

test('bodies that are too large are refused, told by their length or found while they come', async () => {
  const head = [
    'POST /api/jobs HTTP/1.1',
    host(),
    `Cookie: ${v.cookie}`,
    `Origin: ${v.origin}`,
    'Content-Type: application/json',
  ];
  const told = await rawRequest(v.port, [...head, `Content-Length: ${17 * 2 ** 20}`], '{');
  expect(told.status).toBe(413);
  const mebibyte = `100000\r\n${' '.repeat(2 ** 20)}\r\n`;
  const found = await rawRequest(v.port, [...head, 'Transfer-Encoding: chunked'], Array(17).fill(mebibyte));
  expect(found.status).toBe(413);
  expect(found.text).toContain('larger than 16 MiB');
});

test('what is no JSON, or of another kind, is refused with a sentence', async () => {
  const post = (body: string, type: string) =>
    v.fetch('/api/jobs', { method: 'POST', body, headers: { 'content-type': type } });
  expect((await post('{}', 'text/plain')).status).toBe(415);
  expect((await post('recipe=x', 'application/x-www-form-urlencoded')).status).toBe(415);
  expect(await (await post('{', 'application/json')).json()).toEqual({ message: 'the body is no JSON', hint: null });
  for (const body of ['[]', 'null', '{"recipe":1,"input":{}}', '{"recipe":"track","input":{},"more":1}']) {
    const response = await post(body, 'application/json');
    expect(response.status, body).toBe(400);
    expect(((await response.json()) as { message: string }).message).toMatch(/^body/);
  }
});

test('tokens are compared by content; gates of two servers differ', () => {
  expect([
    isSameToken('abc', 'abc'),
    isSameToken('abd', 'abc'),
    isSameToken(undefined, ''),
    isSameToken('', ''),
  ]).toEqual([true, false, false, true]);
  const [a, b] = [createGate({ host: '127.0.0.1', port: 1 }), createGate({ host: '127.0.0.1', port: 1 })];
  expect(new Set([a.linkToken, a.sessionToken, b.linkToken, b.sessionToken]).size).toBe(4);
  expect([...createGate({ host: '::1', port: 5 }).hosts]).toEqual(['127.0.0.1:5', 'localhost:5', '[::1]:5']);
  expect([...createGate({ host: '192.168.1.7', port: 5 }).hosts]).toEqual(['192.168.1.7:5']);
  expect(createGate({ host: '0.0.0.0', port: 5 }).hosts.has('evil.example:5')).toBe(false);
});

test('links show the recording that is asked for first; one that is not there is refused', async () => {
  const own = await makeSmallProject();
  try {
    await expect(startStudio(own, { recording: 'clap', page: null })).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('the project has no recording clap'),
      hint: 'It has clip.',
    });
    const studio = await startStudio(own, { recording: 'clip', page: null });
    const places = [studio.url, studio.openUrl].map((url) => new URL(url).hash);
    await studio.close();
    expect(places).toEqual(['#recording=clip', '#recording=clip']);
  } finally {
    await rm(dirname(own), { recursive: true, force: true });
  }
});
