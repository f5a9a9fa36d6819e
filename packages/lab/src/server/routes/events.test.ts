import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { JobView, StudioEvent } from '../api.js';
import { createEventHub } from '../events.js';
import { listen, makeSmallProject, visit } from '../server.test.kit.js';
import type { ServerContext } from '../server-context.js';
import { eventRoutes } from './events.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(dirname(folder), { recursive: true, force: true }))));

/** Returns the first blocks of a stream of events, each as its lines. */
async function blocks(response: Response, count: number): Promise<string[]> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  while (text.split('\n\n').length <= count) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  await reader.cancel();
  return text.split('\n\n').slice(0, count);
}

test('who connects hears the present state first, then each event with its number, and signs of life', async () => {
  const events = createEventHub();
  events.send({ kind: 'project', revision: 6 });
  const context = { events, revision: 7 } as ServerContext;
  const job = { id: 'j', state: 'running' } as JobView;
  const response = await eventRoutes(context, { jobs: () => [job], beatMs: 20 }).request('/api/events');
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  setTimeout(() => events.send({ kind: 'project', revision: 8 }), 0);
  const heard = await blocks(response, 5);
  expect(heard.slice(0, 4)).toEqual([
    'retry: 1000',
    'data: {"kind":"project","revision":7}\nid: 1',
    'data: {"kind":"job","job":{"id":"j","state":"running"}}\nid: 1',
    'data: {"kind":"project","revision":8}\nid: 2',
  ]);
  expect(heard[4]).toBe('event: alive\ndata: 1');
});

test('a listener that fails does not keep the others from hearing, and one that left hears nothing', () => {
  const events = createEventHub();
  const heard: StudioEvent[] = [];
  events.listen(() => {
    throw new Error('gone');
  });
  const leave = events.listen((event) => heard.push(event));
  events.send({ kind: 'stopping' });
  leave();
  events.send({ kind: 'stopping' });
  expect(heard).toEqual([{ kind: 'stopping' }]);
  expect(events.lastId).toBe(2);
});

test('a server that stops says so, ends the streams, and gives the project free', async () => {
  const folder = await makeSmallProject();
  folders.push(folder);
  const first = await visit(folder);
  const ear = await listen(first);
  await ear.until(({ kind }) => kind === 'project');
  await expect(visit(folder)).rejects.toThrow(/process \d+ on this computer has been writing to the project/);
  await first.studio.close();
  await ear.ended;
  expect(ear.heard.at(-1)).toEqual({ kind: 'stopping' });
  const second = await visit(folder);
  expect((await second.fetch('/api/jobs')).status).toBe(200);
  await second.studio.close();
  await second.studio.close();
});
