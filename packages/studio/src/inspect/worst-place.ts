import type { LabelImage, ProjectView, VideoView } from 'zoopraxis';

const stem = (name: string) => name.replace(/\.[^.]*$/, '');

/** Returns the video that a group of labeled images was taken from: by its id or file name. */
export function videoOfGroup({ videos }: Pick<ProjectView, 'videos'>, group: string): VideoView | undefined {
  return videos.find(({ id, fileName }) => id === group || stem(fileName) === group);
}

/** Returns the recording whose video a group of labeled images was taken from: by the video's id, file name, or its own id. */
export function recordingOfGroup(
  project: Pick<ProjectView, 'videos' | 'recordings'>,
  group: string,
): string | undefined {
  const video = videoOfGroup(project, group);
  return project.recordings.find(({ id, videos: own }) => (video === undefined ? id === group : own.includes(video.id)))
    ?.id;
}

/**
 * Returns the frame of a labeled image in its video: as the project knows the image (in folders of images frames are their
 * places in the folder), else the number in its file name; null where neither tells.
 */
export function frameOfImage(
  images: readonly LabelImage[],
  { group, file, frame }: { readonly group: string; readonly file: string; readonly frame: number | null },
): number | null {
  const known = images.find((image) => image.file === file && image.group === group);
  return known?.frame ?? frame;
}
