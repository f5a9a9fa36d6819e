import type { Av } from './av-binding.node.js';
import { openAvFile, readVideoPacket } from './av-file.node.js';

/**
 * Returns the numbers of packets in the order in which a decoder shows their pictures, shape `[picture]`, found by decoding all
 * of them: the only way where packets are reordered but carry no presentation times, as H.264 in AVI.
 */
export async function decodedOrder(av: Av, path: string, count: number, check: () => void): Promise<Uint32Array> {
  const file = await openAvFile(av, path);
  const context = new av.CodecContext();
  const packet = new av.Packet();
  const picture = new av.Frame();
  const order = new Uint32Array(count);
  let shown = 0;
  try {
    const decoder = av.Codec.findDecoder(file.stream.codecpar.codecId);
    context.allocContext3(decoder);
    context.parametersToContext(file.stream.codecpar);
    // Several threads would find another order with every run where the stream is damaged.
    context.threadCount = 1;
    context.setFlags(av.constants.AV_CODEC_FLAG_OUTPUT_CORRUPT);
    context.setOption('strict', 1);
    context.setOption('skip_loop_filter', 'all');
    if (context.open2Sync(decoder, null) < 0) return new Uint32Array(0);
    packet.alloc();
    picture.alloc();
    const take = (): void => {
      while (context.receiveFrameSync(picture) >= 0) {
        const number = Number(picture.pts);
        if (number >= 0 && number < count && shown < count) order[shown++] = number;
        picture.unref();
      }
    };
    for (let number = 0; number < count && readVideoPacket(av, file, packet); number++) {
      check();
      if (packet.size === 0) continue;
      packet.pts = BigInt(number);
      packet.dts = BigInt(number);
      context.sendPacketSync(packet);
      take();
    }
    context.sendPacketSync(null);
    take();
  } finally {
    context.freeContext();
    packet.free();
    picture.free();
    file.format.closeInputSync();
  }
  return order.slice(0, shown);
}
