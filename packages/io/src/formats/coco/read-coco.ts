// Pixel centers: COCO's keypoints are whole pixels counted from 0 (boxes are not), so the center of the top-left pixel
// is (0, 0), as in Zoopraxis. https://cocodataset.org/#format-data, 2. Keypoint Detection.
import {
  createLabeledFrames,
  createSkeleton,
  FormatError,
  type LabeledFrames,
  type LabeledImage,
  visibilities,
} from '@zoopraxis/core';
import { z } from 'zod';
import type { FileProblem, FileProblemCode } from '../file-problem.js';
import { readImageName } from '../image-name.js';
import { distinctNames, type PoseFile, type PoseReadOptions } from '../pose-file.js';

const format = 'COCO keypoints';
const id = z.union([z.number(), z.string()]);

const cocoSchema = z.object({
  images: z.array(z.object({ id, file_name: z.string().min(1) })),
  categories: z.array(
    z.object({
      id,
      name: z.string(),
      keypoints: z.array(z.string()).optional(),
      skeleton: z.array(z.array(z.number())).optional(),
    }),
  ),
  annotations: z.array(
    z.object({
      image_id: id,
      category_id: id,
      keypoints: z.array(z.number()).optional(),
      track_id: id.optional(),
      instance_id: id.optional(),
    }),
  ),
  tracks: z.array(z.object({ id, name: z.string().optional() })).optional(),
});

/** A COCO document, as far as keypoints need it. */
type Coco = z.infer<typeof cocoSchema>;

function parseCoco(bytes: Uint8Array, path: string | undefined): Coco {
  const fail = (where: string, expected: string, found: string, cause?: unknown): never => {
    const hint = 'Export the labels again as COCO keypoints (images, annotations, categories).';
    throw new FormatError({ format, ...(path === undefined ? {} : { path }), where, expected, found, hint, cause });
  };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    return fail('the file', 'JSON', cause instanceof Error ? cause.message : 'other text', cause);
  }
  const result = cocoSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return fail(issue?.path.join('.') || 'the file', 'the fields of COCO keypoints', issue?.message ?? 'others');
}

/**
 * Returns the labels of a COCO keypoint file, one entry for each category that has keypoints. An animal is its
 * `track_id` or `instance_id`, or without one its place among the annotations of the image (`instance1`, ...). The
 * group of an image is the folder in its `file_name`. Flag 1 is occluded, 0 absent.
 * @throws FormatError for text that is not such JSON.
 */
