import type { KeypointRole, Skeleton } from '@zoopraxis/core';
import type { LabelRow } from 'zoopraxis';

/** A keypoint while the skeleton is being edited; its number stays when it is renamed or moved. */
export interface DraftKeypoint {
  readonly id: number;
  readonly name: string;
  /** Its name in the skeleton as it is saved; null = it is new. */
  readonly was: string | null;
}

/** A skeleton while it is being edited; pairs hold numbers of keypoints. */
export interface SkeletonDraft {
  readonly saved: Skeleton;
  readonly keypoints: readonly DraftKeypoint[];
  /** Pairs of numbers, list. */
  readonly edges: readonly (readonly [number, number])[];
  /** Pairs of numbers, left and right, list. */
  readonly symmetries: readonly (readonly [number, number])[];
  readonly roles: Readonly<Partial<Record<KeypointRole, number>>>;
}

/** Roles that a keypoint can have, with their words, list. */
export const roleTitles: readonly (readonly [KeypointRole, string])[] = [
  ['nose', 'nose'],
  ['head', 'head'],
  ['neck', 'neck'],
  ['leftEar', 'left ear'],
  ['rightEar', 'right ear'],
  ['center', 'body center'],
  ['leftHip', 'left hip'],
  ['rightHip', 'right hip'],
  ['tailBase', 'tail base'],
  ['tailTip', 'tail tip'],
];

/** Returns a skeleton as it can be edited. */
export function draftOf(saved: Skeleton): SkeletonDraft {
  const { keypoints, edges, symmetries, roles } = saved;
  return { saved, keypoints: keypoints.map((name, id) => ({ id, name, was: name })), edges, symmetries, roles };
}

/** Returns the draft with a keypoint under another name. */
export function renameKeypoint(draft: SkeletonDraft, id: number, name: string): SkeletonDraft {
  return { ...draft, keypoints: draft.keypoints.map((point) => (point.id === id ? { ...point, name } : point)) };
}

/** Returns the draft with one keypoint more, at the end. */
export function addKeypoint(draft: SkeletonDraft, name: string): SkeletonDraft {
  const id = 1 + Math.max(-1, draft.saved.keypoints.length - 1, ...draft.keypoints.map((point) => point.id));
  return { ...draft, keypoints: [...draft.keypoints, { id, name, was: null }] };
}

/** Returns the draft with a keypoint moved up (-1) or down (1). */
export function moveKeypoint(draft: SkeletonDraft, id: number, step: 1 | -1): SkeletonDraft {
  const at = draft.keypoints.findIndex((point) => point.id === id);
  const [mine, other] = [draft.keypoints[at], draft.keypoints[at + step]];
  if (mine === undefined || other === undefined) return draft;
  return { ...draft, keypoints: draft.keypoints.with(at, other).with(at + step, mine) };
}

/** Returns the draft without a keypoint, its edges, its pair and its roles. */
export function removeKeypoint(draft: SkeletonDraft, id: number): SkeletonDraft {
  const stays = (pair: readonly number[]) => !pair.includes(id);
  return {
    ...draft,
    keypoints: draft.keypoints.filter((point) => point.id !== id),
    edges: draft.edges.filter(stays),
    symmetries: draft.symmetries.filter(stays),
    roles: Object.fromEntries(Object.entries(draft.roles).filter(([, keypoint]) => keypoint !== id)),
  };
}

const isPair = (pair: readonly number[], a: number, b: number) => pair.includes(a) && pair.includes(b);

/** Returns the draft with an edge between two keypoints, or without it where it was there. */
export function toggleEdge(draft: SkeletonDraft, a: number, b: number): SkeletonDraft {
  if (a === b) return draft;
  const others = draft.edges.filter((pair) => !isPair(pair, a, b));
  return { ...draft, edges: others.length < draft.edges.length ? others : [...draft.edges, [a, b]] };
}

/** Returns the draft in which two keypoints are the left and right of each other; null takes the first one's pair away. */
export function setSymmetry(draft: SkeletonDraft, left: number, right: number | null): SkeletonDraft {
  const isFree = (pair: readonly number[]) => !pair.includes(left) && (right === null || !pair.includes(right));
  const others = draft.symmetries.filter(isFree);
  return { ...draft, symmetries: right === null || right === left ? others : [...others, [left, right]] };
}

/** Returns the draft in which a keypoint has a role; null takes the role away. */
export function setRole(draft: SkeletonDraft, role: KeypointRole, id: number | null): SkeletonDraft {
  const { [role]: _, ...others } = draft.roles;
  return { ...draft, roles: id === null ? others : { ...others, [role]: id } };
}

/** Returns what keeps the draft from being saved, as sentences. */
export function problemsOf(draft: SkeletonDraft): string[] {
  const names = draft.keypoints.map(({ name }) => name.trim());
  const problems: string[] = [];
  if (names.length === 0) problems.push('A skeleton needs at least one keypoint.');
  if (names.some((name) => name === '')) problems.push('Each keypoint needs a name.');
  const double = names.find((name, at) => name !== '' && names.indexOf(name) < at);
  if (double !== undefined) problems.push(`Two keypoints are named ${double}.`);
  return problems;
}

