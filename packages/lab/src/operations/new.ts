import { basename, resolve } from 'node:path';
import { createSkeleton, StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';

/** Makes an empty project. */
export const newProject = defineOperation({
  name: 'new',
  summary: 'Make an empty project folder',
  examples: [
    'zoopraxis new openfield --keypoints nose,leftear,rightear,tailbase --edges nose-leftear,nose-rightear,nose-tailbase',
  ],
  input: z.object({
    project: positional(z.string().min(1), 'folder to make; must not hold a project yet'),
    keypoints: z.array(z.string().min(1)).min(1).describe('names of the body points, separated by commas'),
    edges: z
      .array(z.string().regex(/.-./, 'must be two keypoint names joined by a dash'))
      .default([])
      .describe('pairs of keypoints that are drawn connected, such as nose-neck,neck-tailbase'),
    name: z.string().min(1).optional().describe('name of the project, by default that of the folder'),
  }),
  output: z.object({
    project: z.string(),
    name: z.string(),
    keypoints: z.array(z.string()),
    symmetries: z.array(z.string()),
  }),
  async run({ project: path, keypoints, edges, name = basename(resolve(path)) }) {
    const { createProjectFolder } = await import('@zoopraxis/io/node');
    const skeleton = await orStorageError(() =>
      createSkeleton({ name: 'animal', keypoints, edges: edges.map((edge) => edgeOf(edge, keypoints)) }),
    );
    const project = await createProjectFolder(resolve(path), { name, skeletons: [skeleton] });
    await project.close();
    return {
      project: resolve(path),
      name,
      keypoints: [...keypoints],
      symmetries: skeleton.symmetries.map((pair) => pair.map((index) => keypoints[index]).join(' / ')),
    };
  },
  text: ({ project, keypoints, symmetries }) =>
    [
      `made ${project}`,
      `keypoints: ${keypoints.join(', ')}`,
      ...(symmetries.length === 0
        ? []
        : [`left and right (change places in mirrored pictures): ${symmetries.join(', ')}`]),
      `next: zoopraxis extract-frames ${project} <videos...>, or zoopraxis import <labels> --to ${project}`,
    ].join('\n'),
});

function edgeOf(edge: string, keypoints: readonly string[]): [number, number] {
  // Names may hold dashes themselves: every place of the dash is tried.
  for (let at = edge.indexOf('-'); at >= 0; at = edge.indexOf('-', at + 1)) {
    const pair = [keypoints.indexOf(edge.slice(0, at)), keypoints.indexOf(edge.slice(at + 1))] as [number, number];
    if (pair[0] >= 0 && pair[1] >= 0) return pair;
  }
  throw new RangeError(`edges: must join two of ${keypoints.join(', ')}, got ${edge}`);
}

/** What the user wrote is refused by constructors with RangeError, which faces would take for a fault of ours. */
async function orStorageError<Result>(make: () => Result): Promise<Result> {
  try {
    return make();
  } catch (cause) {
    throw new StorageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
