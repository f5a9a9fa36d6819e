import { featureKey } from '@zoopraxis/core';
import { type FrameTruth, unscoredLabel } from '../evaluate/frame-truth-type.js';
import type { FeatureSource } from '../features/feature-block.js';

/** One scored recording to learn from. */
export interface TrainingRecording {
  readonly id: string;
  /** Animal or session: recordings of one group are never on both sides of a split. */
  readonly group: string;
  readonly features: FeatureSource;
  readonly truth: FrameTruth;
  /**
   * Behaviors that the annotator looked for; default all of `truth.behaviors`. A recording says nothing of the others:
   * its frames are no negatives for them.
   */
  readonly scoredBehaviors?: readonly string[];
}

/** Which behaviors a classifier tells apart. */
export interface ClassOptions {
  /** Default all that the truths name. */
  readonly behaviors?: readonly string[];
  /** Name of the class of frames with none of the behaviors. Default `other`, where the truths have it. */
  readonly background?: string;
}

/** The classes of a set of recordings and the class of each of their frames. */
export interface ClassPlan {
  /** Behaviors, the background last where there is one. */
  readonly classes: readonly string[];
  /** Index of the background in `classes`. */
  readonly background?: number;
  /** Index into `classes`, 255 = not scored or not to be learned from; one array for each recording, shape `[frame]`. */
  readonly labels: readonly Uint8Array[];
  /** For each recording and class: whether it was looked for, list of shape `[recording][class]`. */
  readonly isScored: readonly (readonly boolean[])[];
  /** Frames and bouts of each class, list. */
  readonly counts: readonly ClassCount[];
  /** Behaviors that were left out, and what else the user should know, list of sentences. */
  readonly notes: readonly string[];
}

/** How much there is to learn a class from. */
export interface ClassCount {
  readonly name: string;
  readonly frameCount: number;
  readonly boutCount: number;
  /** Groups that show it. */
  readonly groupCount: number;
}

/** Returns how many bouts of a label there are, shape of labels `[frame]`. */
export function countBouts(labels: Uint8Array, label: number): number {
  let count = 0;
  for (let frame = 0; frame < labels.length; frame++) {
    if (labels[frame] === label && (frame === 0 || labels[frame - 1] !== label)) count++;
  }
  return count;
}

function checkRecordings(recordings: readonly TrainingRecording[]): void {
  const [first] = recordings;
  if (first === undefined) throw new RangeError('recordings: must be at least one, got none');
  const seen = new Set<string>();
  const columns = first.features.columns.map(featureKey).join('\n');
  for (const { id, features, truth, scoredBehaviors = [] } of recordings) {
    if (seen.has(id)) throw new RangeError(`recordings: ids must differ, got ${id} twice`);
    seen.add(id);
    const { frameCount, fps } = features.timeBase;
    if (truth.label.length !== frameCount) {
      throw new RangeError(
        `recordings: truth of ${id} must have the ${frameCount} frames of its features, got ${truth.label.length}`,
      );
    }
    for (const label of truth.label) {
      if (label !== unscoredLabel && label >= truth.behaviors.length) {
        throw new RangeError(`recordings: truth of ${id} has ${truth.behaviors.length} behaviors, got label ${label}`);
      }
    }
    for (const name of scoredBehaviors) {
      if (!truth.behaviors.includes(name)) {
        throw new RangeError(`recordings: scoredBehaviors of ${id} must be of its truth, got ${name}`);
      }
    }
    if (features.columns.map(featureKey).join('\n') !== columns) {
      throw new RangeError(`recordings: all must have the same feature columns; ${id} differs from ${first.id}`);
    }
    const wanted = first.features.timeBase.fps;
    if (Math.abs(fps / wanted - 1) > 0.005) {
      throw new RangeError(
        `recordings: all must have one frame rate, got ${wanted} in ${first.id} and ${fps} in ${id}; resample the tracks`,
      );
    }
  }
}

/**
 * Returns the classes that recordings can teach and the class of each frame. A behavior with fewer than two bouts cannot be
 * learned: it is told and left out, and its frames count as background, or as not scored where there is none.
 *
 * @throws RangeError for recordings that do not fit together, or behaviors that none of them has.
 */
export function planClasses(recordings: readonly TrainingRecording[], options: ClassOptions = {}): ClassPlan {
  checkRecordings(recordings);
  const offered = [...new Set(recordings.flatMap(({ truth }) => truth.behaviors))];
  const backgroundName = options.background ?? 'other';
  const hasBackground = offered.includes(backgroundName);
  if (options.background !== undefined && !hasBackground) {
    throw new RangeError(`background: must be one of ${offered.join(', ')}, got ${options.background}`);
  }
  const asked = (options.behaviors ?? [...offered].sort()).filter((name) => name !== backgroundName);
  for (const name of asked) {
    if (!offered.includes(name)) throw new RangeError(`behaviors: must be of ${offered.join(', ')}, got ${name}`);
  }
  const notes: string[] = [];
  const count = (name: string): ClassCount => {
    const found = recordings.map(({ group, truth }) => {
      const index = truth.behaviors.indexOf(name);
      const frameCount = index < 0 ? 0 : truth.label.reduce((sum, label) => sum + (label === index ? 1 : 0), 0);
      return { group, frameCount, boutCount: index < 0 ? 0 : countBouts(truth.label, index) };
    });
    return {
      name,
      frameCount: found.reduce((sum, item) => sum + item.frameCount, 0),
      boutCount: found.reduce((sum, item) => sum + item.boutCount, 0),
      groupCount: new Set(found.filter(({ boutCount }) => boutCount > 0).map(({ group }) => group)).size,
    };
  };
  const kept = asked.map(count).filter(({ name, boutCount, frameCount }) => {
    if (boutCount >= 2) return true;
    const what = boutCount === 0 ? 'is never seen' : `is seen once, for ${frameCount} frames`;
    notes.push(`${name} ${what} in the recordings to learn from: it cannot be learned and is left out`);
    return false;
  });
  const groupCount = new Set(recordings.map(({ group }) => group)).size;
  for (const { name, groupCount: own } of kept) {
    if (own === 1 && groupCount > 1) {
      notes.push(`${name} is seen in one group only: how well it is found in others cannot be told`);
    }
  }
  if (groupCount > 1) {
    for (const { name } of kept) {
      const looked = recordings.filter(({ truth, scoredBehaviors = truth.behaviors }) =>
        scoredBehaviors.includes(name),
      );
      if (new Set(looked.map(({ group }) => group)).size > 1) continue;
      notes.push(`${name} was looked for in one group only: when to stop and its threshold cannot be told from others`);
    }
  }
  const counts = hasBackground ? [...kept, count(backgroundName)] : kept;
  const classes = counts.map(({ name }) => name);
  const background = hasBackground ? classes.length - 1 : undefined;
  const isScored = recordings.map(({ truth, scoredBehaviors = truth.behaviors }) =>
    classes.map((name, index) =>
      index === background
        ? classes.every((other) => other === backgroundName || scoredBehaviors.includes(other))
        : scoredBehaviors.includes(name),
    ),
  );
  const labels = recordings.map(({ truth }) => {
    const map = truth.behaviors.map((name) => {
      const index = classes.indexOf(name);
      return index >= 0 ? index : (background ?? unscoredLabel);
    });
    return truth.label.map((label) => map[label] ?? unscoredLabel);
  });
  return { classes, ...(background === undefined ? {} : { background }), labels, isScored, counts, notes };
}
