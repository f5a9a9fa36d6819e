import { expect, test } from 'vitest';
import { openByteBlocks } from './byte-blocks.js';

const file = Uint8Array.from({ length: 1000 }, (_, at) => (at * 7) % 256);

/** A server of one file; `asked` collects the ranges. */
function server({ etag = () => '"a"' }: { etag?: () => string } = {}) {
  const asked: string[] = [];
  const fetch = async (_: string, { headers }: RequestInit) => {
    const { range = '', 'if-range': condition } = headers as Record<string, string>;
    asked.push(range);
    if (condition !== undefined && condition !== etag()) return new Response(file, { status: 200 });
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) as unknown as [string, string, string];
    const end = Math.min(Number(to), file.length - 1);
    const answer = { 'content-range': `bytes ${from}-${end}/${file.length}`, etag: etag() };
    return new Response(file.slice(Number(from), end + 1), { status: 206, headers: answer });
  };
  return { asked, fetch };
}

test('bytes of any range come out, in blocks that are asked for once', async () => {
  const { asked, fetch } = server();
  const bytes = await openByteBlocks('/f', { blockBytes: 64, fetch });
  expect(bytes.sizeBytes).toBe(1000);
  for (const [start, end] of [
    [0, 1],
    [63, 65],
    [10, 900],
    [999, 1000],
    [0, 1000],
  ] as const) {
    expect([...(await bytes.read(start, end))]).toEqual([...file.slice(start, end)]);
  }
  const times = new Uint8Array(16);
  for (const range of asked) {
    const [from, to] = (/^bytes=(\d+)-(\d+)$/.exec(range) ?? []).slice(1).map(Number) as [number, number];
    for (let block = from / 64; block < (to + 1) / 64; block++) times[block] = (times[block] as number) + 1;
  }
  expect([...times]).toEqual(Array(16).fill(1));
});

test('a long stretch is asked for at once, and who reads on finds the next block on its way', async () => {
  const { asked, fetch } = server();
  const bytes = await openByteBlocks('/f', { blockBytes: 64, fetch });
  await bytes.read(100, 700);
  expect(asked).toEqual(['bytes=0-63', 'bytes=64-703']);
  await bytes.read(704, 710);
  expect(asked.slice(2)).toEqual(['bytes=704-767']);
  await bytes.read(710, 750);
  await bytes.read(750, 760);
  expect(asked.slice(3)).toEqual(['bytes=768-831']);
  await bytes.read(0, 60);
  expect(asked).toHaveLength(4);
});

test('two readers of one block ask for it once, and blocks of long ago are let go', async () => {
  const { asked, fetch } = server();
  const bytes = await openByteBlocks('/f', { blockBytes: 64, keptBytes: 128, fetch });
  await Promise.all([bytes.read(64, 70), bytes.read(70, 80)]);
  expect(asked).toHaveLength(2);
  await bytes.read(500, 501);
  await bytes.read(0, 1);
  expect(asked).toHaveLength(4);
});

test('a file that changes while it is shown is refused, never mixed', async () => {
  let tag = '"a"';
  const { fetch } = server({ etag: () => tag });
  const bytes = await openByteBlocks('/f', { blockBytes: 64, fetch });
  tag = '"b"';
  await expect(bytes.read(100, 110)).rejects.toThrow('the file was changed');
});

test('a server that is away is asked again until it is back, unless nobody waits any more', async () => {
  const { fetch } = server();
  const stop = new AbortController();
  let refusals = 0;
  const bytes = await openByteBlocks('/f', {
    blockBytes: 64,
    patienceMs: 1,
    signal: stop.signal,
    fetch: (url, request) => {
      if (refusals-- > 0) throw new TypeError('Failed to fetch');
      return fetch(url, request);
    },
  });
  refusals = 3;
  expect([...(await bytes.read(200, 203))]).toEqual([...file.slice(200, 203)]);
  stop.abort();
  refusals = 1;
  await expect(bytes.read(600, 601)).rejects.toThrow('Failed to fetch');
});

test('an answer that was cut short is refused and asked for again', async () => {
  const { fetch, asked } = server();
  let isShort = false;
  const bytes = await openByteBlocks('/f', {
    blockBytes: 64,
    fetch: async (url, request) => {
      const response = await fetch(url, request);
      if (!isShort) return response;
      return new Response((await response.arrayBuffer()).slice(0, 10), { status: 206, headers: response.headers });
    },
  });
  isShort = true;
  await expect(bytes.read(128, 130)).rejects.toThrow('cut short');
  isShort = false;
  expect([...(await bytes.read(128, 130))]).toEqual([...file.slice(128, 130)]);
  expect(asked.filter((range) => range === 'bytes=128-191')).toHaveLength(2);
});
