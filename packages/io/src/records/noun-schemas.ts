import { createSkeleton, type Provenance, type Skeleton } from '@zoopraxis/core';
import { z } from 'zod';

const indexPair = z.tuple([z.int().min(0), z.int().min(0)]);

/** Schema of a skeleton in our JSON files; what core's constructor refuses is refused here. */
export const skeletonSchema = z
  .looseObject({
    name: z.string(),
    keypoints: z.array(z.string().min(1)).min(1),
    edges: z.array(indexPair).default([]),
    symmetries: z.array(indexPair).default([]),
    roles: z.record(z.string(), z.int().min(0)).default({}),
    oksSigma: z.object({ values: z.array(z.number().positive()), convention: z.enum(['coco', 'plain']) }).optional(),
  })
  .superRefine((value, context) => {
    try {
      createSkeleton(value as unknown as Skeleton);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  });

/** Returns the skeleton of parsed JSON data. */
export function skeletonOf(data: z.output<typeof skeletonSchema>): Skeleton {
  const { name, keypoints, edges, symmetries, roles, oksSigma } = data as unknown as Skeleton;
  return createSkeleton({ name, keypoints, edges, symmetries, roles, ...(oksSigma === undefined ? {} : { oksSigma }) });
}

/** Returns a skeleton as plain JSON data. */
export function skeletonData(skeleton: Skeleton): z.output<typeof skeletonSchema> {
  const { name, keypoints, edges, symmetries, roles, oksSigma } = skeleton;
  return JSON.parse(JSON.stringify({ name, keypoints, edges, symmetries, roles, oksSigma }));
}

/** Schema of a provenance record in our JSON files. */
export const provenanceSchema: z.ZodType<Provenance> = z.lazy(() =>
  z.object({
    operation: z.string(),
    versions: z.record(z.string(), z.string()),
    inputs: z.array(z.object({ name: z.string(), contentHash: z.string() })),
    parameters: z.record(z.string(), z.unknown()),
    parents: z.array(provenanceSchema).optional(),
    synthetic: z.boolean().optional(),
  }),
) as z.ZodType<Provenance>;
