import { mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openProjectFolder } from '@zoopraxis/io/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LabelsView, ProjectView, Saved, StudioApi } from './api.js';
import { makeSmallProject, type Visitor, visit } from './server.test.kit.js';

let folder = '';
let visitor: Visitor | undefined;
beforeEach(async () => {
  folder = await makeSmallProject();
});
afterEach(async () => {
  await visitor?.studio.close();
  visitor = undefined;
  await rm(dirname(folder), { recursive: true, force: true });
});

async function open(): Promise<{ v: Visitor; view: ProjectView }> {
  visitor = await visit(folder);
  return { v: visitor, view: await visitor.json<ProjectView>('/api/project') };
}

const label = (x: number, edit?: string) => ({
  annotator: 'ada',
  title: 'move',
  ...(edit === undefined ? {} : { edit }),
  edits: [{ frame: 3, individual: 'm', points: { nose: { x, y: 1, visibility: 'visible' } } }],
});

test('files that systems put beside ours, and names that we never give, keep no project from being opened', async () => {
  for (const name of ['tracks/._clip.parquet', 'annotations/._people.parquet', 'models/.trash/model.json']) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), 'not ours');
  }
  const { view } = await open();
  expect([view.tracks, view.annotations, view.models, view.warnings]).toEqual([[], [], [], []]);
});

