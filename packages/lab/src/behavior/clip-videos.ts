import { readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { TimeBase } from '@zoopraxis/core';
import { openVideo } from '@zoopraxis/io/node';
import { chooseExamples, type ExampleRecording } from './choose-examples.js';
import { type ExampleClips, writeExampleClips } from './example-clips.js';
import { listVideoFiles, pairByStem } from './match-files.js';

/** Settings of {@link cutExamples}. */
export interface CutExamplesOptions {
  /** Folder of videos, matched by name. */
  readonly videos: string;
  /** Folder that gets the clips; those of before are replaced. */
  readonly folder: string;
  /** Behaviors of which no clips are cut, list. */
  readonly background: readonly string[];
  readonly perKind: number;
  readonly synthetic: boolean;
  readonly signal: AbortSignal;
  readonly onClip: (done: number, total: number) => void;
}

/** Removes clips of an earlier page, and nothing else that lies there. */
async function removeClips(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (/-(true-positive|false-positive|false-negative)-\d+\.mp4$/.test(name)) await rm(join(folder, name));
  }
}

/** A recording whose video may lie in the folder. */
export interface FilmedRecording extends Omit<ExampleRecording, 'name' | 'fps'> {
  readonly stem: string;
  readonly timeBase: TimeBase;
}

/** Width in px of clips. */
const clipPx = 360;

/**
 * Returns clips of the clearest found, wrong and missed bouts of recordings whose videos lie in a folder.
 * @throws StorageError where the folder holds no videos.
 */
export async function cutExamples(
  recordings: readonly FilmedRecording[],
  { videos, folder, background, perKind, synthetic, signal, onClip }: CutExamplesOptions,
): Promise<ExampleClips> {
  const { pairs } = pairByStem(
    await listVideoFiles([videos]),
    recordings.map(({ stem }) => ({ stem, path: stem })),
  );
  const filmed = recordings.flatMap(({ stem, ...own }) => {
    const video = pairs.find(({ annotations }) => annotations === stem)?.tracks;
    return video === undefined ? [] : [{ ...own, name: stem, fps: own.timeBase.fps, video }];
  });
  const behaviors = [
    ...new Set(filmed.flatMap(({ truth, predicted }) => [...truth.behaviors, ...predicted.behaviors])),
  ].filter((name) => !background.includes(name));
  const examples = chooseExamples(filmed, { behaviors, perKind });
  await removeClips(resolve(folder));
  const unlike: string[] = [];
  const cut = await writeExampleClips(
    examples,
    filmed.map(({ video, ...own }) => ({
      ...own,
      open: async () => {
        const source = await openVideo(video, { widthPx: clipPx, signal });
        const frames = own.truth.label.length;
        if (Math.abs(source.frameCount - frames) > 0.1 * frames) {
          unlike.push(
            `${own.name}: the video has ${source.frameCount} frames and the truth ${frames}; check that its clips show what they say: ${basename(video)}`,
          );
        }
        return source;
      },
    })),
    { folder, signal, onClip, ...(synthetic ? { mark: 'synthetic' } : {}) },
  );
  const missing = recordings.length - filmed.length;
  return {
    clips: cut.clips,
    notes: [
      ...cut.notes,
      ...unlike,
      ...(missing > 0 ? [`${missing} of ${recordings.length} recordings have no video: no clips of them.`] : []),
    ],
  };
}