/** Returns the skeleton of a draft. */
export function skeletonOf(draft: SkeletonDraft): Skeleton {
  const place = new Map(draft.keypoints.map(({ id }, at) => [id, at]));
  const at = (id: number) => place.get(id) as number;
  const { oksSigma } = draft.saved;
  // New points have no spread of their own yet: they get the middle one.
  const middle = [...(oksSigma?.values ?? [])].sort((a, b) => a - b)[(oksSigma?.values.length ?? 0) >> 1];
  return {
    name: draft.saved.name,
    keypoints: draft.keypoints.map(({ name }) => name.trim()),
    edges: draft.edges.map(([a, b]): [number, number] => [at(a), at(b)]),
    symmetries: draft.symmetries.map(([a, b]): [number, number] => [at(a), at(b)]),
    roles: Object.fromEntries(Object.entries(draft.roles).map(([role, id]) => [role, at(id)])),
    ...(oksSigma === undefined || middle === undefined
      ? {}
      : { oksSigma: { ...oksSigma, values: draft.keypoints.map(({ id }) => oksSigma.values[id] ?? middle) } }),
  };
}

/** Returns the new names of keypoints by their old ones; unchanged ones are left out. */
export function renamesOf(draft: SkeletonDraft): Record<string, string> {
  const renamed = draft.keypoints.flatMap(({ was, name }) =>
    was === null || was === name.trim() ? [] : [[was, name.trim()] as const],
  );
  return Object.fromEntries(renamed);
}

/** Returns the names of keypoints that the draft takes away, list. */
export function removedFrom(draft: SkeletonDraft): string[] {
  const kept = new Set(draft.keypoints.map(({ was }) => was));
  return draft.saved.keypoints.filter((name) => !kept.has(name));
}

/** Returns how many points a video has of a keypoint. */
export const pointsOf = (rows: readonly LabelRow[], keypoint: string): number =>
  rows.reduce((sum, { points }) => sum + (points[keypoint] === undefined ? 0 : 1), 0);

/** Points of an animal by keypoint, px. */
export type PlacedKeypoints = Readonly<Record<string, { readonly x: number; readonly y: number }>>;

/** Returns the points of the labeled animal that has most of them. */
export function fullestAnimal(rows: readonly LabelRow[]): PlacedKeypoints {
  let [best, most]: [PlacedKeypoints, number] = [{}, 0];
  for (const { points } of rows) {
    const count = Object.keys(points).length;
    if (count > most) [best, most] = [points, count];
  }
  return best;
}

/**
 * Returns an animal turned upright, its first keypoint at the top, and made as wide as it is long: for a picture in which
 * each point can be told from its neighbors. Fewer than three points stay as they are.
 */
export function uprightAnimal(keypoints: readonly string[], animal: PlacedKeypoints): PlacedKeypoints {
  const names = keypoints.filter((name) => animal[name] !== undefined);
  const points = names.map((name) => animal[name] as { x: number; y: number });
  if (points.length < 3) return animal;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const off = points.map(({ x, y }) => [x - middleX, y - middleY] as const);
  const [xx, yy, xy] = [
    mean(off.map(([x]) => x * x)),
    mean(off.map(([, y]) => y * y)),
    mean(off.map(([x, y]) => x * y)),
  ];
  // The direction in which the points spread most is to run down the picture.
  const axis = Math.atan2(2 * xy, xx - yy) / 2;
  const turn = (angle: number) =>
    off.map(
      ([x, y]) => [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)] as const,
    );
  let turned = turn(Math.PI / 2 - axis);
  if ((turned[0]?.[1] ?? 0) > 0) turned = turn(-Math.PI / 2 - axis);
  const extent = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  const [width, height] = [extent(turned.map(([x]) => x)), extent(turned.map(([, y]) => y))];
  const stretch = width > 0 ? Math.min(6, height / width) : 1;
  return Object.fromEntries(
    names.map((name, at) => [name, { x: (turned[at]?.[0] ?? 0) * stretch, y: turned[at]?.[1] ?? 0 }]),
  );
}

/**
 * Returns where keypoints lie on a picture of the skeleton, 0..1 in both directions, list in their order: as in the given
 * animal, drawn to fill the square; those that it has not in a column at the right; all on a circle where it has none.
 */
export function layoutOf(
  keypoints: readonly string[],
  animal: PlacedKeypoints,
): { readonly x: number; readonly y: number }[] {
  const there = keypoints.flatMap((name) => animal[name] ?? []);
  if (there.length < Math.min(3, keypoints.length)) {
    return keypoints.map((_, at) => {
      const angle = (2 * Math.PI * at) / keypoints.length - Math.PI / 2;
      return { x: 0.5 + 0.38 * Math.cos(angle), y: 0.5 + 0.38 * Math.sin(angle) };
    });
  }
  const [xs, ys] = [there.map(({ x }) => x), there.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const isPart = there.length < keypoints.length;
  const room = isPart ? 0.7 : 0.84;
  const scale = room / Math.max(width, height, 1e-9);
  const missing = keypoints.filter((name) => animal[name] === undefined);
  return keypoints.map((name) => {
    const point = animal[name];
    if (point === undefined) {
      return { x: 0.92, y: 0.08 + (0.84 * missing.indexOf(name)) / Math.max(1, missing.length - 1) };
    }
    return {
      x: 0.08 + (room - width * scale) / 2 + (point.x - left) * scale,
      y: 0.5 - (height * scale) / 2 + (point.y - top) * scale,
    };
  });
}
