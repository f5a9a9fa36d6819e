import { createSkeleton } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { edgesAmong, namesIn, namesProblem, skeletonTemplates } from './skeleton-templates.js';

test('each template is a skeleton whose sides and ends are known by their names', () => {
  for (const { keypoints, edges } of skeletonTemplates) {
    const { symmetries, roles } = createSkeleton({ name: 's', keypoints, edges: edgesAmong(keypoints, edges) });
    expect(edgesAmong(keypoints, edges)).toHaveLength(edges.length);
    expect(symmetries.length).toBe(keypoints.filter((name) => name.startsWith('left')).length);
    expect(roles).toMatchObject({ nose: 0, tailBase: keypoints.indexOf('tail_base') });
  }
});

test('names stand on lines or between commas, each once', () => {
  expect(namesIn(' nose \n\nleft ear, right ear;')).toEqual(['nose', 'left ear', 'right ear']);
  expect(namesProblem(['a', 'b', 'a'])).toBe('a is there twice.');
  expect(namesProblem([])).toMatch(/at least one/);
  expect(namesProblem(['a'])).toBeNull();
  expect(
    edgesAmong(
      ['a', 'b'],
      [
        ['b', 'a'],
        ['a', 'c'],
      ],
    ),
  ).toEqual([[1, 0]]);
});
