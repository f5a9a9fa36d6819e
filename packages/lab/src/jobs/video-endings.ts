/** Endings, lower case, of the files that are looked for where a video goes with labels or tracks of the same name; list. */
export const videoEndings: readonly string[] = [
  '.mp4',
  '.mov',
  '.mkv',
  '.avi',
  '.webm',
  '.m4v',
  '.mpg',
  '.wmv',
  '.seq',
];
