import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IntegrityError, MemoryStore, sha256, UnavailableError } from '@zoopraxis/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadOptions, downloadWeights } from './download.js';
import type { TransferProgress } from './transfer.js';

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const hash = sha256(content);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers in turn, the last one again and again; keeps the requests. */
let answers: Answer[];
let requests: IncomingMessage[];
let server: Server;
let url: string;
let store: MemoryStore;

beforeEach(async () => {
  requests = [];
  store = new MemoryStore();
  server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/net.pth`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const whole: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': content.length, etag: '"v1"' }).end(content);
};

/** Sends the first bytes of an answer that promises all, then cuts the connection. */
const broken =
  (byteCount: number, etag = '"v1"'): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': content.length, etag });
    response.write(content.subarray(0, byteCount), () => setTimeout(() => response.destroy(), 20));
  };

const rest: Answer = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN);
  response.writeHead(206, { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}`, etag: '"v1"' });
  response.end(content.subarray(start));
};

const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code).end();
  };

const get = (
  options: Partial<DownloadOptions> = {},
  entry: { sha256?: string; sha256Prefix?: string } = { sha256: hash },
) => downloadWeights({ url, ...entry }, { store, retryPauseSec: 0.001, ...options });

async function failure<T extends Error>(kind: new (...args: never[]) => T, promise: Promise<unknown>): Promise<T> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(kind);
  return error as T;
}

const names = () => store.list();

