import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readDeepLabCutProject } from '@zoopraxis/io';
import { createProjectFolder, FolderStore, openProjectFolder } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const data = resolve(process.env.ZOOPRAXIS_DATA ?? '../shared/data');
const there = await access(join(data, 'openfield')).then(
  () => true,
  () => false,
);
if (!there) console.log(`skipped: projects of real labels, for there is no folder openfield in ${data}`);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!there)('labels that DeepLabCut wrote', () => {
  test.each(['openfield', 'openfield-sessions', 'reaching'])(
    '%s: the project holds them, and the original files put over its mirror change nothing',
    async (name) => {
      const source = new FolderStore(join(data, name));
      const { labels } = await readDeepLabCutProject(source, { report: () => undefined });
      const root = join(folder, name);
      const project = await createProjectFolder(root, { name, skeletons: [labels.skeleton] });
      await project.importLabels(labels, { source: name });
      const kept = await project.readLabels();
      await project.close();
      expect(kept.image.length).toBe(labels.image.length);
      const sum = (values: Float64Array) => values.reduce((total, x) => total + (Number.isNaN(x) ? 0 : x), 0);
      expect(sum(kept.position)).toBeCloseTo(sum(labels.position), 6);

      const store = new FolderStore(root);
      const mirrored = (await store.list('labeled-data/')).filter((file) => file.includes('CollectedData_'));
      expect(mirrored.length).toBeGreaterThan(1);
      let replaced = 0;
      for (const file of mirrored) {
        const theirs = await source.read(file);
        if (theirs === undefined) continue;
        await store.write(file, theirs);
        replaced++;
      }
      expect(replaced).toBeGreaterThan(0);
      const again = await openProjectFolder(root, { mode: 'write' });
      const seen = await again.readLabels();
      expect(seen.position.join()).toBe(kept.position.join());
      expect([again.conflicts, again.warnings]).toEqual([[], []]);
      await again.close();
    },
  );
});
