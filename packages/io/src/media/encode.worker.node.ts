import { answerCalls } from '@zoopraxis/core/node';
import { loadAv } from './av-binding.node.js';
import { type EncoderSettings, H264Writer } from './h264-writer.node.js';

/** What the encoding thread is asked. */
export type EncodeRequest =
  | { readonly kind: 'open'; readonly settings: EncoderSettings }
  | { readonly kind: 'write'; readonly rgb: ArrayBuffer; readonly tick: number }
  | { readonly kind: 'finish' }
  | { readonly kind: 'close' };

let writer: H264Writer | undefined;

answerCalls<EncodeRequest>(async (request) => {
  switch (request.kind) {
    case 'open':
      writer = new H264Writer(await loadAv(), request.settings);
      return { reply: undefined };
    case 'write':
      writer?.write(new Uint8Array(request.rgb), request.tick);
      return { reply: request.rgb, moved: [request.rgb] };
    case 'finish':
      writer?.finish();
      return { reply: undefined };
    case 'close':
      writer?.close();
      writer = undefined;
      return { reply: undefined };
  }
});
