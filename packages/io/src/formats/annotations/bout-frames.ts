import { type Annotations, StorageError } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import type { Report } from '../file-problem.js';

/** A bout on the frames of its video. */
export interface BoutFrames {
  readonly behavior: string;
  /** Counted from 0. */
  readonly first: number;
  /** Not included; always above `first`: a point event takes one frame. */
  readonly end: number;
}

/** What writers of files that count in frames take beside the bouts. */
export interface FrameWriteOptions {
  /** Frames per second of the video. */
  readonly fps: number;
  /** Frames of the video. */
  readonly frameCount: number;
  readonly report: Report;
  /** Name of the file, for messages. */
  readonly path?: string;
}

/**
 * Returns the frames of bouts, list by start; each end is brought to the nearest boundary between frames. What ends after
 * the last frame is cut there; bouts that lie off the frames by more than a tenth of one, that are points, or that reach
 * beyond the video are told in one problem each.
 */
export function framesOfBouts(
  annotations: Annotations,
  { fps, frameCount, report, path = '' }: FrameWriteOptions,
): BoutFrames[] {
  const found: BoutFrames[] = [];
  const counts = { off: 0, points: 0, cut: 0, outside: 0 };
  for (let bout = 0; bout < annotations.startSec.length; bout++) {
    const [startSec, endSec] = [annotations.startSec[bout] as number, annotations.endSec[bout] as number];
    const [first, end] = [Math.round(startSec * fps), Math.round(endSec * fps)];
    if (Math.max(Math.abs(first - startSec * fps), Math.abs(end - endSec * fps)) > 0.1) counts.off++;
    if (first >= frameCount || end < 0) {
      counts.outside++;
      continue;
    }
    if (end > frameCount || first < 0) counts.cut++;
    const from = Math.max(first, 0);
    const to = Math.min(end, frameCount);
    if (to <= from) counts.points++;
    found.push({
      behavior: annotations.behaviors[annotations.behavior[bout] as number] as string,
      first: from,
      end: Math.max(to, from + 1),
    });
  }
  const tell = (count: number, message: string) => {
    if (count === 0) return;
    report({ severity: 'warning', code: 'not-stored', file: path, where: annotations.channel, message });
  };
  tell(counts.off, `${counts.off} bouts begin or end between two frames and were moved to the nearest boundary.`);
  tell(counts.points, `${counts.points} events without duration take one frame: the format has none.`);
  tell(counts.cut, `${counts.cut} bouts reach beyond the ${frameCount} frames of the video and were cut.`);
  tell(counts.outside, `${counts.outside} bouts lie outside the ${frameCount} frames of the video and are left out.`);
  return found;
}

/**
 * Returns streams by the name of their channel, made different where two have the same, in order.
 * @throws StorageError where they are of several recordings: the formats hold one.
 */
export function streamsByChannel(
  streams: readonly RecordedAnnotations[],
  format: string,
): [name: string, annotations: Annotations][] {
  const recordings = [...new Set(streams.map(({ recording }) => recording))];
  if (recordings.length > 1) {
    throw new StorageError(`a ${format} holds one recording, and there are ${recordings.slice(0, 3).join(', ')}`, {
      hint: 'Write one file for each recording.',
    });
  }
  const used = new Set<string>();
  return streams.map(({ annotations }) => {
    const { channel, annotator, subject } = annotations;
    const candidates = [channel, `${channel}_${annotator}`, `${channel}_${annotator}_${subject}`];
    let name = candidates.find((candidate) => !used.has(candidate));
    for (let i = 2; name === undefined; i++) if (!used.has(`${channel}_${i}`)) name = `${channel}_${i}`;
    used.add(name);
    return [name, annotations];
  });
}
