import { stat } from 'node:fs/promises';
import { type ImageFolderOptions, openImageFolder } from './image-folder.node.js';
import { type OpenVideoOptions, openVideo } from './open-video.node.js';
import type { VideoSource } from './video-information.js';

/** How a recording is opened, whatever it is. */
export type OpenFramesOptions = OpenVideoOptions & ImageFolderOptions;

/**
 * Returns an open recording: a video of any kind, a NorPix sequence or a folder of images; what it is is
 * told by its content, not by its name.
 * @throws StorageError where nothing can be read, FormatError where it is no recording.
 */
export async function openFrames(path: string, options: OpenFramesOptions = {}): Promise<VideoSource> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ? openImageFolder(path, options) : openVideo(path, options);
}
