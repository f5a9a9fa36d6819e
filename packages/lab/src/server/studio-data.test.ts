import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createPoseTracks, createSkeleton } from '@zoopraxis/core';
import { openProject, readAnnotationsTable, writeFrameTable, writeTracksFile } from '@zoopraxis/io';
import { FolderStore, openProjectFolder, openVideo, readPicture, writePng } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  BoutView,
  JumpTarget,
  LabelsView,
  ProjectView,
  Saved,
  StreamView,
  StudioApi,
  TraceView,
  TracksView,
} from './api.js';
import {
  addBehavior,
  barPicture,
  listen,
  makeSmallProject,
  smallFilm,
  type Visitor,
  visit,
} from './server.test.kit.js';

type Bouts = (StreamView & { bouts: BoutView[] })[];

let folder: string;
let visitor: Visitor;
const cacheBefore = process.env.ZOOPRAXIS_CACHE;

/** Labels four images of another folder, with a point for each keypoint. */
async function addLabels(): Promise<void> {
  const project = await openProjectFolder(folder, { mode: 'write' });
  const { keypoints } = project.skeleton();
  const edits = [1, 2, 3, 4].map((frame) => ({
    image: { group: 'elsewhere', file: `img${frame}.png`, frame },
    individual: 'm',
    points: Object.fromEntries(keypoints.map((name, k) => [name, { x: 10 * frame + k, y: k }])),
  }));
  for (const { image } of edits) {
    const bytes = await writePng(barPicture(10 * image.frame, smallFilm));
    await project.addImages([{ image, bytes }]);
  }
  await project.recordLabels(edits, { annotator: 'bob' });
  await project.close();
}

beforeAll(async () => {
  folder = await makeSmallProject();
  await addBehavior(folder);
  await addLabels();
  process.env.ZOOPRAXIS_CACHE = join(dirname(folder), 'cache');
  visitor = await visit(folder);
}, 120_000);

afterAll(async () => {
  await visitor.studio.close();
  if (cacheBefore === undefined) delete process.env.ZOOPRAXIS_CACHE;
  else process.env.ZOOPRAXIS_CACHE = cacheBefore;
  await rm(dirname(folder), { recursive: true, force: true });
});

