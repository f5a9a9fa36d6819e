import type { ProjectView } from 'zoopraxis';

const stem = (name: string) => name.replace(/\.[^.]*$/, '');

/** Returns the recording whose video a group of labeled images was taken from: by the video's id, file name, or its own id. */
export function recordingOfGroup(
  { videos, recordings }: Pick<ProjectView, 'videos' | 'recordings'>,
  group: string,
): string | undefined {
  const video = videos.find(({ id, fileName }) => id === group || stem(fileName) === group);
  return recordings.find(({ id, videos: own }) => (video === undefined ? id === group : own.includes(video.id)))?.id;
}
