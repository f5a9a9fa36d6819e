import { type Annotations, createAnnotations } from '@zoopraxis/core';
import type { ScoredRecording } from './scored-recording.js';

/** Returns bouts of one annotator: lists of start and end in seconds for each behavior that was scored. */
export function scoring(
  annotator: string,
  bouts: Readonly<Record<string, readonly (readonly [number, number])[]>>,
): Annotations {
  const behaviors = Object.keys(bouts);
  const all = behaviors.flatMap((name, index) => (bouts[name] ?? []).map(([start, end]) => ({ start, end, index })));
  return createAnnotations({
    subject: 'mouse',
    annotator,
    channel: 'default',
    behaviors,
    startSec: Float64Array.from(all, ({ start }) => start),
    endSec: Float64Array.from(all, ({ end }) => end),
    behavior: Int32Array.from(all, ({ index }) => index),
  });
}

/** Returns a recording that was watched from 0 to `endSec`, with ten frames a second. */
export function scoredRecording(
  annotations: readonly Annotations[],
  { recording = 'r1', endSec = 100, ...rest }: Partial<ScoredRecording> & { endSec?: number } = {},
): ScoredRecording {
  const timeBase = { frameCount: Math.round(endSec * 10), fps: 10 };
  return { recording, scored: { startSec: 0, endSec }, timeBase, annotations, ...rest };
}