const send = (method: string, path: string, body: unknown) =>
  visitor.fetch(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const floats = async (path: string) => new Float32Array(await (await visitor.fetch(path)).arrayBuffer());

describe('the project', () => {
  test('shows videos, recordings with their tracks, and streams of bouts', async () => {
    const view = await visitor.json<ProjectView>('/api/project');
    expect(view.videos[0]).toMatchObject({ id: 'clip', frameCount: 40, isThere: true });
    expect(view.recordings.slice(0, 3).map(({ id, tracks }) => [id, tracks])).toEqual([
      ['clip', []],
      ['pair-train-01', ['pair-train-01']],
      ['pair-train-02', ['pair-train-02']],
    ]);
    expect(view.tracks[0]).toMatchObject({ recording: 'pair-train-01', individuals: ['resident', 'intruder'] });
    expect(view.annotations[0]).toMatchObject({ set: 'people', isHuman: true });
    expect(view.labeledFrameCount).toBe(4);
  });

  test('takes an ethogram, refuses one that cannot be', async () => {
    const behaviors = [{ name: 'attack', kind: 'state', key: 'a', color: '#ff0000', exclusiveWith: [] }];
    const view = (await (await send('PUT', '/api/ethogram', { behaviors })).json()) as ProjectView;
    expect(view.ethogram.behaviors).toEqual(behaviors);
    const twice = await send('PUT', '/api/ethogram', { behaviors: [...behaviors, { ...behaviors[0], name: 'b' }] });
    expect([twice.status, await twice.json()]).toMatchObject([400, { message: expect.stringMatching(/key a/) }]);
  });

  test('renames and erases a behavior with its bouts in one step, which undo takes back', async () => {
    const { annotations } = await visitor.json<ProjectView>('/api/project');
    const stream = annotations.find(({ isHuman, behaviors: [first] }) => isHuman && first !== undefined);
    const name = stream?.behaviors[0] ?? '';
    const counted = async (behavior: string) => {
      const { set = '', recording = '' } = stream ?? {};
      const streams = await visitor.json<StudioApi['GET /api/bouts']['response']>(
        `/api/bouts?${new URLSearchParams({ set, recording })}`,
      );
      return streams.flatMap(({ bouts }) => bouts).filter((bout) => bout.behavior === behavior).length;
    };
    const put = (body: object) => send('PUT', '/api/ethogram', { annotator: 'ann', ...body });
    const undo = async (direction: 'undo' | 'redo' = 'undo') =>
      (await (await send('POST', '/api/bouts-undo', { annotator: 'ann', direction })).json()) as Saved;
    const named = async () =>
      (await visitor.json<ProjectView>('/api/project')).ethogram.behaviors.map((behavior) => behavior.name);
    const plain = (of: string) => ({ name: of, kind: 'state', exclusiveWith: [] });
    const all = await counted(name);
    expect(all).toBeGreaterThan(0);
    await put({ behaviors: [plain(name)] });
    await put({ behaviors: [plain('chasing')], renamed: { [name]: 'chasing' }, title: 'rename' });
    expect([await named(), await counted('chasing'), await counted(name)]).toEqual([['chasing'], all, 0]);
    const { reversed } = await undo();
    expect(reversed?.title).toBe('rename');
    expect(reversed?.recordings).toContain(stream?.recording);
    expect([await named(), await counted('chasing'), await counted(name)]).toEqual([[name], 0, all]);
    await put({ behaviors: [], erased: [name] });
    expect([await named(), await counted(name)]).toEqual([[], 0]);
    await undo();
    expect([await named(), await counted(name)]).toEqual([[name], all]);
    expect((await undo()).reversed?.title).toBe('edit the ethogram');
    expect((await undo()).reversed).toBeNull();
    expect((await put({ behaviors: [], renamed: { a: 'b' } })).status).toBe(400);
  });

  test('takes offsets, conditions and outlines of recordings, and the scale of videos', async () => {
    const arena = { name: 'arena', space: 'image', shape: { kind: 'circle', center: [80, 60], radius: 50 } };
    const patch = { offsetsSec: { clip: 0.5 }, conditions: { day: 3 }, arena, subjects: ['m1'] };
    const view = (await (await send('PATCH', '/api/recordings/clip', patch)).json()) as ProjectView;
    expect(view.recordings[0]).toMatchObject(patch);
    const cleared = (await (await send('PATCH', '/api/recordings/clip', { arena: null })).json()) as ProjectView;
    expect(cleared.recordings[0]).toMatchObject({ arena: null, conditions: { day: 3 }, offsetsSec: { clip: 0.5 } });
    const scaled = (await (await send('PATCH', '/api/videos/clip', { pxPerCm: 7 })).json()) as ProjectView;
    expect(scaled.videos[0]?.pxPerCm).toBe(7);
    expect((await send('PATCH', '/api/recordings/none', {})).status).toBe(404);
    expect((await send('PATCH', '/api/recordings/clip', { offsetsSec: { other: 1 } })).status).toBe(400);
  });

  test('moves labels with keypoints that are renamed, and loses none', async () => {
    const { skeletons } = await visitor.json<ProjectView>('/api/project');
    const [skeleton] = skeletons;
    if (skeleton === undefined) throw new Error('no skeleton');
    const reader = () => openProject(new FolderStore(folder), { mode: 'read' });
    const before = await (await reader()).readLabels();
    const keypoints = skeleton.keypoints.map((name) => (name === 'nose' ? 'snout' : name)).reverse();
    const body = { name: skeleton.name, keypoints, edges: [], renamed: { nose: 'snout' } };
    const view = (await (await send('PUT', `/api/skeletons/${skeleton.name}`, body)).json()) as ProjectView;
    expect(view.skeletons[0]?.keypoints).toEqual(keypoints);
    const after = await (await reader()).readLabels();
    const last = keypoints.length - 1;
    expect(after.position[2 * last]).toBe(before.position[0]);
    expect(after.visibility.filter((seen) => seen > 0).length).toBe(
      before.visibility.filter((seen) => seen > 0).length,
    );
    const fewer = { name: skeleton.name, keypoints: keypoints.filter((name) => name !== 'neck') };
    const lost = await send('PUT', `/api/skeletons/${skeleton.name}`, fewer);
    expect([lost.status, await lost.json()]).toMatchObject([
      422,
      { message: expect.stringMatching(/lost: neck \(\d+\)/) },
    ]);
    const added = await send('PUT', '/api/skeletons/fly', { name: 'fly', keypoints: ['head', 'wing'] });
    expect(((await added.json()) as ProjectView).skeletons.map(({ name }) => name)).toEqual([skeleton.name, 'fly']);
    const back = { ...skeleton, renamed: { snout: 'nose' } };
    expect((await send('PUT', `/api/skeletons/${skeleton.name}`, back)).status).toBe(200);
    const again = await (await reader()).readLabels();
    expect(again.position).toEqual(before.position);
  });
});

describe('labels', () => {
  test('of a frame that is no image yet take the exact frame out of the video, and are undone and redone', async () => {
    const edit = { frame: 17, individual: 'm', points: { nose: { x: 3.5, y: 4, visibility: 'occluded' } } };
    const saved = await visitor.post<Saved>('/api/labels/clip', {
      annotator: 'ada',
      title: 'place nose',
      edits: [edit],
    });
    expect(saved).toMatchObject({ undo: 'place nose', redo: null });
    const picture = await readPicture(join(folder, 'labeled-data', 'clip', 'img0000017.png'));
    const source = await openVideo(join(folder, 'videos', 'clip.mp4'));
    try {
      expect(Buffer.compare(picture.rgb, (await source.frame(17)).rgb)).toBe(0);
    } finally {
      await source.close();
    }
    const view = await visitor.json<LabelsView>('/api/labels/clip');
    expect(view.rows.find(({ frame }) => frame === 17)).toEqual({ ...edit, annotator: 'ada' });
    const undone = await visitor.post<Saved>('/api/labels-undo', { annotator: 'ada', direction: 'undo' });
    expect(undone).toMatchObject({ undo: null, redo: 'place nose' });
    expect((await visitor.json<LabelsView>('/api/labels/clip')).rows).toEqual([]);
    await visitor.post('/api/labels-undo', { annotator: 'ada', direction: 'redo' });
    expect((await visitor.json<LabelsView>('/api/labels/clip')).rows).toHaveLength(1);
    const { version } = await visitor.json<LabelsView>('/api/labels/clip');
    const since = (before: string) => visitor.json<LabelsView>(`/api/labels/clip?since=${encodeURIComponent(before)}`);
    expect(await since(version)).toMatchObject({ changedSince: version, rows: [], images: [], removed: [] });
    await visitor.post('/api/labels-undo', { annotator: 'ada', direction: 'undo' });
    const gone = await since(version);
    expect(gone).toMatchObject({ changedSince: version, rows: [] });
    expect(gone.removed).toEqual([{ frame: 17, individual: 'm', annotator: 'ada' }]);
    await visitor.post('/api/labels-undo', { annotator: 'ada', direction: 'redo' });
    const back = await since(gone.version);
    expect(back.rows).toEqual((await visitor.json<LabelsView>('/api/labels/clip')).rows);
    // A version of another start of the server is none.
    expect(await since('00000000.x.mouse.1')).not.toHaveProperty('changedSince');
    const targets = await visitor.json<JumpTarget[]>('/api/recordings/clip/targets?kind=labeled');
    expect(targets).toMatchObject([{ frame: 17, text: 'labeled by ada' }]);
  });

  test('are refused for frames, keypoints and videos that are not there', async () => {
    const edits = (frame: number, keypoint: string) => ({
      annotator: 'ada',
      title: '',
      edits: [{ frame, individual: 'm', points: { [keypoint]: { x: 1, y: 1, visibility: 'visible' } } }],
    });
    expect((await send('POST', '/api/labels/clip', edits(40, 'nose'))).status).toBe(400);
    expect((await send('POST', '/api/labels/clip', edits(3, 'wing'))).status).toBe(400);
    expect((await send('POST', '/api/labels/nothing', edits(3, 'nose'))).status).toBe(404);
    expect((await visitor.json<LabelsView>('/api/labels/clip')).images.map(({ frame }) => frame)).toEqual([17]);
  });

  test('get frames to label by number and by method, which are a list of things to do', async () => {
    type Taken = StudioApi['POST /api/labels/:video/frames']['response'];
    const byNumber = await visitor.post<Taken>('/api/labels/clip/frames', { frames: [2, 17] });
    expect(byNumber.images.map(({ frame }) => frame)).toEqual([2, 17]);
    const chosen = await visitor.post<Taken>('/api/labels/clip/frames', { method: 'uniform', count: 3 });
    expect(chosen.images.length).toBeGreaterThan(2);
    const targets = await visitor.json<JumpTarget[]>('/api/recordings/clip/targets?kind=suggested');
    expect(targets.map(({ frame }) => frame)).toEqual(
      chosen.images.map(({ frame }) => frame).filter((frame) => frame !== 17),
    );
    expect((await send('POST', '/api/labels/clip/frames', { method: 'uncertain', count: 2 })).status).toBe(422);
  });
});

test('frames to label are those in which tracks are unsure, or jump', async () => {
  const skeleton = createSkeleton({ name: 'm', keypoints: ['nose'] });
  const confidence = new Float32Array(40).fill(0.9);
  confidence[6] = 0.1;
  confidence[33] = 0.2;
  const position = Float32Array.from({ length: 80 }, (_, i) => (i >= 50 ? 60 : 10) + (i >> 1) / 10);
  const provenance = { operation: 'test', versions: {}, inputs: [], parameters: {} };
  const common = { skeleton, individuals: ['m'], space: 'image', dimensions: 2, provenance } as const;
  const tracks = createPoseTracks({ ...common, timeBase: { frameCount: 40, fps: 30 }, position, confidence });
  await writeTracksFile(new FolderStore(folder), 'tracks/clip.parquet', tracks);
  const before = (await visitor.json<LabelsView>('/api/labels/clip')).images.map(({ frame }) => frame);
  const choose = async (method: string, count: number) => {
    const { images } = await visitor.post<LabelsView>('/api/labels/clip/frames', { method, count });
    return images.map(({ frame }) => frame);
  };
  const unsure = await choose('uncertain', 10);
  expect(unsure.length).toBeGreaterThan(before.length);
  expect(unsure.some((frame) => frame === 6 || frame === 33)).toBe(true);
  expect((await choose('outlier', 10)).length).toBeGreaterThanOrEqual(unsure.length);
});

test('labeled images whose video is not there are shown as a folder of images, frame by frame', async () => {
  const project = await visitor.json<ProjectView>('/api/project');
  expect(project.videos.find(({ id }) => id === 'elsewhere')).toMatchObject({
    frameCount: 4,
    fps: 1,
    widthPx: 160,
    isThere: true,
  });
  expect(project.recordings.find(({ id }) => id === 'elsewhere')?.videos).toEqual(['elsewhere']);
  const { rows } = await visitor.json<LabelsView>('/api/labels/elsewhere');
  expect(rows.map(({ frame, points }) => [frame, points.nose?.x])).toEqual([
    [0, 10],
    [1, 20],
    [2, 30],
    [3, 40],
  ]);
  const picture = await visitor.fetch('/api/videos/elsewhere/frames/2?format=png');
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(
    await readFile(join(folder, 'labeled-data', 'elsewhere', 'img3.png')),
  );
  const edits = [{ frame: 3, individual: 'm', points: { nose: { x: 41, y: 0, visibility: 'visible' } } }];
  await visitor.post('/api/labels/elsewhere', { annotator: 'bob', title: 'nudge', edits });
  const after = await visitor.json<LabelsView>('/api/labels/elsewhere');
  expect(after.rows.map(({ points }) => points.nose?.x)).toEqual([10, 20, 30, 41]);
  expect(after.images).toHaveLength(4);
});

describe('bouts', () => {
  const stream = { set: 'mine', recording: 'pair-train-01', subject: 'resident', annotator: 'ada', channel: 'default' };
  const edit = (remove: string[], add: unknown[]) =>
    send('POST', '/api/bouts', { annotator: 'ada', title: 'attack', edits: [{ stream, remove, add }] });
  const read = () => visitor.json<Bouts>('/api/bouts?set=mine&recording=pair-train-01');

  test('are edited, undone, told to pages, and in the file', async () => {
    const listener = await listen(visitor);
    const bout = { id: 'b1', behavior: 'attack', startSec: 1, endSec: 2.5 };
    expect(await (await edit([], [bout])).json()).toMatchObject({ undo: 'attack', redo: null });
    await listener.until((event) => event.kind === 'saved');
    listener.close();
    expect((await read())[0]?.bouts).toEqual([bout]);
    await edit(['b1'], [{ ...bout, behavior: 'mount', probability: 0.5, modifiers: ['left'] }]);
    expect((await read())[0]).toMatchObject({ isHuman: true, behaviors: ['attack', 'mount'], boutCount: 1 });
    await visitor.post('/api/bouts-undo', { annotator: 'ada', direction: 'undo' });
    expect((await read())[0]?.bouts).toEqual([bout]);
    const path = 'annotations/mine.parquet';
    await expect
      .poll(async () => (await stat(join(folder, path)).catch(() => undefined)) !== undefined, { timeout: 20_000 })
      .toBe(true);
    await expect
      .poll(
        async () =>
          (await readAnnotationsTable(new FolderStore(folder), path))?.streams[0]?.annotations.startSec.length,
        { timeout: 20_000 },
      )
      .toBe(1);
  });

  test('are read of several recordings at once', async () => {
    const query = (recordings: string) => `/api/bouts?${new URLSearchParams({ set: 'people', recordings })}`;
    const ids = ['pair-train-01', 'pair-train-02'];
    const streams = await visitor.json<Bouts>(query(JSON.stringify(ids)));
    expect([...new Set(streams.map(({ recording }) => recording))]).toEqual(ids);
    for (const wrong of ['', '{}', '[1]']) expect((await visitor.fetch(query(wrong))).status).toBe(400);
  });

  test('that cannot be are refused with words, and nothing of the edit happens', async () => {
    const good = { id: 'b7', behavior: 'attack', startSec: 5, endSec: 6 };
    expect((await edit(['b9'], [good])).status).toBe(400);
    expect((await edit([], [{ ...good, endSec: 4 }])).status).toBe(400);
    expect((await edit([], [{ ...good, startSec: 'soon' }])).status).toBe(400);
    expect((await read())[0]?.boutCount).toBe(1);
  });

  test.each([
    ['csv', 'exports/mine-csv/pair-train-01.csv', /attack/],
    ['caltech', 'exports/mine-caltech/pair-train-01.txt', /attack/],
    ['bento', 'exports/mine-bento/pair-train-01.annot', /attack/],
    ['boris', 'exports/mine-boris/pair-train-01.boris.csv', /attack/],
    ['simba', 'exports/mine-simba/pair-train-01.csv', /attack/],
    ['boris-project', 'exports/mine/pair-train-01.boris', /"code": "attack"/],
  ] as const)('are exported as %s', async (format, file, content) => {
    const { files } = await visitor.post<{ files: string[] }>('/api/bouts-export', { set: 'mine', format });
    expect(files).toEqual([file]);
    expect(await readFile(join(folder, file), 'utf8')).toMatch(content);
  });

  test('are exported in one file, of one person, and the file can be taken home', async () => {
    const body = { set: 'mine', format: 'boris-project', isTogether: true, annotator: 'ada' };
    const answer = await visitor.post<{ files: string[]; boutCount: number }>('/api/bouts-export', body);
    expect(answer).toEqual({ files: ['exports/mine-ada.boris'], boutCount: 1, notes: [] });
    const kept = await visitor.fetch('/api/exports/mine-ada.boris');
    expect(kept.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''mine-ada.boris");
    expect(await kept.text()).toBe(await readFile(join(folder, 'exports/mine-ada.boris'), 'utf8'));
    expect((await visitor.fetch('/api/exports/mine-csv/pair-train-01.csv')).status).toBe(200);
    for (const path of ['..%2Fzoopraxis.json', '%2E%2E/zoopraxis.json', 'mine-csv', 'none', '%ff', 'a/b/c']) {
      expect([path, (await visitor.fetch(`/api/exports/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await send('POST', '/api/bouts-export', { ...body, annotator: 'nobody' })).status).toBe(422);
  });
});

describe('tracks', () => {
  test('are read by window, as the file has them', async () => {
    const whole = await (await openProject(new FolderStore(folder), { mode: 'read' })).readTracks('pair-train-01');
    const points = whole.individuals.length * whole.skeleton.keypoints.length;
    const window = await floats('/api/tracks/pair-train-01/window?from=100&to=103');
    expect(window.length).toBe(3 * points * 3);
    const at = 100 * points + 5;
    expect([...window.subarray(15, 18)]).toEqual([
      whole.position[2 * at],
      whole.position[2 * at + 1],
      whole.confidence[at],
    ]);
    expect((await visitor.fetch('/api/tracks/pair-train-01/window?from=5&to=1')).status).toBe(400);
    expect((await visitor.fetch('/api/tracks/none/window?from=0&to=1')).status).toBe(404);
    expect((await visitor.fetch('/api/tracks/..%2Fx/window?from=0&to=1')).status).toBe(400);
  });

  test('are exchanged in a copy, which goes back where it is done again', async () => {
    const path = '/api/tracks/pair-train-02/exchange';
    const exchange = { first: 'resident', second: 'intruder', fromFrame: 50, toFrame: 60 };
    const before = await floats('/api/tracks/pair-train-02/window?from=49&to=51');
    const view = await visitor.post<TracksView>(path, exchange);
    expect(view).toMatchObject({ name: 'pair-train-02-edited', recording: 'pair-train-02' });
    const half = before.length / 4;
    const after = await floats('/api/tracks/pair-train-02-edited/window?from=49&to=51');
    expect(after.subarray(0, 2 * half)).toEqual(before.subarray(0, 2 * half));
    expect(after.subarray(2 * half, 3 * half)).toEqual(before.subarray(3 * half));
    expect(after.subarray(3 * half)).toEqual(before.subarray(2 * half, 3 * half));
    expect(await floats('/api/tracks/pair-train-02/window?from=49&to=51')).toEqual(before);
    const file = join(folder, 'tracks', 'pair-train-02-edited.parquet');
    await expect
      .poll(
        () =>
          stat(file).then(
            () => true,
            () => false,
          ),
        { timeout: 30_000 },
      )
      .toBe(true);
    const written = await (await openProject(new FolderStore(folder), { mode: 'read' })).readTracks(
      'pair-train-02-edited',
      { startFrame: 50, endFrame: 51 },
    );
    expect(written.position[0]).toBe(after[2 * half]);
    await visitor.post('/api/tracks/pair-train-02-edited/exchange', exchange);
    expect(await floats('/api/tracks/pair-train-02-edited/window?from=49&to=51')).toEqual(before);
    expect((await send('POST', path, { ...exchange, second: 'nobody' })).status).toBe(400);
  }, 60_000);
});

describe('traces', () => {
  test('are features of the tracks, computed once', async () => {
    const traces = await visitor.json<TraceView[]>('/api/recordings/pair-train-01/traces');
    const trace = traces.find(({ title }) => /distance between centers/.test(title));
    if (trace === undefined) throw new Error('no distance');
    expect(trace).toMatchObject({ unit: 'px', group: 'distance', frameCount: 1800 });
    const path = `/api/recordings/pair-train-01/traces/${trace.id}`;
    const values = await floats(`${path}?from=0&to=1800`);
    const { position, individuals, skeleton } = createPoseTracks(
      await (await openProject(new FolderStore(folder), { mode: 'read' })).readTracks('pair-train-01'),
    );
    expect([individuals.length, skeleton.keypoints.length]).toEqual([2, 9]);
    expect(position.length).toBe(values.length * 36);
    const known = [...values].filter((value) => !Number.isNaN(value));
    expect(Math.min(...known)).toBeGreaterThanOrEqual(0);
    const ranges = await floats(`${path}/ranges?from=0&to=1800&bins=1`);
    expect([...ranges]).toEqual([Math.min(...known), Math.max(...known)]);
    const again = await visitor.fetch(`${path}/ranges?from=0&to=1800&bins=1`);
    const etag = again.headers.get('etag') ?? '';
    expect(
      (await visitor.fetch(`${path}/ranges?from=0&to=1800&bins=1`, { headers: { 'if-none-match': etag } })).status,
    ).toBe(304);
    expect((await visitor.fetch(`${path.slice(0, -2)}xx?from=0&to=10`)).status).toBe(404);
  }, 60_000);
});

test('probabilities of a classifier are traces of their recording', async () => {
  const values = Float32Array.from({ length: 200 }, (_, i) => (i < 100 ? i / 100 : Number.NaN));
  const table = {
    kind: 'scores',
    timeBase: { frameCount: 100, fps: 15 },
    columns: [
      { name: 'attack', unit: '', definition: 'probability of attack', subject: 'resident' },
      { name: 'mount', unit: '', definition: 'probability of mount', subject: 'resident' },
    ],
    provenance: { operation: 'classify', versions: {}, inputs: [], parameters: {} },
  };
  async function* blocks() {
    yield { firstFrame: 0, frameCount: 100, values };
  }
  const store = new FolderStore(folder);
  for (const name of ['pair-train-02', 'pair-train-02.intruder', 'pair-train-020']) {
    await writeFrameTable(store, `scores/judge/${name}.scores.parquet`, table, blocks());
  }
  await send('PATCH', '/api/recordings/pair-train-02', { conditions: { day: 1 } });
  const traces = await visitor.json<TraceView[]>('/api/recordings/pair-train-02/traces');
  const own = traces.filter(({ group }) => group === 'probability of model judge');
  expect(own.map(({ title, fps, frameCount }) => [title, fps, frameCount])).toEqual(
    Array.from({ length: 2 }, () => ['attack', 'mount'].map((name) => [`resident: ${name}`, 15, 100])).flat(),
  );
  const path = `/api/recordings/pair-train-02/traces/${own[0]?.id}`;
  expect(await floats(`${path}?from=10&to=12`)).toEqual(Float32Array.of(0.1, 0.11));
  expect(await floats(`${path}/ranges?from=0&to=100&bins=2`)).toEqual(Float32Array.of(0, 0.49, 0.5, 0.99));
  const unknown = `/api/recordings/pair-train-02/traces/${own[1]?.id}/ranges?from=0&to=100&bins=1`;
  expect(await floats(unknown)).toEqual(Float32Array.of(Number.NaN, Number.NaN));
});

describe('targets', () => {
  test.each(['low confidence', 'large jump', 'identity crossing', 'disagreement', 'worst'])(
    'of kind %s are ranked',
    async (kind) => {
      const path = `/api/recordings/pair-train-01/targets?kind=${encodeURIComponent(kind)}`;
      const targets = await visitor.json<JumpTarget[]>(path);
      expect(targets.every((target, i) => i === 0 || target.score <= (targets[i - 1]?.score ?? 0))).toBe(true);
      expect(targets.every((target) => target.kind === kind)).toBe(true);
    },
    60_000,
  );

  test('are the worst frames of an evaluation', async () => {
    await visitor.post('/api/labels/clip/frames', { frames: [2, 17] });
    const model = join(folder, 'models', 'net');
    await mkdir(model, { recursive: true });
    await writeFile(join(model, 'model.json'), '{}');
    const worst = [
      {
        group: 'clip',
        file: 'img0000017.png',
        frame: 17,
        individual: 'm',
        meanErrorPx: 4,
        keypoint: 'nose',
        largestErrorPx: 9,
      },
      {
        group: 'clip',
        file: 'img0000002.png',
        frame: null,
        individual: 'm',
        meanErrorPx: null,
        keypoint: null,
        missedPoints: 9,
      },
      { group: 'elsewhere', file: 'img1.png', frame: 1, meanErrorPx: 99 },
    ];
    await writeFile(join(model, 'evaluation.json'), JSON.stringify({ worst }));
    const targets = await visitor.json<JumpTarget[]>('/api/recordings/clip/targets?kind=worst');
    expect(targets.map(({ frame, text }) => `${frame} ${text}`)).toEqual([
      '2 net: 9 points missed',
      '17 net: mean error 4.0 px, nose 9.0 px',
    ]);
  });
});
