/**
 * What a click does, in the words of napari-deeplabcut: `sequential` places what is missing, one after the other; `quick`
 * also moves what is there; `loop` places one keypoint through all frames, then the next one.
 */
export type PlacingMode = 'sequential' | 'quick' | 'loop';

/** The ways of placing, list. */
export const placingModes: readonly PlacingMode[] = ['sequential', 'quick', 'loop'];

/** What is known of the animal that is being labeled. */
export interface PlacingState {
  /** Names in the order of the skeleton, list. */
  readonly keypoints: readonly string[];
  /** Names of those that have a point in this frame. */
  readonly placed: ReadonlySet<string>;
  /** The one that is chosen; another name than one of the skeleton counts as the first. */
  readonly current: string | null;
  readonly mode: PlacingMode;
}

function firstMissing({ keypoints, placed }: PlacingState, from: number): string | null {
  for (let step = 0; step < keypoints.length; step++) {
    const name = keypoints[(from + step) % keypoints.length] as string;
    if (!placed.has(name)) return name;
  }
  return null;
}

const indexOf = ({ keypoints, current }: PlacingState) => Math.max(0, keypoints.indexOf(current ?? ''));

/** Returns the keypoint that a click would place, or null where all that it may place are there. */
export function keypointToPlace(state: PlacingState): string | null {
  const { keypoints, mode } = state;
  if (mode === 'sequential') return firstMissing(state, indexOf(state));
  return keypoints[indexOf(state)] ?? null;
}

/** Returns the keypoint that is chosen once `just` has been placed. */
export function keypointAfter(just: string, state: PlacingState): string {
  const { keypoints, mode } = state;
  if (mode === 'loop') return just;
  const at = keypoints.indexOf(just);
  if (mode === 'quick') return keypoints[Math.min(at + 1, keypoints.length - 1)] ?? just;
  return firstMissing({ ...state, placed: new Set([...state.placed, just]) }, at + 1) ?? just;
}

/** Returns the keypoint `step` places on in the skeleton; after the last comes the first. */
export function stepKeypoint(step: number, state: Pick<PlacingState, 'keypoints' | 'current'>): string | null {
  const { keypoints, current } = state;
  const { length } = keypoints;
  if (length === 0) return null;
  const at = keypoints.indexOf(current ?? '');
  if (at < 0) return (step > 0 ? keypoints[0] : keypoints[length - 1]) as string;
  return keypoints[(((at + step) % length) + length) % length] as string;
}

/**
 * Returns where `loop` goes on after a point was placed: the same keypoint in the next frame of the list; after the last
 * frame the next keypoint in the first; null after the last keypoint of the last frame.
 */
export function loopStep(
  { frame, keypoint }: { readonly frame: number; readonly keypoint: string },
  frames: readonly number[],
  keypoints: readonly string[],
): { frame: number; keypoint: string } | null {
  const later = frames.find((candidate) => candidate > frame);
  if (later !== undefined) return { frame: later, keypoint };
  const [first] = frames;
  const next = keypoints[keypoints.indexOf(keypoint) + 1];
  return first === undefined || next === undefined ? null : { frame: first, keypoint: next };
}
