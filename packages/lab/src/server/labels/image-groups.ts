import { createRecording, createVideo } from '@zoopraxis/core';
import { entryOfRecording, type Manifest, readPictureSize, type VideoEntry } from '@zoopraxis/io';
import type { ServerContext } from '../server-context.js';
import { filesOfGroup, groupShownAsVideo, stemOfVideo } from './video-images.js';

const looked = new WeakMap<ServerContext, string>();

/**
 * Makes labeled images whose video the project does not have seen: their folder stands for it, one image a second, in a
 * recording of the same name. Where the video comes later, it takes that place.
 */
export async function showImageGroups(context: ServerContext): Promise<void> {
  const { project } = context;
  const { videos } = project.manifest;
  const real = videos.filter((video) => groupShownAsVideo(video) === undefined);
  const isReal = (group: string) => real.some((video) => video.id === group || stemOfVideo(video) === group);
  const groups = [...new Set(project.images().map(({ group }) => group))].filter((group) => !isReal(group)).sort();
  const shown = videos.flatMap((video) => groupShownAsVideo(video) ?? []);
  const gone = shown.filter(isReal);
  const state = JSON.stringify([groups, shown, gone, project.images().length]);
  if (looked.get(context) === state) return;
  const added: VideoEntry[] = [];
  for (const group of groups) {
    const files = await filesOfGroup(context, group);
    const before = videos.find((video) => groupShownAsVideo(video) === group);
    const [first] = files;
    if (first === undefined || before?.frameCount === files.length) continue;
    const bytes = await project.store.read(`labeled-data/${group}/${first}`);
    const size = bytes === undefined ? undefined : readPictureSize(bytes);
    // A video or recording of this name that is something else goes before.
    if (size === undefined || (before === undefined && videos.some(({ id }) => id === group))) continue;
    const source = `labeled-data/${group}`;
    const { widthPx, heightPx } = size;
    const frames = { frameCount: files.length, fps: 1 };
    createVideo({ id: group, source, view: 'other', widthPx, heightPx, ...frames, contentHash: 'images' });
    added.push({
      ...{ id: group, source, view: 'other', widthPx, heightPx, ...frames, variableRate: false },
      contentHash: 'images',
    });
  }
  if (added.length > 0 || gone.length > 0) {
    await project.updateManifest((manifest) => withGroups(manifest, added, new Set(gone)));
  }
  looked.set(context, state);
}

function withGroups(manifest: Manifest, added: readonly VideoEntry[], gone: ReadonlySet<string>): Manifest {
  const isGone = (video: VideoEntry) => gone.has(groupShownAsVideo(video) ?? '');
  const goneIds = new Set(manifest.videos.filter(isGone).map(({ id }) => id));
  const kept = manifest.recordings.filter(
    ({ id, videos, tracks, annotations }) =>
      !(goneIds.has(id) && videos.every((video) => goneIds.has(video)) && tracks.length + annotations.length === 0),
  );
  const recordings = kept.map((entry) => ({ ...entry, videos: entry.videos.filter((id) => !goneIds.has(id)) }));
  const ids = new Set(recordings.map(({ id }) => id));
  const more = added
    .filter(({ id }) => !ids.has(id))
    .map(({ id }) => entryOfRecording(createRecording({ id, videos: [id] })));
  const others = manifest.videos.filter((video) => !isGone(video) && !added.some(({ id }) => id === video.id));
  return { ...manifest, videos: [...others, ...added], recordings: [...recordings, ...more] };
}
