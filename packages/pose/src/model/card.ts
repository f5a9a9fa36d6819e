import { FormatError } from '@zoopraxis/core';
import { z } from 'zod';

const pair = z.tuple([z.int().min(0), z.int().min(0)]);

/** Schema of `models/<name>/model.json`: all that is needed to use a pose model and to judge it. */
export const modelCardSchema = z.object({
  format: z.literal('zoopraxis-pose-model'),
  version: z.literal(1),
  name: z.string().min(1),
  skeleton: z.object({
    name: z.string(),
    keypoints: z.array(z.string().min(1)).min(1),
    edges: z.array(pair),
    symmetries: z.array(pair),
    roles: z.record(z.string(), z.int().min(0)),
  }),
  /** Keypoints that no training image shows: the network cannot know them, and they are never predicted. */
  unlearned: z.array(z.string()).optional(),
  /** Network by name with its options, enough to build it again for another image size. */
  network: z.object({ name: z.string(), options: z.record(z.string(), z.unknown()) }),
  preprocessing: z.object({
    /** Images are scaled by this before they enter the network. */
    scale: z.number().positive(),
    /** Width and height are padded to a multiple of this at the right and bottom, with `fill` (0..255). */
    multiple: z.int().min(1),
    fill: z.number().min(0).max(255),
    /** Of RGB values in 0..255; the network itself subtracts the mean and divides by the standard deviation. */
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
    /** Training images were about this large after scaling; boxes for cropping follow it. */
    trainedWidthPx: z.int().min(1),
    trainedHeightPx: z.int().min(1),
  }),
  decoding: z.object({
    /** `locref`: scoremap with offsets; `gaussian`: heatmap with sub-pixel peak. */
    kind: z.enum(['locref', 'gaussian']),
    /** Input px of the network for one cell of the map; the center of cell i lies at `stride i + (stride - 1) / 2`. */
    stride: z.int().min(1),
    /** Offsets are in units of this many px of the network's input. */
    locrefStdPx: z.number().positive(),
  }),
  training: z.record(z.string(), z.unknown()),
  /** What it was trained and tested on: content hashes, image counts, groups of each side of the split. */
  data: z.record(z.string(), z.unknown()),
  /** Results on the held-out images, by name; px of the original image. */
  metrics: z.record(z.string(), z.unknown()),
  versions: z.record(z.string(), z.string()),
  /** SHA-256 in hex of the other files of the folder, by name. */
  files: z.record(z.string(), z.string()).optional(),
  synthetic: z.boolean().optional(),
});

/** A pose model's card, the content of `model.json`. */
export type ModelCard = z.infer<typeof modelCardSchema>;

/**
 * Returns the card in the text of a `model.json`.
 * @throws FormatError naming the field that does not fit.
 */
export function parseModelCard(text: string, path?: string): ModelCard {
  const problem = (where: string, expected: string, found: string, cause?: unknown) =>
    new FormatError({
      format: 'pose model card',
      ...(path === undefined ? {} : { path }),
      where,
      expected,
      found,
      cause,
      hint: 'restore model.json from a copy, or train the model again',
    });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw problem('the whole file', 'JSON text', 'text that is not JSON', cause);
  }
  const parsed = modelCardSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw problem(issue?.path.join('.') || 'the top', issue?.message ?? 'a model card', 'something else');
}
