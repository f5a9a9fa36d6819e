import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecording, createVideo } from '@zoopraxis/core';
import { createProjectFolder } from '@zoopraxis/io/node';
import { afterAll, expect, test } from 'vitest';
import type { ProjectView } from '../api.js';
import { createServerContext } from '../server-context.js';
import { projectRoutes } from './project.js';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

test('a camera comes into a recording; its own recording goes where it held nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-cameras-'));
  made.push(folder);
  const path = join(folder, 'project');
  const skeleton = { name: 'mouse', keypoints: ['nose', 'tail'], edges: [], symmetries: [], roles: {} };
  const project = await createProjectFolder(path, { name: 'p', skeletons: [skeleton] });
  const ids = ['top', 'side', 'front'];
  for (const id of ids) {
    const shape = { view: 'top' as const, widthPx: 8, heightPx: 8, frameCount: 300, fps: 20 };
    await project.addVideo(createVideo({ id, source: `videos/${id}.mp4`, ...shape, contentHash: 'sha256:0' }));
  }
  await project.updateRecordings(() =>
    ids.map((id) =>
      createRecording({ id, videos: [id], tracks: [], ...(id === 'front' ? { conditions: { dose: 2 } } : {}) }),
    ),
  );
  const context = createServerContext({ folder: path, project, annotator: 'ada' });
  const routes = projectRoutes(context);
  const patch = async (body: unknown) => {
    const answer = await routes.request('/api/recordings/top', {
      method: 'PATCH',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    return { status: answer.status, view: (await answer.json()) as ProjectView };
  };
  const { view } = await patch({ videos: ['top', 'side', 'front'] });
  expect(view.recordings.map(({ id, videos }) => [id, videos])).toEqual([
    ['top', ['top', 'side', 'front']],
    ['front', ['front']],
  ]);
  expect((await patch({ offsetsSec: { side: 0.4, front: -1 } })).view.recordings[0]?.offsetsSec).toEqual({
    side: 0.4,
    front: -1,
  });
  const left = (await patch({ videos: ['top', 'front'] })).view.recordings[0];
  expect([left?.videos, left?.offsetsSec]).toEqual([['top', 'front'], { front: -1 }]);
  for (const videos of [['side', 'top'], ['top', 'top'], ['top', 'none'], []]) {
    expect([videos, (await patch({ videos })).status]).toEqual([videos, 400]);
  }
  expect((await patch({ offsetsSec: { side: 1 } })).status).toBe(400);
  await context.close();
});
