import { runLines } from './ffmpeg-program.node.js';
import type { Rate } from './frame-times.js';
import { type Orientation, orientedSize } from './orientation.js';
import { type PacketColumns, PacketList, packetFlag } from './packet-columns.js';
import { indexPackets, type PacketIndex } from './packet-index.js';
import type { VideoInformation } from './video-information.js';
import { pictureless, unreadableVideo } from './video-problem.node.js';

/** Options that keep the programs from following playlists to other files and hosts. */
export const fileOnly = ['-protocol_whitelist', 'file'] as const;

interface ProbedStream {
  codec_name?: string;
  width?: number;
  height?: number;
  pix_fmt?: string;
  r_frame_rate?: string;
  avg_frame_rate?: string;
  time_base?: string;
  nb_frames?: string;
  side_data_list?: { rotation?: number }[];
  tags?: { rotate?: string };
}

/** What ffprobe tells of a file. */
export interface Probed {
  readonly index: PacketIndex;
  readonly information: VideoInformation;
  readonly secPerTick: number;
}

function fraction(text = ''): Rate[] {
  const [numerator = 0, denominator = 0] = text.split('/').map(Number);
  return numerator > 0 && denominator > 0 ? [{ numerator, denominator }] : [];
}

async function scan(path: string, signal?: AbortSignal): Promise<PacketColumns> {
  const list = new PacketList();
  const entries = 'packet=pts,dts,pos,size,flags';
  const args = ['-v', 'error', ...fileOnly, '-select_streams', 'V:0', '-show_entries', entries, '-of', 'compact=p=0'];
  await runLines(
    'ffprobe',
    [...args, `file:${path}`],
    (line) => {
      const cells = new Map(line.split('|').map((cell) => cell.split('=') as [string, string]));
      const number = (key: string): number => Number(cells.get(key) ?? Number.NaN);
      const flags = cells.get('flags');
      if (flags === undefined) return;
      const position = number('pos');
      list.add(
        number('pts'),
        number('dts'),
        Number.isNaN(position) ? -1 : position,
        number('size'),
        (flags.includes('K') ? packetFlag.key : 0) |
          (flags.includes('D') ? packetFlag.hidden : 0) |
          (flags.includes('C') ? packetFlag.corrupt : 0),
      );
    },
    signal,
  );
  return list.finish();
}

/** Returns what the installed ffprobe tells of a file; throws FormatError where it is no video. */
export async function probeVideo(path: string, signal?: AbortSignal): Promise<Probed> {
  let text = '';
  const what = ['-select_streams', 'V:0', '-show_streams', '-show_format', '-of', 'json'];
  const { code, complaint } = await runLines(
    'ffprobe',
    ['-v', 'error', ...fileOnly, ...what, `file:${path}`],
    (line) => {
      text += line;
    },
    signal,
  );
  if (code !== 0) throw await unreadableVideo(path, complaint.replace(`file:${path}: `, '') || 'no video');
  const probed = JSON.parse(text) as { streams?: ProbedStream[]; format?: { format_name?: string } };
  const stream = probed.streams?.[0];
  if (stream?.width === undefined || stream.height === undefined || stream.width < 1) {
    throw pictureless(path, 'only sound or data');
  }
  const [base = { numerator: 1, denominator: 1000 }] = fraction(stream.time_base);
  const secPerTick = base.numerator / base.denominator;
  const rates = [...fraction(stream.avg_frame_rate), ...fraction(stream.r_frame_rate)];
  const index = indexPackets(await scan(path, signal), { secPerTick, rates });
  if (index.frameCount === 0) throw pictureless(path, 'a video stream without a single frame');
  const turn = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const quarter = (((Math.round(-turn / 90) % 4) + 4) % 4) * 90;
  const orientation: Orientation = { rotationDeg: quarter as Orientation['rotationDeg'], isMirrored: false };
  const [widthPx, heightPx] = orientedSize(stream.width, stream.height, orientation);
  const { timesSec, ...times } = index.times;
  const declared = Number(stream.nb_frames ?? 0) || undefined;
  const information: VideoInformation = {
    frameCount: index.frameCount,
    widthPx,
    heightPx,
    storedWidthPx: stream.width,
    storedHeightPx: stream.height,
    rotationDeg: orientation.rotationDeg,
    isMirrored: false,
    ...times,
    nominalFps: rates[0] && rates[0].numerator / rates[0].denominator,
    isVariableRate: timesSec !== undefined,
    ...(timesSec === undefined ? {} : { timesSec }),
    codec: stream.codec_name ?? 'unknown',
    container: probed.format?.format_name ?? 'unknown',
    pixelFormat: stream.pix_fmt ?? 'unknown',
    keyFrameCount: index.keys.length,
    hasOpenGops: index.hasOpenGops,
    declaredFrameCount: declared,
    isTruncated: declared !== undefined && index.columns.count < declared,
    reader: 'ffmpeg',
  };
  return { index, information, secPerTick };
}
