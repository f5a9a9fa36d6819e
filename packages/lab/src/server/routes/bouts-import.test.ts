import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecording, createVideo } from '@zoopraxis/core';
import { createProjectFolder } from '@zoopraxis/io/node';
import { afterAll, expect, test } from 'vitest';
import { createServerContext } from '../server-context.js';
import { boutRoutes } from './bouts.js';
import { boutImportRoutes } from './bouts-import.js';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

const table = (rows: readonly string[]) =>
  Buffer.from(`recording,subject,behavior,start,end\n${rows.join('\n')}\n`).toString('base64');

test('a file is one step of undo, takes the place of what it brought before, and never that of a model', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-import-'));
  made.push(folder);
  const path = join(folder, 'project');
  const skeleton = { name: 'mouse', keypoints: ['nose', 'tail'], edges: [], symmetries: [], roles: {} };
  const project = await createProjectFolder(path, { name: 'p', skeletons: [skeleton] });
  await project.addVideo(
    createVideo({
      ...{ id: 'v', source: 'videos/v.mp4', view: 'top', widthPx: 8, heightPx: 8, frameCount: 300, fps: 20 },
      contentHash: 'sha256:0',
    }),
  );
  await project.updateRecordings(() =>
    ['r1', 'r2'].map((id) => createRecording({ id, videos: id === 'r1' ? ['v'] : [], tracks: [] })),
  );
  const context = createServerContext({ folder: path, project, annotator: 'ada' });
  const [routes, bouts] = [boutImportRoutes(context), boutRoutes(context)];
  const post = (url: string, body: unknown, app = routes) =>
    app.request(url, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const body = {
    fileName: '../../bouts.csv',
    set: 'in',
    recording: 'r1',
    annotator: 'ada',
    subject: 'm1',
    target: 'm2',
  };
  const shown = async (recording: string) => {
    const answer = await bouts.request(`/api/bouts?set=in&recording=${recording}`);
    if (!answer.ok) return answer.status;
    const streams = (await answer.json()) as { subject: string; target?: string; bouts: { behavior: string }[] }[];
    return streams.map(({ subject, target, bouts: list }) => [subject, target, list.map(({ behavior }) => behavior)]);
  };

  // A file of one session is of the one that is open, whatever it calls it.
  const first = await post('/api/bouts-import', { ...body, base64: table(['x,m1,attack,1,2', 'x,m1,mount,3,4']) });
  expect(await first.json()).toMatchObject({
    boutCount: 2,
    streams: [{ recording: 'r1', subject: 'm1', target: 'm2' }],
  });
  expect(await shown('r1')).toEqual([['m1', 'm2', ['attack', 'mount']]]);

  const rows = ['r1,m1,sniff,1,2', 'r2,m3,attack,5,6', 'r9,m1,attack,5,6'];
  const second = (await (await post('/api/bouts-import', { ...body, base64: table(rows) })).json()) as {
    notes: string[];
  };
  expect(second.notes.join()).toMatch(/Left out: r9/);
  expect(await shown('r1')).toEqual([['m1', 'm2', ['sniff']]]);
  expect(await shown('r2')).toEqual([['m3', undefined, ['attack']]]);
  // Who imported takes it back, whoever scored.
  await post('/api/bouts-import', { ...body, annotator: 'bob', by: 'ada', base64: table(['r1,m1,rear,1,2']) });
  expect((await shown('r1')) as unknown[]).toHaveLength(2);
  for (let i = 0; i < 2; i++) await post('/api/bouts-undo', { annotator: 'ada', direction: 'undo' }, bouts);
  expect(await shown('r1')).toEqual([['m1', 'm2', ['attack', 'mount']]]);
  expect(await shown('r2')).toEqual([]);

  // A rate that is known makes no frames of seconds; a header or the user does.
  const starts = async () => {
    const streams = (await (await bouts.request('/api/bouts?set=in&recording=r1')).json()) as {
      bouts: { startSec: number }[];
    }[];
    return streams[0]?.bouts[0]?.startSec;
  };
  expect(await starts()).toBe(1);
  await post('/api/bouts-import', { ...body, timesAre: 'frames', base64: table(['r1,m1,sniff,10,20']) });
  expect(await starts()).toBe(0.5);
  const header = Buffer.from('behavior,start_frame,end_frame\nsniff,20,30\n').toString('base64');
  await post('/api/bouts-import', { ...body, base64: header });
  expect(await starts()).toBe(1);
  const caltech = [
    'Caltech Behavior Annotator - Annotation File',
    '',
    'Configuration file:',
    'base b',
    'sniff s',
    '',
    'S1: start  end  type',
    '----',
    '1 10 base',
    '11 40 sniff',
    '41 300 base',
    '',
  ];
  const taken = await post('/api/bouts-import', {
    ...body,
    base64: Buffer.from(caltech.join('\n')).toString('base64'),
  });
  expect(await taken.json()).toMatchObject({ format: 'caltech', boutCount: 1 });
  const all = (await (await bouts.request('/api/bouts?set=in&recording=r1')).json()) as {
    bouts: { startSec: number; endSec: number }[];
  }[];
  expect(all.flatMap((stream) => stream.bouts).some((b) => b.startSec === 0.5 && b.endSec === 2)).toBe(true);

  const own = Buffer.from(caltech.join('\n').replaceAll('base', 'other')).toString('base64');
  const again = await post('/api/bouts-import', { ...body, base64: own });
  expect(await again.json()).toMatchObject({ format: 'caltech', boutCount: 1 });

  const none = await post('/api/bouts-import', { ...body, base64: table(['r8,m1,a,1,2', 'r9,m1,a,5,6']) });
  expect([none.status, ((await none.json()) as { message: string }).message]).toEqual([
    422,
    '../../bouts.csv has 2 recordings, and none of them is in the project',
  ]);
  const bad = await post('/api/bouts-import', { ...body, base64: Buffer.from('no bouts here').toString('base64') });
  expect(bad.status).toBe(422);
  expect((await post('/api/bouts-import', { ...body, base64: '###' })).status).toBe(400);

  // More than an engine takes as arguments of one call.
  const long = Array.from({ length: 130_000 }, (_, i) => `r2,m9,sniff,${i},${i + 0.5}`);
  const counted = await post('/api/bouts-import', { ...body, recording: 'r2', base64: table(long) });
  expect(await counted.json()).toMatchObject({ boutCount: 130_000 });
  await context.close();
}, 60_000);
