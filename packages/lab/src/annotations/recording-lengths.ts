import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { TimeBase } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';
import { listTrackFiles, listVideoFiles, pairByStem, type StemFile } from '../behavior/match-files.js';
import { readTracks } from '../jobs/tracks-file.js';

/** Where frame rates and numbers of frames come from. */
export interface LengthSources {
  readonly fps?: number | undefined;
  readonly frames?: number | undefined;
  /** Files or folders of tracks, matched by name. */
  readonly tracks?: readonly string[] | undefined;
  /** Files or folders of videos, matched by name. */
  readonly videos?: readonly string[] | undefined;
  readonly report: (problem: FileProblem) => void;
}

/** What is known of the frames of a recording. */
export interface RecordingLength {
  readonly fps?: number;
  readonly frameCount?: number;
  /** Times of frames, where the rate varies. */
  readonly timeBase?: TimeBase;
}

/** Returns what tells the frames of recordings by their names, each file opened once; `--fps` and `--frames` go first. */
export async function recordingLengths(sources: LengthSources): Promise<(stem: string) => Promise<RecordingLength>> {
  const { fps, frames, tracks = [], videos = [], report } = sources;
  const trackFiles = tracks.length === 0 ? [] : await listTrackFiles(tracks);
  const videoFiles = videos.length === 0 ? [] : await listVideoFiles(videos);
  const known = new Map<string, Promise<TimeBase | undefined>>();
  const partner = (stem: string, files: readonly StemFile[]) =>
    pairByStem(files, [{ stem, path: stem }]).pairs[0]?.tracks;
  const timeBaseOf = (stem: string): Promise<TimeBase | undefined> => {
    const [track, video] = [partner(stem, trackFiles), partner(stem, videoFiles)];
    const path = track ?? video;
    if (path === undefined) return Promise.resolve(undefined);
    const before = known.get(path);
    if (before !== undefined) return before;
    const reading =
      track === undefined
        ? videoTimeBase(path)
        : trackTimeBase(path, { report, ...(fps === undefined ? {} : { fps }) });
    known.set(path, reading);
    return reading;
  };
  return async (stem) => {
    const base = fps !== undefined && frames !== undefined ? undefined : await timeBaseOf(stem);
    const rate = fps ?? base?.fps;
    const frameCount = frames ?? base?.frameCount;
    return {
      ...(rate === undefined ? {} : { fps: rate }),
      ...(frameCount === undefined ? {} : { frameCount }),
      ...(base?.timesSec === undefined || fps !== undefined ? {} : { timeBase: base }),
    };
  };
}

async function trackTimeBase(
  path: string,
  options: { fps?: number; report: (problem: FileProblem) => void },
): Promise<TimeBase> {
  const file = await open(path, 'r');
  const start = new Uint8Array(4);
  await file.read(start, 0, 4, 0).finally(() => file.close());
  if (new TextDecoder().decode(start) === 'PAR1') {
    const [{ readTracksFooter }, { FolderStore }] = await Promise.all([
      import('@zoopraxis/io'),
      import('@zoopraxis/io/node'),
    ]);
    const footer = await readTracksFooter(new FolderStore(dirname(path)), basename(path));
    if (footer !== undefined && !footer.variableRate) return { frameCount: footer.frameCount, fps: footer.fps };
  }
  return (await readTracks(path, options)).timeBase;
}

async function videoTimeBase(path: string): Promise<TimeBase> {
  const { openVideo } = await import('@zoopraxis/io/node');
  const video = await openVideo(path);
  const { frameCount, fps, timesSec } = video;
  await video.close();
  return { frameCount, fps, ...(timesSec === undefined ? {} : { timesSec }) };
}
