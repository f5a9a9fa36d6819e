import { createAnnotations, type FrameBase } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';

/** Whose bouts of which recording a stream holds. */
export interface StreamKey {
  readonly recording: string;
  readonly subject: string;
  readonly target?: string | undefined;
  readonly annotator: string;
  readonly channel?: string | undefined;
}

/** One bout as a file has it, seconds half-open. */
export interface CollectedBout {
  readonly behavior: string;
  readonly startSec: number;
  readonly endSec: number;
  readonly modifiers?: readonly string[];
  readonly probability?: number;
}

/** Takes bouts in any order and sorts them into streams. */
export interface BoutCollector {
  add(key: StreamKey, bout: CollectedBout): void;
  /** Says that behaviors were scored, with or without bouts; makes the stream where it has none yet. */
  score(key: StreamKey, behaviors: Iterable<string>): void;
  observe(key: StreamKey, startSec: number, endSec: number): void;
  /** Returns the streams in the order in which they first came. */
  streams(): RecordedAnnotations[];
}

/** Returns a collector of bouts; `frameBase` is that of the file. */
export function createBoutCollector(frameBase?: FrameBase): BoutCollector {
  interface Stream {
    readonly key: StreamKey;
    readonly behaviors: Map<string, number>;
    readonly bouts: CollectedBout[];
    observedSec?: readonly [number, number];
  }
  const streams = new Map<string, Stream>();
  const streamOf = (key: StreamKey): Stream => {
    const id = JSON.stringify([key.recording, key.subject, key.target ?? null, key.annotator, key.channel ?? null]);
    const found = streams.get(id) ?? { key, behaviors: new Map(), bouts: [] };
    streams.set(id, found);
    return found;
  };
  const score = ({ behaviors }: Stream, names: Iterable<string>): void => {
    for (const name of names) if (!behaviors.has(name)) behaviors.set(name, behaviors.size);
  };
  return {
    add(key, bout) {
      const stream = streamOf(key);
      score(stream, [bout.behavior]);
      stream.bouts.push(bout);
    },
    score(key, names) {
      score(streamOf(key), names);
    },
    observe(key, startSec, endSec) {
      streamOf(key).observedSec = [startSec, endSec];
    },
    streams: () =>
      [...streams.values()].map(({ key, behaviors, bouts, observedSec }) => {
        const names = [...behaviors.keys()].sort();
        const index = new Map(names.map((name, i) => [name, i]));
        const annotations = createAnnotations({
          subject: key.subject,
          ...(key.target === undefined ? {} : { target: key.target }),
          annotator: key.annotator,
          channel: key.channel ?? 'default',
          ...(frameBase === undefined ? {} : { frameBase }),
          behaviors: names,
          startSec: Float64Array.from(bouts, ({ startSec }) => startSec),
          endSec: Float64Array.from(bouts, ({ endSec }) => endSec),
          behavior: Int32Array.from(bouts, ({ behavior }) => index.get(behavior) as number),
          ...(bouts.some(({ modifiers }) => modifiers !== undefined && modifiers.length > 0)
            ? { modifiers: bouts.map(({ modifiers = [] }) => modifiers) }
            : {}),
          ...(bouts.some(({ probability }) => probability !== undefined)
            ? { probability: Float32Array.from(bouts, ({ probability = Number.NaN }) => probability) }
            : {}),
        });
        return { recording: key.recording, annotations, ...(observedSec === undefined ? {} : { observedSec }) };
      }),
  };
}
