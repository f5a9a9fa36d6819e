import type { Annotations, Ethogram, TimeBase } from '@zoopraxis/core';
import { spansInFrames } from '../annotators/bouts/spans.js';
import { type FrameTruth, unscoredLabel } from '../evaluate/frame-truth-type.js';
import { type CoarseNames, foldBehavior } from './fold-behaviors.js';
import { type EdgeNote, suspectEdges } from './suspect-edges.js';

/** What was odd about annotations that became labels of frames; `message` tells it to the user. */
export interface FrameTruthNote {
  readonly kind:
    | EdgeNote['kind']
    | 'unknown behavior'
    | 'behavior left out'
    | 'overlap'
    | 'point event'
    | 'too short'
    | 'annotation longer than tracks'
    | 'annotation shorter than tracks'
    | 'other frame rate'
    | 'nothing scored';
  readonly message: string;
  /** How many frames it is about, where it is about frames. */
  readonly frameCount?: number;
}

/** Settings of {@link frameTruth}. */
export interface FrameTruthOptions {
  /** Frames of the tracks. */
  readonly timeBase: TimeBase;
  /** Behaviors to label, coarse ones where fine ones fold into them; default all that are annotated, sorted. */
  readonly behaviors?: readonly string[];
  /** Catalogue whose `partOf` folds fine behaviors into those asked for; what it lacks is unknown. */
  readonly ethogram?: Ethogram;
  /** Further fine behaviors and the coarse ones they count as; goes before the ethogram. */
  readonly coarse?: CoarseNames;
  /** Name of what goes on in a frame without a bout. Default `other`; null: such frames were not scored. */
  readonly background?: string | null;
  /** Behaviors that stand for "not scored", such as `base`. Default none. */
  readonly unscored?: readonly string[];
  /** First and last second that the annotator watched, shape `[2]`; frames outside were not scored. */
  readonly watchedSec?: readonly [number, number];
}

/** Labels of frames, and what was odd on the way. */
export interface LabeledTruth {
  readonly truth: FrameTruth;
  readonly notes: readonly FrameTruthNote[];
}

const frames = (count: number) => `${count} ${count === 1 ? 'frame' : 'frames'}`;

/**
 * Returns the label of each frame of one recording from the annotations of one observer (all channels given together): a
 * frame has what goes on at the middle of its time on screen, bouts are half-open, and where two overlap the one that
 * started last has the frame. Nothing is put right silently: what does not fit is told in `notes`. Frames of a behavior that
 * the ethogram does not know are not scored, for nobody can say what they are.
 *
 * @throws RangeError for behaviors twice or none, more than 254, or a background that folds.
 */
