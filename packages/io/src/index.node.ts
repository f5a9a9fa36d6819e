export { FolderStore } from './bytes/folder-store.node.js';
export { type DrawingPng, writeDrawingPng } from './media/drawing.node.js';
export { type ImageFolderOptions, openImageFolder } from './media/image-folder.node.js';
export { isVideoFile, listVideos } from './media/list-videos.node.js';
export { type OpenFramesOptions, openFrames } from './media/open-frames.node.js';
export { type OpenVideoOptions, openVideo } from './media/open-video.node.js';
export {
  pictureSize,
  type ReadPictureOptions,
  readPicture,
  scalePicture,
  type WriteJpegOptions,
  writeJpeg,
  writePng,
} from './media/picture.node.js';
export { openVideoEncoder, type VideoEncoder, type VideoEncoderOptions } from './media/video-encoder.node.js';
export {
  createProjectFolder,
  type OpenFolderOptions,
  openProjectFolder,
  sourcePath,
} from './project/folder.node.js';
export { type FolderLock, takeLock } from './project/lock.node.js';
export { hashFile } from './records/hash-file.node.js';
