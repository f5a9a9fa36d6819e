import type { Manifest, RecordingEntry, VideoEntry } from '@zoopraxis/io';
import { originalTracks } from './edited-names.js';

/** Where tracks belong. */
export interface TracksPlace {
  readonly recording: RecordingEntry | undefined;
  /** The video whose frames they count. */
  readonly video: VideoEntry | undefined;
}

/** Returns the longest of names that a word is, or begins with before `-`, `_`, `.` or DeepLabCut's `DLC_`; undefined where none is. */
function longestStem(word: string, names: readonly string[]): string | undefined {
  return names
    .filter((name) => word === name || (word.startsWith(name) && /^([-_.]|DLC_)/.test(word.slice(name.length))))
    .sort((a, b) => b.length - a.length)[0];
}

/** Returns where tracks belong: to the recording that names them, else to the one, or the video, that they are called like. */
export function placeOfTracks({ recordings, videos }: Manifest, tracks: string): TracksPlace {
  const name = originalTracks(tracks);
  const named = recordings.find((item) => item.tracks.includes(tracks) || item.tracks.includes(name));
  const ids = named?.videos ?? videos.map(({ id }) => id);
  const videoId = longestStem(name, ids) ?? (named?.videos.length === 1 ? named.videos[0] : undefined);
  const like = longestStem(
    name,
    recordings.map(({ id }) => id),
  );
  const recording =
    named ??
    recordings.find((item) => videoId !== undefined && item.videos.includes(videoId)) ??
    recordings.find(({ id }) => id === like);
  const only = recording?.videos.length === 1 ? recording.videos[0] : undefined;
  return { recording, video: videos.find(({ id }) => id === (videoId ?? only)) };
}

/** Returns px per cm of the video that tracks lie in, or that of all videos of their recording; undefined where none is known. */
export function scaleOfTracks(manifest: Manifest, tracks: string): number | undefined {
  const { recording, video } = placeOfTracks(manifest, tracks);
  const own = manifest.videos.filter(({ id }) =>
    video === undefined ? recording?.videos.includes(id) : id === video.id,
  );
  const scales = new Set(
    own.map(({ calibration }) => (calibration?.kind === 'plane' ? calibration.pxPerCm : undefined)),
  );
  return scales.size === 1 ? [...scales][0] : undefined;
}

/**
 * Returns which of all tracks belong to which recording, by its id: in the order in which it names them, then by name; edited
 * ones after their originals.
 */
export function tracksByRecording(manifest: Manifest, all: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of all) {
    const id = placeOfTracks(manifest, name).recording?.id;
    if (id === undefined) continue;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [name]);
    else group.push(name);
  }
  for (const { id, tracks } of manifest.recordings) {
    const rank = (name: string) => {
      const at = tracks.indexOf(originalTracks(name));
      return at < 0 ? tracks.length : at;
    };
    const isEdited = (name: string) => Number(name !== originalTracks(name));
    groups.get(id)?.sort((a, b) => rank(a) - rank(b) || isEdited(a) - isEdited(b) || (a < b ? -1 : 1));
  }
  return groups;
}

/** Returns which of all tracks belong to a recording, list in the order of `tracksByRecording`. */
export const tracksOfRecording = (manifest: Manifest, recording: string, all: readonly string[]): readonly string[] =>
  tracksByRecording(manifest, all).get(recording) ?? [];
