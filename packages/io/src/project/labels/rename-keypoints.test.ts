import { createSkeleton, type MemoryStore } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { openProject } from '../open-project.js';
import { makeLabels, makeProject, mouse, tickingClock } from '../project.test.kit.js';

const renamed = createSkeleton({ name: 'mouse', keypoints: ['tail', 'snout', 'ear'] });

async function labeled() {
  const { project, store } = await makeProject();
  await project.importLabels(makeLabels(), { source: 'x' });
  return { project, store };
}

describe('a skeleton that is replaced', () => {
  test('takes labels to the new names of keypoints, also of two that change names', async () => {
    const { project, store } = await labeled();
    await project.replaceSkeleton('mouse', renamed, { renamed: { nose: 'snout' } });
    const read = await (await openProject(store, { mode: 'read' })).readLabels();
    expect(read.skeleton.keypoints).toEqual(['tail', 'snout', 'ear']);
    // Of the first row: tail, snout (nose) and ear.
    expect([...read.position.subarray(0, 6)]).toEqual([Number.NaN, Number.NaN, 1.5, 2, 3, 0.1]);
    expect([...read.visibility.subarray(0, 3)]).toEqual([0, 2, 1]);
    await project.replaceSkeleton('mouse', renamed, { renamed: { snout: 'ear', ear: 'snout' } });
    const { position } = await project.readLabels();
    expect([...position.subarray(0, 6)]).toEqual([Number.NaN, Number.NaN, 3, 0.1, 1.5, 2]);
  });

  test('may lose keypoints without labels, and none with them', async () => {
    const { project } = await labeled();
    const fewer = createSkeleton({ name: 'mouse', keypoints: ['nose', 'tail'] });
    await expect(project.replaceSkeleton('mouse', fewer)).rejects.toThrow(/would be lost: ear \(2\)/);
    expect(project.skeleton().keypoints).toEqual(mouse.keypoints);
    const more = createSkeleton({ name: 'mouse', keypoints: [...mouse.keypoints, 'paw'] });
    await project.replaceSkeleton('mouse', more);
    await project.replaceSkeleton('mouse', mouse);
    expect((await project.readLabels()).visibility).toEqual(makeLabels().visibility);
  });

  test('refuses names that cannot be', async () => {
    const { project } = await labeled();
    const attempt = (names: Record<string, string>) => project.replaceSkeleton('mouse', renamed, { renamed: names });
    await expect(attempt({ wing: 'snout' })).rejects.toThrow(/keypoints of mouse, got wing/);
    await expect(attempt({ nose: 'wing' })).rejects.toThrow(/nose must become a keypoint, got wing/);
    await expect(attempt({ nose: 'ear' })).rejects.toThrow(/a name of its own, got ear/);
    await expect(attempt({ nose: 'snout', tail: 'snout' })).rejects.toThrow(/a name of its own, got snout/);
  });

  test('counts the images that carry labels', async () => {
    const { project } = await labeled();
    expect(project.labeledImageCount).toBe(2);
    const image = { group: 'b', file: 'img01.png' };
    const point = { nose: { x: 1, y: 1 } };
    await project.recordLabels([{ image, individual: 'black', points: point }], { annotator: 'ann' });
    expect(project.labeledImageCount).toBe(3);
    await project.undoLabels({ annotator: 'ann' });
    expect(project.labeledImageCount).toBe(2);
    const store = project.store as MemoryStore;
    await project.close();
    expect((await openProject(store, { mode: 'read', now: tickingClock() })).labeledImageCount).toBe(2);
  });
});
