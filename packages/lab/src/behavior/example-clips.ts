import { join, resolve } from 'node:path';
import { type FrameTruth, labelRuns } from '@zoopraxis/behavior';
import {
  DomainError,
  type FrameSource,
  type Picture,
  type PoseTracks,
  StorageError,
  secondsOfFrame,
} from '@zoopraxis/core';
import { categoryColor, colorChannels, formatDuration } from '@zoopraxis/figures';
import { openVideoEncoder } from '@zoopraxis/io/node';
import { type Color, drawLine, drawRectangle } from '../render/draw.js';
import { drawPose } from '../render/draw-pose.js';
import { drawText, textSizePx } from '../render/font.js';
import type { ExampleBout, ExampleRecording } from './choose-examples.js';

/** A recording whose video can be cut. */
export interface ClipRecording extends ExampleRecording {
  /** Opens the video; a width of about 360 px is enough. It is closed when its clips are cut. */
  open(): Promise<FrameSource>;
  /** Drawn on the frames. */
  readonly tracks?: PoseTracks;
  /** Width in px of the frames that the tracks count in; default that of the source. */
  readonly tracksWidthPx?: number;
}

/** Settings of {@link writeExampleClips}. */
export interface ExampleClipsOptions {
  /** Folder that gets the clips; made where it does not exist. */
  readonly folder: string;
  /** Seconds before the bout, default 1. */
  readonly beforeSec?: number;
  /** Seconds after the bout, default 1. */
  readonly afterSec?: number;
  /** Longest clip; of longer bouts the beginning is shown; default 6. */
  readonly longestSec?: number;
  /** From 1 to 100, default 55. */
  readonly quality?: number;
  /** Word on each frame, such as `synthetic`. */
  readonly mark?: string;
  readonly signal?: AbortSignal;
  readonly onClip?: (done: number, total: number) => void;
}

/** A clip that was cut. */
export interface ExampleClip extends ExampleBout {
  /** Absolute path of the MP4 file. */
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** First frame of the clip in the recording. */
  readonly firstFrame: number;
  readonly frameCount: number;
  readonly corruptFrameCount: number;
}

/** Clips, and what could not be cut. */
export interface ExampleClips {
  readonly clips: readonly ExampleClip[];
  /** Sentences, list. */
  readonly notes: readonly string[];
}

/** Returns a name that every file system takes. */
const plainName = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'x';

/**
 * Cuts one MP4 for each example, with two lanes on top: where the truth and where the model has the behavior, and where the
 * clip is. Recordings are opened one after another. A video that is too short or cannot be read is told and leaves the others.
 */
export async function writeExampleClips(
  examples: readonly ExampleBout[],
  recordings: readonly ClipRecording[],
  options: ExampleClipsOptions,
): Promise<ExampleClips> {
  const { signal, onClip } = options;
  const clips: (ExampleClip | undefined)[] = examples.map(() => undefined);
  const notes: string[] = [];
  const used = new Map<string, number>();
  const paths = examples.map(({ behavior, kind }) => {
    const stem = `${plainName(behavior)}-${plainName(kind)}`;
    const number = (used.get(stem) ?? 0) + 1;
    used.set(stem, number);
    return join(resolve(options.folder), `${stem}-${number}.mp4`);
  });
  let done = 0;
  for (const recording of recordings) {
    const own = examples
      .map((example, i) => ({ example, i }))
      .filter(({ example }) => example.recording === recording.name);
    if (own.length === 0) continue;
    signal?.throwIfAborted();
    let source: FrameSource;
    try {
      source = await recording.open();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      notes.push(`${recording.name}: no clip, for the video cannot be read: ${error.message}`);
      continue;
    }
    try {
      for (const { example, i } of own) {
        try {
          clips[i] = await writeClip(example, paths[i] as string, { recording, source, options });
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          notes.push(`${recording.name}, frame ${example.startFrame}: no clip: ${error.message}`);
        }
        onClip?.(++done, examples.length);
      }
    } finally {
      await source.close();
    }
  }
  const known = new Set(recordings.map(({ name }) => name));
  for (const name of new Set(examples.map(({ recording }) => recording))) {
    if (!known.has(name)) notes.push(`${name}: no clip, for no video was given.`);
  }
  return { clips: clips.flatMap((clip) => clip ?? []), notes };
}

