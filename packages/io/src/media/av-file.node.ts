import type { FormatContext, Packet, Rational, Stream } from 'node-av/lib';
import type { Av } from './av-binding.node.js';
import type { Rate } from './frame-times.js';
import { isHiddenPicture } from './hidden-picture.js';
import { type Orientation, orientationOf, upright } from './orientation.js';
import { type PacketColumns, PacketList, packetFlag } from './packet-columns.js';
import { pictureless, unreadableVideo } from './video-problem.node.js';

/** Containers that are opened. Playlists and scripts, which lead to other files and hosts, are not among them. */
const containers = [
  ...['mov', 'mp4', 'm4a', '3gp', '3g2', 'mj2', 'avi', 'matroska', 'webm', 'asf', 'flv', 'live_flv', 'mpeg', 'mpegts'],
  ...['mpegvideo', 'ogg', 'nut', 'mxf', 'ivf', 'dv', 'gif', 'apng', 'yuv4mpegpipe', 'h264', 'hevc', 'm4v', 'mjpeg'],
  ...[
    'mjpeg_2000',
    'obu',
    'av1',
    'vc1',
    'vc1test',
    'swf',
    'rm',
    'wtv',
    'roq',
    'nsv',
    'amv',
    'aiff',
    'wav',
    'mp3',
    'aac',
    'flac',
  ],
].join(',');

/** A demuxer that is open on the video stream of a file. */
export interface AvFile {
  readonly path: string;
  readonly format: FormatContext;
  readonly stream: Stream;
  readonly streamIndex: number;
  readonly container: string;
  readonly codec: string;
}

/** Opens a file; throws FormatError where it is no video. */
export async function openAvFile(av: Av, path: string): Promise<AvFile> {
  const format = new av.FormatContext();
  // Options go in one by one: node-av frees a dictionary of options twice where the library took some out of it.
  format.allocContext();
  format.setOption('protocol_whitelist', 'file');
  format.setOption('format_whitelist', containers);
  const opened = format.openInputSync(`file:${path}`, null, null);
  if (opened < 0) throw await unreadableVideo(path, av.FFmpegError.strerror(opened));
  const found = format.findStreamInfoSync(null);
  const streamIndex = found < 0 ? -1 : format.findBestStream(av.constants.AVMEDIA_TYPE_VIDEO);
  const stream = streamIndex < 0 ? undefined : format.streams[streamIndex];
  const isCover = stream?.hasDisposition(av.constants.AV_DISPOSITION_ATTACHED_PIC) ?? false;
  if (stream === undefined || isCover || !(stream.codecpar.width > 0 && stream.codecpar.height > 0)) {
    const streamCount = format.nbStreams;
    format.closeInputSync();
    if (found < 0) throw await unreadableVideo(path, av.FFmpegError.strerror(found));
    if (isCover) throw pictureless(path, 'sound with a cover picture');
    if (stream !== undefined) throw pictureless(path, 'a video stream without a size');
    throw pictureless(path, streamCount > 0 ? 'only sound or data' : 'no stream');
  }
  const codec = av.avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
  return { path, format, stream, streamIndex, container: format.iformat?.name ?? 'unknown', codec };
}

/** Returns how the stored picture is brought upright. */
export function storedOrientation(av: Av, { stream }: AvFile): Orientation {
  const matrix = stream.codecpar.getCodedSideData(av.constants.AV_PKT_DATA_DISPLAYMATRIX);
  return matrix === null ? upright : orientationOf(matrix);
}

const rate = ({ num, den }: Rational): Rate[] => (num > 0 && den > 0 ? [{ numerator: num, denominator: den }] : []);

/** Returns the rates that the container declares, likeliest first. */
export function declaredRates({ stream }: AvFile): Rate[] {
  return [...rate(stream.avgFrameRate), ...rate(stream.rFrameRate)];
}

/** Returns a timestamp in ticks, NaN where there is none. */
export function ticks(av: Av, value: bigint): number {
  return value === av.constants.AV_NOPTS_VALUE ? Number.NaN : Number(value);
}

/** Demuxers that meet damage may go on behind it; after this many refusals in a row nothing more comes. */
const MAX_REFUSALS = 64;

/** Reads the next packet of the video stream into `packet`; false at the end. Other packets are passed over. */
export function readVideoPacket(av: Av, file: AvFile, packet: Packet): boolean {
  for (let refusals = 0; refusals < MAX_REFUSALS; ) {
    packet.unref();
    const status = file.format.readFrameSync(packet);
    if (status === av.constants.AVERROR_EOF) return false;
    if (status < 0) refusals++;
    else if (packet.streamIndex === file.streamIndex) return true;
  }
  return false;
}

/** What a scan of all packets found. */
export interface Scan {
  readonly columns: PacketColumns;
  /** True where the last packet or the container said that the file ends too early. */
  readonly isTruncated: boolean;
}

/** Returns one row per packet of the video stream; `check` is called now and then and may throw to end the scan. */
export function scanPackets(av: Av, file: AvFile, check: () => void): Scan {
  const { AV_PKT_FLAG_CORRUPT, AV_PKT_FLAG_DISCARD } = av.constants;
  const list = new PacketList();
  const packet = new av.Packet();
  packet.alloc();
  const looksInside = file.codec === 'vp8' || file.codec === 'vp9';
  let lastIsCorrupt = false;
  try {
    while (readVideoPacket(av, file, packet)) {
      if (list.count % 256 === 0) check();
      const { flags } = packet;
      const isHidden =
        (flags & AV_PKT_FLAG_DISCARD) !== 0 ||
        (looksInside && isHiddenPicture(file.codec, packet.data ?? new Uint8Array()));
      lastIsCorrupt = (flags & AV_PKT_FLAG_CORRUPT) !== 0;
      list.add(
        ticks(av, packet.pts),
        ticks(av, packet.dts),
        Number(packet.pos),
        packet.size,
        (packet.isKeyframe ? packetFlag.key : 0) |
          (isHidden ? packetFlag.hidden : 0) |
          (lastIsCorrupt ? packetFlag.corrupt : 0),
      );
    }
  } finally {
    packet.free();
  }
  return { columns: list.finish(), isTruncated: lastIsCorrupt };
}
