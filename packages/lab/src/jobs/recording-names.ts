import { basename, extname } from 'node:path';
import { FormatError, type Recording } from '@zoopraxis/core';
import { isFileName, type VideoEntry } from '@zoopraxis/io';

/** Endings of file names that are no part of the name of a recording. */
const endings = /^\.(avi|mp4|m4v|mov|mkv|mpe?g|wmv|webm|seq|ts|tiff?|csv|tsv|h5|json|txt|slp)$/i;

const withoutEnding = (name: string): string => {
  const file = basename(name.replaceAll('\\', '/'));
  const ending = extname(file);
  return endings.test(ending) ? file.slice(0, -ending.length) : file;
};

/** What a table's word for a recording means. */
export interface RecordingName {
  readonly id: string;
  /** False where the project has no such recording. */
  readonly known: boolean;
}

/**
 * Returns a function that tells which recording a name in a table means: its id, a file of that name (`m1.mp4` for `m1`),
 * or the only recording that has this video. Where there is none it returns the id that a new one would have.
 */
export function recordingNames(
  recordings: readonly Recording[],
  videos: readonly VideoEntry[],
): (name: string) => RecordingName {
  const ids = new Set(recordings.map(({ id }) => id));
  const byVideo = new Map<string, Set<string>>();
  const remember = (name: string, id: string) => byVideo.set(name, (byVideo.get(name) ?? new Set()).add(id));
  const sources = new Map(videos.map(({ id, source }) => [id, source]));
  for (const { id, videos: own } of recordings) {
    for (const video of own) for (const name of [video, sources.get(video) ?? video]) remember(withoutEnding(name), id);
  }
  return (name) => {
    const id = withoutEnding(name);
    if (ids.has(name)) return { id: name, known: true };
    if (ids.has(id)) return { id, known: true };
    const [only, ...others] = byVideo.get(id) ?? [];
    return only !== undefined && others.length === 0 ? { id: only, known: true } : { id, known: false };
  };
}

/**
 * Returns nothing where a new recording may have this name.
 * @throws FormatError where it is too long or could not be part of a file name.
 */
export function checkNewRecording(id: string, place: { format: string; path: string; where: string }): void {
  if (isFileName(id)) return;
  throw new FormatError({
    ...place,
    expected: 'a name of at most 200 letters that can be part of a file name',
    found: JSON.stringify(id.slice(0, 220)),
    hint: 'Names of recordings cannot hold / \\ : * ? " < > | and do not begin or end with a dot or space.',
  });
}
