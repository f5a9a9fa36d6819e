import type { OksSigma } from '@zoopraxis/core';

/**
 * Published standard deviations of human labels, by keypoint, all in the `coco` convention (doubled inside the kernel).
 *
 * - `coco-person`: COCO's evaluation (cocodataset/cocoapi, `cocoeval.py`), 17 keypoints.
 * - `mars-top`, `mars-front`: Segalin et al. 2021 (eLife 10:e63720), as rounded in neuroethology/MARS_pycocotools,
 *   `cocoeval.py`; there "right" comes before "left", and each pair of sides shares one value.
 */
export const sigmaTables = {
  'coco-person': {
    nose: 0.026,
    left_eye: 0.025,
    right_eye: 0.025,
    left_ear: 0.035,
    right_ear: 0.035,
    left_shoulder: 0.079,
    right_shoulder: 0.079,
    left_elbow: 0.072,
    right_elbow: 0.072,
    left_wrist: 0.062,
    right_wrist: 0.062,
    left_hip: 0.107,
    right_hip: 0.107,
    left_knee: 0.087,
    right_knee: 0.087,
    left_ankle: 0.089,
    right_ankle: 0.089,
  },
  'mars-top': {
    'nose tip': 0.039,
    'right ear': 0.045,
    'left ear': 0.045,
    neck: 0.042,
    'right side body': 0.067,
    'left side body': 0.067,
    'tail base': 0.044,
    'middle tail': 0.067,
    'end tail': 0.084,
  },
  'mars-front': {
    'nose tip': 0.087,
    'right ear': 0.087,
    'left ear': 0.087,
    neck: 0.093,
    'right side body': 0.125,
    'left side body': 0.125,
    'tail base': 0.086,
    'middle tail': 0.108,
    'end tail': 0.145,
    'right front paw': 0.125,
    'left front paw': 0.125,
    'right rear paw': 0.125,
    'left rear paw': 0.125,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Name of one of the {@link sigmaTables}. */
export type SigmaTableName = keyof typeof sigmaTables;

/**
 * One value for all keypoints, in the `coco` convention, as MARS_pycocotools names them; `narrow` is also SLEAP's
 * default, `wide` DeepLabCut's.
 */
export const fixedSigmas = { narrow: 0.025, moderate: 0.05, wide: 0.1, ultrawide: 0.15 } as const;

/** Name of one of the {@link fixedSigmas}. */
export type FixedSigmaName = keyof typeof fixedSigmas;

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * Returns the sigma of each keypoint: from a published table, by name (case and separators do not matter), or one fixed
 * value for all. Without keypoints, a table gives all its keypoints in its own order.
 * @param options `keypoints`: names in the order of the skeleton; `rename`: name in the table by own name, where they
 * differ (`{ snout: 'nose tip' }`).
 * @throws RangeError for a keypoint that the table lacks, naming those it has; for a fixed value without keypoints.
 */
export function namedSigma(
  name: SigmaTableName | FixedSigmaName,
  options: { readonly keypoints?: readonly string[]; readonly rename?: Readonly<Record<string, string>> } = {},
): OksSigma {
  const { rename = {} } = options;
  if (name in fixedSigmas) {
    if (options.keypoints === undefined) throw new RangeError(`sigma ${name}: keypoints must be given`);
    const value = fixedSigmas[name as FixedSigmaName];
    return { values: options.keypoints.map(() => value), convention: 'coco' };
  }
  const table: Readonly<Record<string, number>> | undefined = sigmaTables[name as SigmaTableName];
  if (table === undefined) {
    const known = [...Object.keys(sigmaTables), ...Object.keys(fixedSigmas)];
    throw new RangeError(`sigma: name must be one of ${known.join(', ')}, got ${name}`);
  }
  const values = new Map(Object.entries(table).map(([keypoint, value]) => [plain(keypoint), value]));
  const keypoints = options.keypoints ?? Object.keys(table);
  return {
    values: keypoints.map((keypoint) => {
      const value = values.get(plain(rename[keypoint] ?? keypoint));
      if (value !== undefined) return value;
      throw new RangeError(`sigma ${name}: keypoints must be of ${Object.keys(table).join(', ')}, got ${keypoint}`);
    }),
    convention: 'coco',
  };
}
