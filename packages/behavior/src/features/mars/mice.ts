import { type KeypointRole, type PoseTracks, UnavailableError } from '@zoopraxis/core';
import { type MarsPoint, marsPoints } from './names.js';

/** Roles that MARS's seven points have on the body, in its order. */
const roleOfPoint: Readonly<Record<MarsPoint, KeypointRole>> = {
  nose: 'nose',
  right_ear: 'rightEar',
  left_ear: 'leftEar',
  neck: 'neck',
  right_side: 'rightHip',
  left_side: 'leftHip',
  tail_base: 'tailBase',
};

/** Names of keypoints for MARS's points, by role; the sides are the hips. */
export type MarsRoles = Readonly<Partial<Record<KeypointRole, string>>>;

/**
 * Returns the index of the keypoint of each of MARS's seven points, list: by the given names, else MARS's own names, else
 * the roles of the skeleton.
 * @throws UnavailableError naming the points that are missing; RangeError for a role MARS does not have.
 */
export function keypointsOfMars({ skeleton }: Pick<PoseTracks, 'skeleton'>, roles: MarsRoles = {}): number[] {
  const known = Object.values(roleOfPoint);
  const strange = Object.keys(roles).find((role) => !known.includes(role as KeypointRole));
  if (strange !== undefined) {
    throw new RangeError(`MARS features: roles must be of ${known.join(', ')}, got ${strange}`);
  }
  const missing: string[] = [];
  const indices = marsPoints.map((point) => {
    const role = roleOfPoint[point];
    const given = roles[role];
    const index =
      given !== undefined
        ? skeleton.keypoints.indexOf(given)
        : skeleton.keypoints.includes(point)
          ? skeleton.keypoints.indexOf(point)
          : (skeleton.roles[role] ?? -1);
    if (index < 0) missing.push(given === undefined ? role : `${role} (${given} is no keypoint)`);
    return index;
  });
  if (missing.length > 0) {
    throw new UnavailableError(`MARS features need seven points, and these are missing: ${missing.join(', ')}`, {
      hint: `Say which keypoint is which, such as --roles leftHip=left_side. The keypoints are ${skeleton.keypoints.join(', ')}. Where a point was not tracked, use the general features.`,
    });
  }
  const twice = indices.find((index, at) => indices.indexOf(index) !== at);
  if (twice !== undefined) {
    throw new RangeError(`MARS features: each point must be its own keypoint, got ${skeleton.keypoints[twice]} twice`);
  }
  return indices;
}

/** Who is who, as the user says. */
export interface NamedMice {
  readonly resident?: string;
  readonly intruder?: string;
}

/**
 * Returns the indices of resident and intruder: the named ones; one name of two individuals tells the other; without
 * names the individuals called so.
 * @throws UnavailableError where it is not told who is who.
 */
export function residentAndIntruder(
  { individuals }: Pick<PoseTracks, 'individuals'>,
  { resident, intruder }: NamedMice = {},
): [number, number] {
  const all = `The individuals are ${individuals.join(', ')}.`;
  if (individuals.length < 2) {
    throw new UnavailableError('MARS features need two mice, and the tracks have one', {
      hint: `Track both mice, or use the general features. ${all}`,
    });
  }
  const indexOf = (name: string | undefined, role: string): number => {
    if (name === undefined) return individuals.findIndex((individual) => individual.toLowerCase() === role);
    const index = individuals.indexOf(name);
    if (index < 0) throw new UnavailableError(`MARS features: the ${role} is to be ${name}`, { hint: all });
    return index;
  };
  let [first, second] = [indexOf(resident, 'resident'), indexOf(intruder, 'intruder')];
  if (individuals.length === 2) {
    if (first < 0 && second >= 0) first = 1 - second;
    else if (second < 0 && first >= 0) second = 1 - first;
  }
  if (first < 0 || second < 0) {
    throw new UnavailableError('MARS features need to know which mouse is the resident', {
      hint: `Name it (--resident), or tell it by its coat. ${all}`,
    });
  }
  if (first === second)
    throw new RangeError(`MARS features: resident and intruder must differ, got ${individuals[first]}`);
  return [first, second];
}