test('videos that recordings name and labels whose images are gone are told, not passed over', async () => {
  const { v } = await open();
  await v.post('/api/labels/clip', label(1));
  await v.studio.close();
  await rm(join(folder, 'labeled-data'), { recursive: true });
  const path = join(folder, 'zoopraxis.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  manifest.recordings[0].videos.push('front');
  await writeFile(path, JSON.stringify(manifest));
  const { view } = await open();
  expect(view.warnings).toEqual([
    'recordings name videos that the project does not have: front (in recording clip)',
    expect.stringMatching(
      /^1 labeled image is missing; their labels are kept, bring the files back: labeled-data\/clip\//,
    ),
  ]);
  expect(view.labeledFrameCount).toBe(1);
});

test('a film that was cut off says how far it goes', async () => {
  const path = join(folder, 'videos', 'clip.mp4');
  await truncate(path, Math.floor((await readFile(path)).length / 2));
  const { v, view } = await open();
  expect(view.videos[0]?.isThere).toBe(true);
  const detail = await v.fetch('/api/videos/clip');
  const last = await v.fetch('/api/videos/clip/frames/39');
  const problem = (await last.json()) as { message: string; hint: string };
  if (detail.status === 200) {
    const { frameCount } = (await detail.json()) as { frameCount: number };
    expect([last.status, problem.message]).toEqual([
      404,
      `the film of clip has ${frameCount} frames and the project counts 40, there is no frame 39`,
    ]);
    expect((await v.json<ProjectView>('/api/project')).warnings.join()).toMatch(/clip has \d+ frames and .* counts 40/);
  } else {
    expect([detail.status, last.status]).toEqual([422, 422]);
    expect(problem.hint).toMatch(/copy the file again/i);
  }
});

test('a damaged history locks the labels, says so, and is set aside on demand', async () => {
  const { v } = await open();
  for (const x of [1, 2, 3]) await v.post('/api/labels/clip', label(x));
  await v.studio.close();
  await rm(join(folder, 'labels', 'snapshot.json'));
  const [name = ''] = (await readdir(join(folder, 'labels'))).filter((file) => file.endsWith('.jsonl'));
  const journal = join(folder, 'labels', name);
  const bytes = await readFile(journal);
  bytes.fill(65, bytes.length - 500, bytes.length - 450);
  await writeFile(journal, bytes);
  const { v: again, view } = await open();
  expect(view.damage).toHaveLength(1);
  expect(view.damage[0]).toMatch(/^line \d+ of labels\/journal-00000001.jsonl: its checksum does not fit$/);
  const post = (body: unknown) =>
    again.fetch('/api/labels/clip', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  expect((await post(label(9))).status).toBe(422);
  const mended = await again.post<StudioApi['POST /api/repair']['response']>('/api/repair', {});
  expect(mended.project.damage).toEqual([]);
  expect(mended.copies).toHaveLength(1);
  expect((await again.json<LabelsView>('/api/labels/clip')).rows).toHaveLength(1);
  expect((await post(label(9))).status).toBe(200);
});

test('videos that were moved are found again by name and content, below the project by a path that moves with it', async () => {
  const elsewhere = join(dirname(folder), 'other disk', 'deep');
  await mkdir(elsewhere, { recursive: true });
  await mkdir(join(folder, 'films'));
  await rename(join(folder, 'videos', 'clip.mp4'), join(elsewhere, 'clip.mp4'));
  await writeFile(join(folder, 'films', 'clip.mp4'), 'another film');
  const { v, view } = await open();
  expect(view.videos[0]?.isThere).toBe(false);
  const find = (body: unknown) => v.post<StudioApi['POST /api/videos-find']['response']>('/api/videos-find', body);
  expect(await find({ folder })).toMatchObject({
    ...{ found: [], missing: ['clip'], others: [join(folder, 'films', 'clip.mp4')] },
  });
  const found = await find({ folder: dirname(folder) });
  expect(found).toMatchObject({ found: ['clip'], missing: [] });
  expect(found.project.videos[0]?.isThere).toBe(true);
  expect((await v.fetch('/api/videos/clip/frames/3')).status).toBe(200);
  await rename(join(elsewhere, 'clip.mp4'), join(folder, 'films', 'clip.mp4'));
  expect(await find({ folder: 'films' })).toMatchObject({ found: ['clip'] });
  await v.studio.close();
  const read = await openProjectFolder(folder, { mode: 'read' });
  expect(read.manifest.videos[0]?.source).toBe('films/clip.mp4');
});

test('an edit that comes again is done once, also by a server that was started anew in between', async () => {
  const { v } = await open();
  const first = await v.post<Saved>('/api/labels/clip', label(1, 'e1'));
  const second = await v.post<Saved>('/api/labels/clip', label(2, 'e2'));
  expect(await v.post<Saved>('/api/labels/clip', label(1, 'e1'))).toMatchObject({ seq: second.seq });
  await v.studio.close();
  const { v: again } = await open();
  await again.post('/api/labels-undo', { annotator: 'ada', direction: 'undo', edit: 'u1' });
  const undone = await again.post<Saved>('/api/labels-undo', { annotator: 'ada', direction: 'undo', edit: 'u1' });
  await again.post('/api/labels/clip', label(2, 'e2'));
  expect(undone.seq).toBe(second.seq + 1);
  expect(first.seq).toBe(second.seq - 1);
  expect((await again.json<LabelsView>('/api/labels/clip')).rows[0]?.points.nose?.x).toBe(1);
});

test('a project that is moved under the server takes no edit, and every one again when it is back', async () => {
  const { v } = await open();
  await v.post('/api/labels/clip', label(1));
  await rename(folder, `${folder}-moved`);
  const post = () =>
    v.fetch('/api/labels/clip', {
      method: 'POST',
      body: JSON.stringify(label(2, 'kept')),
      headers: { 'content-type': 'application/json' },
    });
  const refused = await post();
  expect(refused.status).toBe(507);
  expect(await refused.json()).toMatchObject({ message: expect.stringMatching(/was moved or removed/) });
  expect(await readdir(dirname(folder))).not.toContain('project');
  await rename(`${folder}-moved`, folder);
  expect((await post()).status).toBe(200);
});

test('exports do not leave the project by a link in it', async () => {
  const outside = join(dirname(folder), 'home');
  await mkdir(outside);
  await symlink(outside, join(folder, 'exports'));
  const { v } = await open();
  const stream = { set: 'people', recording: 'clip', subject: 'm', annotator: 'ada', channel: 'default' };
  const add = [{ id: 'a', behavior: 'rear', startSec: 0, endSec: 1 }];
  await v.post('/api/bouts', { annotator: 'ada', title: '', edits: [{ stream, remove: [], add }] });
  const ask = () =>
    v.fetch('/api/bouts-export', {
      method: 'POST',
      body: JSON.stringify({ set: 'people', format: 'csv' }),
      headers: { 'content-type': 'application/json' },
    });
  const refused = await ask();
  expect([refused.status, ((await refused.json()) as { message: string }).message]).toEqual([
    409,
    expect.stringMatching(/^the folder exports of the project is a link that leads out of it/),
  ]);
  expect(await readdir(outside)).toEqual([]);
  await rm(join(folder, 'exports'));
  expect((await ask()).status).toBe(200);
});
