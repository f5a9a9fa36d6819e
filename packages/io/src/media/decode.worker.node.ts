import { answerCalls } from '@zoopraxis/core/node';
import { loadAv } from './av-binding.node.js';
import { type DecodeRequest, VideoReaders } from './video-readers.node.js';

let readers: VideoReaders | undefined;

answerCalls<DecodeRequest>(async (request) => {
  switch (request.kind) {
    case 'open': {
      readers = await VideoReaders.open(await loadAv(), request);
      return { reply: readers.opened };
    }
    case 'read': {
      if (readers === undefined) throw new TypeError('decode worker: no file is open');
      const pixels = await readers.read(request);
      return { reply: pixels, moved: [pixels.buffer] };
    }
    case 'key':
      if (readers === undefined) throw new TypeError('decode worker: no file is open');
      return { reply: readers.keyFrameOf(request.frame) };
    case 'release':
      readers?.release(request.reader);
      return { reply: undefined };
    case 'close':
      readers?.close();
      readers = undefined;
      return { reply: undefined };
  }
});
