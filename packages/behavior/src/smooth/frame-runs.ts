/** Consecutive frames of one sequence. */
export interface FrameRun {
  readonly start: number;
  /** First frame after the run. */
  readonly end: number;
}

/** Where sequences (recordings joined one after another) begin: ascending frame indices, the first 0, list. */
export type SequenceStarts = readonly number[] | Uint32Array;

/** Throws RangeError unless `sequences` are ascending frame indices that begin with 0. */
export function checkSequences(frameCount: number, sequences: SequenceStarts): void {
  let before = 0;
  for (let index = 0; index < sequences.length; index++) {
    const start = sequences[index] as number;
    if (!Number.isInteger(start) || start < before || start > frameCount || (index === 0 && start !== 0)) {
      throw new RangeError(
        `sequences: must be ascending frame indices in 0..${frameCount} that begin with 0, got ${start} at ${index}`,
      );
    }
    before = start;
  }
  if (frameCount > 0 && sequences.length === 0) throw new RangeError('sequences: must hold at least the index 0');
}

/**
 * Returns the runs of usable frames, list in order: a run ends where its sequence ends and before a frame that
 * `isUsable` refuses. A smoother never looks across the end of a run.
 */
export function frameRuns(
  frameCount: number,
  sequences: SequenceStarts,
  isUsable: (frame: number) => boolean,
): FrameRun[] {
  checkSequences(frameCount, sequences);
  const runs: FrameRun[] = [];
  for (let index = 0; index < sequences.length; index++) {
    const end = index + 1 < sequences.length ? (sequences[index + 1] as number) : frameCount;
    let start = -1;
    for (let frame = sequences[index] as number; frame < end; frame++) {
      if (isUsable(frame)) {
        if (start < 0) start = frame;
      } else if (start >= 0) {
        runs.push({ start, end: frame });
        start = -1;
      }
    }
    if (start >= 0) runs.push({ start, end });
  }
  return runs;
}

/** Bouts of frames with one label within a run. */
export interface LabelBout extends FrameRun {
  readonly label: number;
}

/** Returns the bouts of labels, shape `[frame]`, within one run, list in order. */
export function labelBouts(labels: Uint8Array, { start, end }: FrameRun): LabelBout[] {
  const bouts: LabelBout[] = [];
  let from = start;
  for (let frame = start + 1; frame <= end; frame++) {
    if (frame < end && labels[frame] === labels[from]) continue;
    bouts.push({ start: from, end: frame, label: labels[from] as number });
    from = frame;
  }
  return bouts;
}
