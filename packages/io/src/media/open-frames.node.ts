import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ImageFolderOptions, openImageFolder } from './image-folder.node.js';
import { isNorpix } from './norpix-header.js';
import { openNorpix } from './norpix-source.node.js';
import { type OpenVideoOptions, openVideo } from './open-video.node.js';
import { isImage } from './picture.node.js';
import type { VideoSource } from './video-information.js';
import { checkMediaFile, unreadableVideo } from './video-problem.node.js';

/** How a recording is opened, whatever it is. */
export type OpenFramesOptions = OpenVideoOptions & ImageFolderOptions;

/**
 * Returns an open recording: a video of any kind, a NorPix sequence or a folder of images; what it is is
 * told by its content, not by its name. `fps` serves folders of images alone.
 * @throws StorageError where nothing can be read, FormatError where it is no recording.
 */
export async function openFrames(path: string, options: OpenFramesOptions = {}): Promise<VideoSource> {
  options.signal?.throwIfAborted();
  const file = resolve(path);
  const stats = await stat(file).catch(() => undefined);
  if (stats?.isDirectory()) return openImageFolder(file, options);
  await checkMediaFile(file);
  const handle = await open(file, 'r');
  let head: Uint8Array;
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(32), 0, 32, 0);
    head = buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
  if (isNorpix(head)) return openNorpix(file, options);
  const isGif = head[0] === 0x47 && head[1] === 0x49 && head[2] === 0x46;
  if (isImage(head) && !isGif)
    throw await unreadableVideo(file, 'a single image; name its folder to read all images in it');
  return openVideo(file, options);
}
