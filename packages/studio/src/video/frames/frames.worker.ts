import type { FrameReply, FrameRequest } from './frame-messages.js';
import { VideoReader } from './video-reader.js';

const readers = new Map<string, VideoReader>();

const tell = (reply: FrameReply) =>
  self.postMessage(reply, { transfer: reply.kind === 'frame' ? [reply.picture] : [] });

self.addEventListener('message', ({ data }: MessageEvent<FrameRequest>) => {
  const { video } = data;
  if (data.kind === 'open') {
    readers.get(video)?.close();
    readers.set(video, new VideoReader(data, tell));
  } else if (data.kind === 'want') readers.get(video)?.want(data.frames, data.isPlaying, data.received);
  else {
    readers.get(video)?.close();
    readers.delete(video);
  }
});
