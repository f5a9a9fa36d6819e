import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProjectFolder, openProjectFolder } from '@zoopraxis/io/node';
import { afterAll, expect, test } from 'vitest';
import { ruleRoutes } from './rules.js';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

const rule = {
  name: 'near',
  behavior: 'contact',
  when: { match: 'all', parts: [{ column: 'distance', high: 3 }] },
  minimumSec: 0.5,
  mergeGapSec: 0,
};
const put = (body: unknown) => ({
  method: 'PUT',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

test('rules are kept with the project, told to the pages, and read again from the disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-rules-'));
  made.push(folder);
  const path = join(folder, 'project');
  const skeleton = { name: 'mouse', keypoints: ['nose', 'tail'], edges: [], symmetries: [], roles: {} };
  const project = await createProjectFolder(path, { name: 'p', skeletons: [skeleton] });
  let changes = 0;
  const app = ruleRoutes({ project, changed: () => changes++ });
  expect(await (await app.request('/api/rules')).json()).toEqual({ rules: [], warnings: [] });
  const answer = await app.request('/api/rules', put({ rules: [rule] }));
  expect(await answer.json()).toEqual({ rules: [rule], warnings: [] });
  expect(changes).toBe(1);

  const bad = await app.request('/api/rules', put({ rules: [rule, { ...rule, name: '' }] }));
  expect([bad.status, (await bad.json()).message]).toEqual([
    400,
    'rules[1].name: expected text of 1 to 500 letters, found ""',
  ]);
  const twice = await app.request('/api/rules', put({ rules: [rule, rule] }));
  expect((await twice.json()).message).toMatch(/near is there twice/);

  // What a newer program wrote stays, and is told.
  await project.updateManifest((manifest) => ({ ...manifest, rules: [rule, { ...rule, name: 'new', learned: true }] }));
  await app.request('/api/rules', put({ rules: [{ ...rule, name: 'other' }] }));
  await project.close();
  const again = await openProjectFolder(path, { mode: 'read' });
  const view = await (await ruleRoutes({ project: again, changed: () => undefined }).request('/api/rules')).json();
  expect(view.rules.map(({ name }: { name: string }) => name)).toEqual(['other']);
  expect(view.warnings).toEqual([
    expect.stringContaining('Rule 2 of zoopraxis.json is left alone: at the rule it has "learned"'),
  ]);
  await again.close();
});