export async function readCoco(bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile> {
  const coco = parseCoco(bytes, options.path);
  const tell = (severity: FileProblem['severity'], code: FileProblemCode, where: string, message: string) =>
    options.report({ severity, code, file: options.path ?? '', where, message });
  const imageOf = new Map<string | number, LabeledImage>();
  const seen = new Set<string>();
  for (const [i, image] of coco.images.entries()) {
    const name = readImageName([image.file_name]);
    const key = name === undefined ? '' : `${name.folder}/${name.file}`;
    if (name === undefined || seen.has(key) || imageOf.has(image.id)) {
      tell(
        'error',
        'duplicate-row',
        `images.${i}`,
        `${image.file_name} is no image name or there twice, and is left out.`,
      );
      continue;
    }
    seen.add(key);
    imageOf.set(image.id, { group: name.folder || 'images', file: name.file });
  }
  const trackNames = new Map(coco.tracks?.map((track) => [track.id, track.name]));
  const categories = new Set(coco.categories.map((category) => category.id));
  const [lostImages, lostCategories, plain] = [new Set<string | number>(), new Set<string | number>(), { count: 0 }];
  const labels: LabeledFrames[] = [];
  const annotated = new Set<string | number>();
  for (const annotation of coco.annotations) {
    if (!imageOf.has(annotation.image_id)) lostImages.add(annotation.image_id);
    if (!categories.has(annotation.category_id)) lostCategories.add(annotation.category_id);
    if (annotation.keypoints === undefined) plain.count++;
    else annotated.add(annotation.image_id);
  }
  for (const category of coco.categories) {
    const keypoints = distinctNames(category.keypoints ?? []);
    if (keypoints.length === 0) continue;
    if (keypoints.some((name) => name.trim() === '')) {
      const where = `category ${category.name}`;
      throw new FormatError({
        format,
        ...(options.path === undefined ? {} : { path: options.path }),
        where,
        expected: 'names of keypoints',
        found: 'an empty one',
      });
    }
    const bones = (category.skeleton ?? []).map(([a, b]) => [(a ?? 0) - 1, (b ?? 0) - 1] as const);
    const inside = (index: number) => Number.isInteger(index) && index >= 0 && index < keypoints.length;
    const images: LabeledImage[] = [];
    const imageAt = new Map<LabeledImage, number>();
    const mine = coco.annotations.filter((entry) => entry.category_id === category.id && entry.keypoints !== undefined);
    const named = new Set(mine.map((entry) => entry.image_id));
    for (const [key, image] of imageOf) {
      // An image that nobody annotated belongs to the first skeleton, so that it is not lost.
      const orphan = labels.length === 0 && !annotated.has(key);
      if (named.has(key) || orphan) imageAt.set(image, images.push(image) - 1);
    }
    const individuals: string[] = [];
    const rows: { image: number; individual: number; keypoints: readonly number[] }[] = [];
    const taken = new Set<string>();
    const order = new Map<number, number>();
    let untracked = 0;
    for (const [i, annotation] of coco.annotations.entries()) {
      const image = imageOf.get(annotation.image_id);
      if (annotation.category_id !== category.id || image === undefined || annotation.keypoints === undefined) continue;
      const where = `annotations.${i}`;
      if (annotation.keypoints.length !== 3 * keypoints.length) {
        const message = `The annotation has ${annotation.keypoints.length} numbers for ${keypoints.length} keypoints and is left out.`;
        tell('error', 'left-out', where, message);
        continue;
      }
      const at = imageAt.get(image) as number;
      const track = annotation.track_id ?? annotation.instance_id;
      const place = (order.get(at) ?? 0) + 1;
      order.set(at, place);
      if (track === undefined) untracked++;
      const name = track === undefined ? `instance${place}` : (trackNames.get(track) ?? `track ${track}`);
      let individual = individuals.indexOf(name);
      if (individual < 0) individual = individuals.push(name) - 1;
      const key = `${at} ${individual}`;
      if (taken.has(key)) {
        tell('error', 'duplicate-row', where, `${name} has a second annotation in ${image.file}; the first is used.`);
        continue;
      }
      taken.add(key);
      rows.push({ image: at, individual, keypoints: annotation.keypoints });
    }
    if (rows.length === 0 && images.length === 0) continue;
    if (untracked > 0) {
      const message = `${untracked} annotations have no track; they are named by their place in the image, not by who they are.`;
      tell('note', 'unknown-individual', `category ${category.name}`, message);
    }
    const position = new Float64Array(rows.length * keypoints.length * 2).fill(Number.NaN);
    const visibility = new Uint8Array(rows.length * keypoints.length);
    for (const [row, { keypoints: numbers }] of rows.entries()) {
      for (let k = 0; k < keypoints.length; k++) {
        const [x, y, flag] = [numbers[3 * k] as number, numbers[3 * k + 1] as number, numbers[3 * k + 2] as number];
        if (flag === 0) continue;
        const at = row * keypoints.length + k;
        position[2 * at] = x;
        position[2 * at + 1] = y;
        visibility[at] = flag === 1 ? visibilities.occluded : visibilities.visible;
      }
    }
    labels.push(
      createLabeledFrames({
        skeleton: createSkeleton({
          name: category.name || 'animal',
          keypoints,
          edges: bones.filter(([a, b]) => inside(a) && inside(b) && a !== b),
        }),
        individuals,
        annotators: ['COCO'],
        images,
        image: Int32Array.from(rows, (row) => row.image),
        individual: Int32Array.from(rows, (row) => row.individual),
        annotator: new Int32Array(rows.length),
        position,
        visibility,
      }),
    );
  }
  if (lostImages.size > 0) {
    tell(
      'error',
      'missing-image',
      'annotations',
      `Annotations of ${lostImages.size} images that are not listed are left out.`,
    );
  }
  if (lostCategories.size > 0) {
    tell(
      'error',
      'left-out',
      'annotations',
      `Annotations of ${lostCategories.size} categories that are not listed are left out.`,
    );
  }
  if (plain.count > 0)
    tell('note', 'left-out', 'annotations', `${plain.count} annotations without keypoints are left out.`);
  return { labels, tracks: [] };
}