async function writeClip(
  example: ExampleBout,
  path: string,
  { recording, source, options }: { recording: ClipRecording; source: FrameSource; options: ExampleClipsOptions },
): Promise<ExampleClip> {
  const { beforeSec = 1, afterSec = 1, longestSec = 6, quality = 55, mark, signal } = options;
  const { fps } = source;
  const start = Math.max(0, example.startFrame - Math.round(beforeSec * fps));
  const end = Math.min(
    source.frameCount,
    example.endFrame + Math.round(afterSec * fps),
    start + Math.max(1, Math.round(longestSec * fps)),
  );
  if (start >= end) {
    throw new StorageError(`the video of ${source.frameCount} frames ends before the bout`, {
      hint: 'Check that video and annotations belong together.',
    });
  }
  // Encoders of H.264 take even sides alone.
  const [widthPx, heightPx] = [source.widthPx & ~1, source.heightPx & ~1];
  const encoder = await openVideoEncoder(path, {
    ...{ widthPx, heightPx, quality },
    ...(source.timesSec === undefined ? { fps } : { timesSec: source.timesSec.subarray(start, end) }),
  });
  const scale = source.widthPx / (recording.tracksWidthPx ?? source.widthPx);
  let [frameCount, corruptFrameCount] = [0, 0];
  try {
    for await (const frame of source.frames(start, end, signal)) {
      signal?.throwIfAborted();
      if (frame.corrupt) corruptFrameCount++;
      const picture = evenPicture(frame, widthPx, heightPx);
      if (recording.tracks !== undefined && frame.index < recording.tracks.timeBase.frameCount) {
        drawPose(picture, recording.tracks, { frame: frame.index, scale });
      }
      const base = { fps, frameCount: source.frameCount, ...(source.timesSec && { timesSec: source.timesSec }) };
      const caption = [mark, example.behavior, formatDuration(secondsOfFrame(base, frame.index))];
      drawLanes(picture, {
        ...{ recording, behavior: example.behavior, start, end, frame: frame.index },
        caption: caption.filter((part) => part !== undefined).join('  '),
      });
      await encoder.write(picture);
      frameCount++;
      source.recycle?.(frame);
    }
    await encoder.finish();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
  return { ...example, path, widthPx, heightPx, firstFrame: start, frameCount, corruptFrameCount };
}

/** Returns a picture without its last column or row where a side is odd. */
function evenPicture(picture: Picture, widthPx: number, heightPx: number): Picture {
  if (picture.widthPx === widthPx && picture.heightPx === heightPx) return picture;
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    const from = y * picture.widthPx * 3;
    rgb.set(picture.rgb.subarray(from, from + widthPx * 3), y * widthPx * 3);
  }
  return { widthPx, heightPx, rgb };
}

/** Returns the stretches of frames of a clip that have the behavior, list of `[start, end]`. */
function stretches({ behaviors, label }: FrameTruth, behavior: string, start: number, end: number): [number, number][] {
  return labelRuns(label.subarray(start, end)).flatMap(({ behavior: own, startFrame, endFrame }): [number, number][] =>
    behaviors[own] === behavior ? [[start + startFrame, start + endFrame]] : [],
  );
}

function drawLanes(
  picture: Picture,
  {
    recording,
    behavior,
    start,
    end,
    frame,
    caption,
  }: { recording: ClipRecording; behavior: string; start: number; end: number; frame: number; caption: string },
): void {
  const scale = Math.max(1, Math.round(picture.widthPx / 360));
  const lanePx = 9 * scale;
  const textPx = textSizePx('truth', scale);
  const [left, right] = [textPx.widthPx + 8 * scale, picture.widthPx - 5 * scale];
  // On top, for players lay their buttons over the foot.
  const [top, foot] = [0, 2 * lanePx + 4 * scale];
  drawRectangle(picture, [0, top, picture.widthPx - 1, foot - 1], { color: [12, 18, 24], opacity: 0.72 });
  const xOf = (at: number) => left + ((right - left) * (at - start)) / Math.max(1, end - start);
  const lanes: [string, FrameTruth, Color][] = [
    ['truth', recording.truth, colorChannels(categoryColor(0))],
    ['model', recording.predicted, colorChannels(categoryColor(1))],
  ];
  for (const [i, [name, labels, color]] of lanes.entries()) {
    const y = top + 2 * scale + i * lanePx;
    drawText(picture, name, { left: 4 * scale, top: y + scale, scale, color: [255, 255, 255] });
    const box = (from: number, to: number): [number, number, number, number] => [
      Math.round(xOf(from)),
      y + scale,
      Math.max(Math.round(xOf(from)), Math.round(xOf(to)) - 1),
      y + lanePx - 2 * scale,
    ];
    drawRectangle(picture, box(start, end), { color: [255, 255, 255], opacity: 0.14 });
    for (const [from, to] of stretches(labels, behavior, start, Math.min(end, labels.label.length))) {
      drawRectangle(picture, box(from, to), { color, opacity: 1 });
    }
  }
  const at = xOf(frame + 0.5);
  drawLine(picture, [at, top + scale], [at, foot - scale], { width: 1.4 * scale, color: [255, 255, 255] });
  const size = textSizePx(caption, scale);
  const box = [0, foot, size.widthPx + 6 * scale, foot + size.heightPx + 6 * scale] as const;
  drawRectangle(picture, box, { color: [0, 0, 0], opacity: 0.55 });
  drawText(picture, caption, { left: 3 * scale, top: foot + 3 * scale, scale, color: [255, 255, 255] });
}
