/** What a keypoint is on the body, for features that need to know (heading, body length, ...). */
export type KeypointRole =
  | 'nose'
  | 'head'
  | 'neck'
  | 'leftEar'
  | 'rightEar'
  | 'center'
  | 'leftHip'
  | 'rightHip'
  | 'tailBase'
  | 'tailTip';

/** Standard deviations of human labels, in the unit of the object similarity, with the convention they follow. */
export interface OksSigma {
  /** One value for each keypoint, list in the order of the skeleton. */
  readonly values: readonly number[];
  /** `coco`: doubled inside the kernel, exp(-d^2 / (2 (2 sigma)^2 area)); `plain`: used as it is. */
  readonly convention: 'coco' | 'plain';
}

/** The body points of an animal and how they belong together. */
export interface Skeleton {
  readonly name: string;
  /** Names in the order in which arrays hold them. */
  readonly keypoints: readonly string[];
  /** Pairs of keypoint indices that are drawn connected. */
  readonly edges: readonly (readonly [number, number])[];
  /** Pairs of keypoint indices, left and right, that change places in a mirrored picture. */
  readonly symmetries: readonly (readonly [number, number])[];
  /** Keypoint index of each known role. */
  readonly roles: Readonly<Partial<Record<KeypointRole, number>>>;
  readonly oksSigma?: OksSigma;
}

/** What is needed to make a skeleton; everything but names is optional. */
export type SkeletonOptions = Pick<Skeleton, 'name' | 'keypoints'> & Partial<Skeleton>;

const roleNames: Readonly<Record<KeypointRole, readonly string[]>> = {
  nose: ['nose', 'snout', 'nosetip'],
  head: ['head', 'headmidpoint', 'headcentre', 'headcenter'],
  neck: ['neck', 'spine1'],
  leftEar: ['leftear', 'earleft', 'earl', 'lear'],
  rightEar: ['rightear', 'earright', 'earr', 'rear'],
  center: ['center', 'centre', 'bodycenter', 'bodycentre', 'mousecenter', 'centroid'],
  leftHip: ['lefthip', 'hipl', 'leftside'],
  rightHip: ['righthip', 'hipr', 'rightside'],
  tailBase: ['tailbase', 'tail', 'base'],
  tailTip: ['tailtip', 'tailend'],
};

/**
 * Returns the roles that names tell (`snout` is the nose, `earL` the left ear), first match by list order.
 * A guess for imports, to be shown and corrected, never silently relied on.
 */
export function guessRoles(keypoints: readonly string[]): Partial<Record<KeypointRole, number>> {
  const plain = keypoints.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const roles: Partial<Record<KeypointRole, number>> = {};
  for (const [role, names] of Object.entries(roleNames) as [KeypointRole, readonly string[]][]) {
    const found = names.map((name) => plain.indexOf(name)).find((index) => index >= 0);
    if (found !== undefined) roles[role] = found;
  }
  return roles;
}

/** Returns pairs of keypoints whose names differ only in left/right (`leftear`, `rightear`; `ear_L`, `ear_R`). */
export function guessSymmetries(keypoints: readonly string[]): [number, number][] {
  const pairs: [number, number][] = [];
  const swaps: readonly (readonly [RegExp, string])[] = [
    [/left/i, 'right'],
    [/(?<![a-z])l(?![a-z])/i, 'r'],
    [/(?<=[a-z])L(?![a-zA-Z])/, 'R'],
    [/(?<![a-zA-Z])L(?=[A-Z])/, 'R'],
  ];
  for (const [left, name] of keypoints.entries()) {
    for (const [pattern, other] of swaps) {
      if (!pattern.test(name)) continue;
      const mirrored = name.replace(pattern, other).toLowerCase();
      const right = keypoints.findIndex((candidate) => candidate.toLowerCase() === mirrored);
      if (right >= 0 && right !== left) {
        pairs.push([left, right]);
        break;
      }
    }
  }
  return pairs;
}

/**
 * Returns a skeleton after checking it; roles and symmetries that are not given are guessed from the names.
 * @throws RangeError for no keypoints, a name that is empty or twice there, or an index outside.
 */
export function createSkeleton(options: SkeletonOptions): Skeleton {
  const { name, keypoints, edges = [], oksSigma } = options;
  if (keypoints.length === 0) throw new RangeError(`skeleton ${name}: needs at least one keypoint`);
  const seen = new Set<string>();
  for (const keypoint of keypoints) {
    if (keypoint.trim() === '') throw new RangeError(`skeleton ${name}: keypoint names must not be empty`);
    if (seen.has(keypoint)) throw new RangeError(`skeleton ${name}: keypoint ${keypoint} is listed twice`);
    seen.add(keypoint);
  }
  const check = (index: number, what: string) => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= keypoints.length) {
      throw new RangeError(
        `skeleton ${name}: ${what} must be a keypoint index below ${keypoints.length}, got ${index}`,
      );
    }
  };
  const symmetries = options.symmetries ?? guessSymmetries(keypoints);
  const roles = options.roles ?? guessRoles(keypoints);
  for (const [a, b] of edges) {
    check(a, 'edges');
    check(b, 'edges');
  }
  const paired = new Set<number>();
  for (const pair of symmetries) {
    for (const index of pair) {
      check(index, 'symmetries');
      if (paired.has(index)) throw new RangeError(`skeleton ${name}: ${keypoints[index]} is in two symmetries`);
      paired.add(index);
    }
  }
  for (const [role, index] of Object.entries(roles)) check(index, `role ${role}`);
  if (oksSigma !== undefined) {
    if (oksSigma.values.length !== keypoints.length || oksSigma.values.some((sigma) => !(sigma > 0))) {
      throw new RangeError(`skeleton ${name}: oksSigma needs ${keypoints.length} values above 0`);
    }
  }
  return { name, keypoints, edges, symmetries, roles, ...(oksSigma === undefined ? {} : { oksSigma }) };
}
