/** A skeleton to begin with. */
export interface SkeletonTemplate {
  readonly title: string;
  readonly keypoints: readonly string[];
  /** Pairs of names, list. */
  readonly edges: readonly (readonly [string, string])[];
}

/** Skeletons that many laboratories use, list. */
export const skeletonTemplates: readonly SkeletonTemplate[] = [
  {
    title: 'mouse from above: 7 points, as in MARS',
    keypoints: ['nose', 'right_ear', 'left_ear', 'neck', 'right_side', 'left_side', 'tail_base'],
    edges: [
      ['nose', 'right_ear'],
      ['nose', 'left_ear'],
      ['right_ear', 'neck'],
      ['left_ear', 'neck'],
      ['neck', 'right_side'],
      ['neck', 'left_side'],
      ['right_side', 'tail_base'],
      ['left_side', 'tail_base'],
    ],
  },
  {
    title: 'mouse or rat from above, with tail: 9 points',
    keypoints: ['nose', 'left_ear', 'right_ear', 'neck', 'left_hip', 'right_hip', 'tail_base', 'tail_mid', 'tail_tip'],
    edges: [
      ['nose', 'left_ear'],
      ['nose', 'right_ear'],
      ['left_ear', 'neck'],
      ['right_ear', 'neck'],
      ['neck', 'left_hip'],
      ['neck', 'right_hip'],
      ['left_hip', 'tail_base'],
      ['right_hip', 'tail_base'],
      ['tail_base', 'tail_mid'],
      ['tail_mid', 'tail_tip'],
    ],
  },
  {
    title: 'nose, ears and tail: 4 points',
    keypoints: ['nose', 'left_ear', 'right_ear', 'tail_base'],
    edges: [
      ['nose', 'left_ear'],
      ['nose', 'right_ear'],
      ['left_ear', 'tail_base'],
      ['right_ear', 'tail_base'],
    ],
  },
];

/** Returns the names in a text, one on each line or between commas, list; spaces around them and empty ones are left out. */
export const namesIn = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Returns why names cannot be the keypoints of a skeleton, or null. */
export function namesProblem(names: readonly string[]): string | null {
  if (names.length === 0) return 'A skeleton needs at least one keypoint.';
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return `${twice} is there twice.`;
  const long = names.find((name) => name.length > 200);
  return long === undefined ? null : `${long.slice(0, 20)} … is too long.`;
}

/** Returns edges of names as pairs of indices; those whose names are not there are left out. */
export function edgesAmong(names: readonly string[], edges: SkeletonTemplate['edges']): [number, number][] {
  return edges.flatMap(([a, b]): [number, number][] => {
    const pair: [number, number] = [names.indexOf(a), names.indexOf(b)];
    return pair.includes(-1) ? [] : [pair];
  });
}