export function frameTruth(annotations: readonly Annotations[], options: FrameTruthOptions): LabeledTruth {
  const { timeBase, ethogram, coarse = {}, background = 'other', unscored = [] } = options;
  const notes: FrameTruthNote[] = [];
  const offered = [...new Set(annotations.flatMap(({ behaviors }) => behaviors))].filter((n) => !unscored.includes(n));
  const known = options.behaviors ?? [
    ...new Set(offered.map((name) => foldBehavior(name, { coarse, ethogram }).at(-1) ?? name)),
  ];
  const listed = options.behaviors === undefined ? [...known].sort() : [...known];
  if (background !== null && !listed.includes(background)) listed.push(background);
  if (new Set(listed).size !== listed.length || listed.length > 254 || listed.length === 0) {
    throw new RangeError(`behaviors: must be 1 to 254 different names, got ${listed.join(', ')}`);
  }
  const label = new Uint8Array(timeBase.frameCount).fill(
    background === null ? unscoredLabel : listed.indexOf(background),
  );
  const leftOut = new Map<string, number>();
  const unknown = new Map<string, number>();
  /** Index of a behavior: its own, that of the finest coarser one asked for, or what stands for it. */
  const indexOf = (name: string): number => {
    if (unscored.includes(name)) return unscoredLabel;
    const line = foldBehavior(name, { coarse, ethogram });
    const found = line.find((candidate) => listed.includes(candidate));
    if (found !== undefined) return listed.indexOf(found);
    const isKnown = ethogram === undefined || ethogram.behaviors.some((item) => line.includes(item.name));
    const list = isKnown ? leftOut : unknown;
    list.set(name, list.get(name) ?? 0);
    return isKnown && background !== null ? listed.indexOf(background) : unscoredLabel;
  };
  const bouts = annotations.flatMap((stream) => {
    const indices = stream.behaviors.map(indexOf);
    return Array.from(stream.startSec, (startSec, bout) => ({
      startSec,
      endSec: stream.endSec[bout] as number,
      name: stream.behaviors[stream.behavior[bout] as number] as string,
      index: indices[stream.behavior[bout] as number] as number,
    }));
  });
  bouts.sort((a, b) => a.startSec - b.startSec || a.endSec - b.endSec || a.index - b.index);
  const isTaken = new Uint8Array(timeBase.frameCount);
  let [overlap, points, short] = [0, 0, 0];
  for (const { startSec, endSec, name, index } of bouts) {
    if (endSec === startSec) {
      points++;
      continue;
    }
    const span = spansInFrames(Float64Array.of(startSec, endSec), timeBase);
    const [from = 0, to = 0] = span;
    if (span.length === 0 && startSec < timeBase.frameCount / timeBase.fps) short++;
    for (let frame = from; frame < to; frame++) {
      if (isTaken[frame] === 1 && label[frame] !== index) overlap++;
      isTaken[frame] = 1;
      label[frame] = index;
    }
    for (const list of [leftOut, unknown]) if (list.has(name)) list.set(name, (list.get(name) as number) + to - from);
  }
  for (const [name, count] of unknown) {
    notes.push({
      kind: 'unknown behavior',
      message: `${name} is not in the ethogram: its ${frames(count)} count as not scored; add it, or say what it is part of`,
      frameCount: count,
    });
  }
  for (const [name, count] of leftOut) {
    const as = background === null ? 'as not scored' : `as ${background}`;
    notes.push({
      kind: 'behavior left out',
      message: `${name} was not asked for: its ${frames(count)} count ${as}`,
      frameCount: count,
    });
  }
  if (overlap > 0) {
    const message = `two behaviors are scored at once on ${frames(overlap)}; the bout that started last has them`;
    notes.push({ kind: 'overlap', message, frameCount: overlap });
  }
  if (points > 0) {
    notes.push({ kind: 'point event', message: `${points} point events last no time and label no frame` });
  }
  if (short > 0) {
    notes.push({ kind: 'too short', message: `${short} bouts hold no middle of a frame and label none` });
  }
  notes.push(...compareLengths(annotations, bouts, label, options));
  if (label.every((value) => value === unscoredLabel)) {
    notes.push({ kind: 'nothing scored', message: 'no frame of this recording is scored' });
  }
  return { truth: { behaviors: listed, label }, notes };
}

/** Returns what the lengths and edges of annotations say, and marks frames that nobody watched as not scored. */
function compareLengths(
  annotations: readonly Annotations[],
  bouts: readonly { readonly startSec: number; readonly endSec: number }[],
  label: Uint8Array,
  { timeBase, watchedSec, background = 'other' }: FrameTruthOptions,
): FrameTruthNote[] {
  const notes: FrameTruthNote[] = [];
  const { fps, frameCount, timesSec } = timeBase;
  const endOfTracks = timesSec === undefined ? frameCount / fps : ((timesSec[frameCount - 1] ?? 0) as number) + 1 / fps;
  const lastSec = watchedSec?.[1] ?? bouts.reduce((last, { endSec }) => Math.max(last, endSec), 0);
  if (watchedSec !== undefined) {
    const [from = 0, to = 0] = spansInFrames(Float64Array.of(watchedSec[0], watchedSec[1]), timeBase);
    label.fill(unscoredLabel, 0, Math.min(from, frameCount));
    label.fill(unscoredLabel, to);
  }
  const beyond = Math.round((lastSec - endOfTracks) * fps);
  if (beyond >= 1) {
    notes.push({
      kind: 'annotation longer than tracks',
      message: `the annotation runs ${frames(beyond)} (${(beyond / fps).toFixed(2)} s) past the end of the tracks; what lies there is left out`,
      frameCount: beyond,
    });
  }
  if (beyond <= -1 && (watchedSec !== undefined || background === null)) {
    notes.push({
      kind: 'annotation shorter than tracks',
      message: `the annotation ends ${frames(-beyond)} (${(-beyond / fps).toFixed(2)} s) before the tracks; these frames are not scored`,
      frameCount: -beyond,
    });
  }
  for (const stream of annotations) {
    const rate = stream.frameBase?.fps;
    if (rate !== undefined && Math.abs(rate / fps - 1) > 1e-3) {
      notes.push({
        kind: 'other frame rate',
        message: `the annotation counts ${rate} frames per second, the tracks have ${fps}; bouts are matched by their seconds`,
      });
    }
    notes.push(...suspectEdges(stream, { timeBase, beyond }));
  }
  return notes;
}