describe('downloadWeights', () => {
  it('downloads, checks and keeps a file, then takes it from the cache', async () => {
    answers = [whole];
    const seen: TransferProgress[] = [];
    const first = await get({ onProgress: (progress) => seen.push(progress) });
    expect(first.bytes).toEqual(content);
    expect(first).toMatchObject({ file: 'net.pth', sha256: hash, checkedAgainst: 'hash', isFromCache: false });
    expect(seen.at(-1)).toMatchObject({ byteCount: content.length, totalByteCount: content.length, remainingSec: 0 });
    expect(seen.at(-1)?.bytesPerSec).toBeGreaterThan(0);
    expect(await names()).toEqual(['net.pth']);
    const second = await get({ offline: true });
    expect(second.bytes).toEqual(content);
    expect(second.isFromCache).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('goes on after a broken connection', async () => {
    answers = [broken(100_000), rest];
    const result = await get();
    expect(result.bytes).toEqual(content);
    expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(requests[1]?.headers['if-range']).toBe('"v1"');
    expect(await names()).toEqual(['net.pth']);
  });

  it('goes on in a later call', async () => {
    answers = [broken(100_000)];
    await failure(UnavailableError, get({ retryCount: 0 }));
    expect(await names()).toEqual(['net.pth.part', 'net.pth.part.json']);
    const kept = (await store.read('net.pth.part'))?.length;
    answers = [rest];
    const seen: TransferProgress[] = [];
    await get({ onProgress: (progress) => seen.push(progress) });
    expect(requests.at(-1)?.headers.range).toBe(`bytes=${kept}-`);
    expect(seen[0]?.byteCount).toBeGreaterThan(kept ?? 0);
  });

  it('begins anew where the server ignores Range', async () => {
    answers = [broken(100_000), whole];
    expect((await get()).bytes).toEqual(content);
    expect(requests[1]?.headers.range).toBeDefined();
  });

  it('begins anew where the file changed on the server', async () => {
    const changed: Answer = (_, response) => {
      response
        .writeHead(206, { 'content-range': `bytes 100000-299999/300000`, etag: '"v2"' })
        .end(content.subarray(100_000));
    };
    answers = [broken(100_000), changed, whole];
    expect((await get()).bytes).toEqual(content);
    expect(requests[2]?.headers.range).toBeUndefined();
  });

  it('begins anew where the server gives another range or none', async () => {
    const wrong: Answer = (_, response) => response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('12345');
    answers = [broken(100_000), wrong, broken(100_000), status(416), whole];
    expect((await get()).bytes).toEqual(content);
    expect(requests).toHaveLength(5);
  });

  it('does not go on without a validator and without a hash to check the whole', async () => {
    const unmarked: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    };
    answers = [unmarked, whole];
    await get({}, {});
    expect(requests[1]?.headers.range).toBeUndefined();
  });

  it('does not go on with what belongs to another address', async () => {
    await store.write('net.pth.part', content.subarray(0, 10));
    await store.write('net.pth.part.json', new TextEncoder().encode('{"url":"http://other/net.pth","resumable":true}'));
    answers = [whole];
    await get();
    expect(requests[0]?.headers.range).toBeUndefined();
  });

  it('finishes without a request where all bytes had arrived', async () => {
    await store.write('net.pth.part', content);
    const state = { url, resumable: true, totalByteCount: content.length };
    await store.write('net.pth.part.json', new TextEncoder().encode(JSON.stringify(state)));
    expect((await get()).bytes).toEqual(content);
    expect(requests).toHaveLength(0);
  });

  it('deletes what has the wrong hash', async () => {
    answers = [whole];
    const error = await failure(IntegrityError, get({}, { sha256: '0'.repeat(64) }));
    expect(error.message).toContain(hash);
    expect(await names()).toEqual([]);
    expect((await failure(IntegrityError, get({}, { sha256Prefix: '00000000' }))).message).toContain(
      'begin with 00000000',
    );
    expect(await names()).toEqual([]);
  });

  it('refuses a file that is cut short without a word', async () => {
    answers = [
      (_, response) => {
        response.writeHead(200).end(content.subarray(0, 1000));
      },
    ];
    await failure(IntegrityError, get());
    expect(await names()).toEqual([]);
  });

  it('gives up after the attempts on a server that always cuts short', async () => {
    answers = [broken(1000), status(503)];
    const error = await failure(UnavailableError, get({ retryCount: 2, storeName: 'the folder weights' }));
    expect(requests).toHaveLength(3);
    expect(error.message).toContain('503');
    expect(error.hint).toBe(`Download ${url} by other means and put it as net.pth in the folder weights.`);
  });

  it('does not ask again where the file does not exist', async () => {
    answers = [status(404)];
    expect((await failure(UnavailableError, get())).message).toContain('404');
    expect(requests).toHaveLength(1);
  });

  it('says what to do where the server cannot be reached', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const gone = downloadWeights(
      { url: `http://127.0.0.1:${port}/net.pth` },
      { store, retryCount: 1, retryPauseSec: 0 },
    );
    const error = await failure(UnavailableError, gone);
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.hint).toContain('by other means');
  });

  it('asks nothing when offline', async () => {
    answers = [whole];
    expect((await failure(UnavailableError, get({ offline: true }))).hint).toContain(url);
    expect(requests).toHaveLength(0);
  });

  it('stops on abort and keeps what arrived', async () => {
    const controller = new AbortController();
    answers = [
      (_, response) => {
        response.writeHead(200, { 'content-length': content.length, etag: '"v1"' });
        response.write(content.subarray(0, 50_000));
      },
      rest,
    ];
    const stopped = get({ signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) });
    expect((await failure(Error, stopped)).message).toBe('enough');
    expect((await store.read('net.pth.part'))?.length).toBeGreaterThan(0);
    expect((await get()).bytes).toEqual(content);
    await failure(Error, get({ signal: AbortSignal.abort() }));
  });

  it('stops on abort while it waits for the next attempt', async () => {
    const controller = new AbortController();
    answers = [
      (_, response) => {
        response.writeHead(503).end(() => setTimeout(() => controller.abort(new Error('enough')), 20));
      },
    ];
    expect((await failure(Error, get({ signal: controller.signal, retryPauseSec: 1000 }))).message).toBe('enough');
  });

  it('records the hash where none is published, says so, and compares later', async () => {
    answers = [whole];
    const first = await get({}, {});
    expect(first.checkedAgainst).toBe('nothing');
    expect(first.message).toContain(`could not be checked; its SHA-256 ${hash} was recorded`);
    expect(await names()).toEqual(['net.pth', 'net.pth.json']);
    expect((await get({}, {})).checkedAgainst).toBe('record');
    await store.write('net.pth', content.subarray(1));
    expect((await failure(IntegrityError, get({}, {}))).hint).toContain('Delete net.pth');
    await store.remove('net.pth');
    answers = [(_, response) => response.writeHead(200).end('other')];
    expect((await failure(IntegrityError, get({}, {}))).message).toContain('at the first download');
  });

  it('checks the published digits of a hash and records the whole', async () => {
    answers = [whole];
    const first = await get({}, { sha256Prefix: hash.slice(0, 8) });
    expect(first.checkedAgainst).toBe('prefix');
    expect(first.message).toContain(`begins with the published ${hash.slice(0, 8)}`);
    expect((await get({}, { sha256Prefix: hash.slice(0, 8) })).checkedAgainst).toBe('record');
  });

  it('takes a file that a person put into the cache', async () => {
    await store.write('net.pth', content);
    const result = await get({ offline: true }, { sha256Prefix: hash.slice(0, 8) });
    expect(result).toMatchObject({ isFromCache: true, checkedAgainst: 'prefix' });
    expect(await names()).toContain('net.pth.json');
  });

  it('refuses a damaged record, an endless file and an address without a file name', async () => {
    answers = [whole];
    expect((await failure(IntegrityError, get({ maxByteCount: 1000 }))).message).toContain('more than 1000 bytes');
    expect(await names()).toEqual([]);
    await store.write('net.pth.json', new TextEncoder().encode('{"sha256":"abc"}'));
    expect((await failure(IntegrityError, get())).hint).toContain('Delete net.pth.json');
    for (const bad of ['http://host/', 'http://host/..%2Fx', 'file:///etc/net.pth']) {
      await failure(RangeError, downloadWeights({ url: bad }, { store }));
    }
  });
});
