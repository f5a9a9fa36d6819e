import { type KeypointRole, type Skeleton, UnavailableError } from '@zoopraxis/core';

/** What a keypoint is on the body, as the general features know it: core's roles and the middle of the tail. */
export type BodyRole = KeypointRole | 'tailMiddle';

/** Keypoint index of each known role. */
export type BodyRoles = Readonly<Partial<Record<BodyRole, number>>>;

/** Roles that names of keypoints tell, and how far they can be trusted. */
export interface GuessedRoles {
  readonly roles: BodyRoles;
  /** Roles whose keypoint names mean nothing else in the datasets we know. */
  readonly sure: readonly BodyRole[];
  /** Roles whose names mean different points in different datasets (`spine2`, `top`, `side`): to be confirmed by the user. */
  readonly unsure: readonly { readonly role: BodyRole; readonly keypoint: string; readonly reason: string }[];
}

/** Names of each role, lower case without spaces and signs, best first; those after the first list are unsure. */
const names: Readonly<Record<BodyRole, readonly [sure: readonly string[], unsure: readonly string[]]>> = {
  nose: [
    ['nose', 'snout', 'nosetip', 'snouttip'],
    ['upperjaw', 'mouth'],
  ],
  head: [
    ['head', 'headmidpoint', 'headcentre', 'headcenter', 'headmid', 'midhead'],
    ['top', 'implant'],
  ],
  neck: [
    ['neck', 'neckbase'],
    ['spine1', 'shoulder', 'shoulders', 'nape', 'neckend', 'withers'],
  ],
  leftEar: [
    ['leftear', 'earleft', 'earl', 'leftearbase'],
    ['lear', 'leftearend'],
  ],
  rightEar: [
    ['rightear', 'earright', 'earr', 'rightearbase'],
    ['rear', 'rightearend'],
  ],
  center: [
    ['center', 'centre', 'bodycenter', 'bodycentre', 'mousecenter', 'mousecentre', 'centroid', 'bodymiddle', 'midbody'],
    [
      'body',
      'middle',
      'centerback',
      'centreback',
      'spine3',
      'spine2',
      'midback',
      'back',
      'torso',
      'trunk',
      'backmiddle',
    ],
  ],
  leftHip: [
    ['lefthip', 'hipl', 'hipleft'],
    ['leftside', 'lateralleft', 'leftlateral', 'bcl', 'leftmidside'],
  ],
  rightHip: [
    ['righthip', 'hipr', 'hipright'],
    ['rightside', 'lateralright', 'rightlateral', 'bcr', 'rightmidside'],
  ],
  tailBase: [
    ['tailbase', 'basetail', 'baseoftail', 'tailstart', 'tailroot'],
    ['base', 'tail', 'tail0'],
  ],
  tailMiddle: [
    ['tailmiddle', 'midtail', 'tailmid', 'tailcentre', 'tailcenter', 'tail50'],
    ['tailm', 'tail3', 'tail2'],
  ],
  tailTip: [
    ['tailtip', 'tailend', 'tail100', 'tipoftail'],
    ['taile', 'tail5'],
  ],
};

/** All roles, in the order in which they are told. */
export const bodyRoles = Object.keys(names) as readonly BodyRole[];

/**
 * Returns which keypoint is what, by the names that DeepLabCut, SLEAP, SuperAnimal and MARS skeletons use. What is unsure
 * is to be shown and confirmed: the same word means different points in different datasets (`spine2` is the middle of
 * the back in one and the center of the animal in another). Roles of the skeleton itself stand first and count as sure
 * only where the name says so too.
 */
export function guessBodyRoles(skeleton: Pick<Skeleton, 'keypoints' | 'roles'>): GuessedRoles {
  const plain = skeleton.keypoints.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const taken = new Set<number>();
  const roles: Partial<Record<BodyRole, number>> = {};
  const sure: BodyRole[] = [];
  const unsure: { role: BodyRole; keypoint: string; reason: string }[] = [];
  // Sure names first, so that an unsure one never takes a keypoint away from a sure one.
  for (const pass of [0, 1] as const) {
    for (const role of bodyRoles) {
      if (roles[role] !== undefined) continue;
      const found = names[role][pass].map((name) => plain.indexOf(name)).find((at) => at >= 0 && !taken.has(at));
      if (found === undefined) continue;
      roles[role] = found;
      taken.add(found);
      if (pass === 0) sure.push(role);
      else
        unsure.push({
          role,
          keypoint: skeleton.keypoints[found] as string,
          reason: 'the name means other points elsewhere',
        });
    }
  }
  for (const role of bodyRoles) {
    const given = role === 'tailMiddle' ? undefined : skeleton.roles[role];
    if (given === undefined || roles[role] !== undefined || taken.has(given)) continue;
    roles[role] = given;
    taken.add(given);
    unsure.push({
      role,
      keypoint: skeleton.keypoints[given] as string,
      reason: 'the skeleton says so, the name does not',
    });
  }
  return { roles, sure: bodyRoles.filter((role) => sure.includes(role)), unsure };
}

/**
 * Returns the keypoint index of each role: what the user says (`{ nose: 'snout' }`, null for a role that no keypoint has),
 * and for other roles what {@link guessBodyRoles} finds.
 * @throws UnavailableError for a role or keypoint that does not exist, listing those that do.
 */
export function resolveRoles(
  skeleton: Pick<Skeleton, 'keypoints' | 'roles'>,
  given: Readonly<Partial<Record<BodyRole, string | null>>> = {},
): BodyRoles {
  const roles: Partial<Record<BodyRole, number>> = { ...guessBodyRoles(skeleton).roles };
  for (const [role, keypoint] of Object.entries(given) as [BodyRole, string | null][]) {
    if (!bodyRoles.includes(role)) {
      throw new UnavailableError(`roles: there is no role ${role}`, { hint: `Roles are ${bodyRoles.join(', ')}.` });
    }
    if (keypoint === null) {
      delete roles[role];
      continue;
    }
    const index = skeleton.keypoints.indexOf(keypoint);
    if (index < 0) {
      throw new UnavailableError(`roles: ${role} is given as ${keypoint}, which is no keypoint of the skeleton`, {
        hint: `Its keypoints are ${skeleton.keypoints.join(', ')}.`,
      });
    }
    for (const other of bodyRoles)
      if (roles[other] === index && other !== role && given[other] === undefined) delete roles[other];
    roles[role] = index;
  }
  return roles;
}
