import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, FrameSource, Picture } from '@zoopraxis/core';
import { Random } from '@zoopraxis/core';
import { afterAll, expect } from 'vitest';
import { loadAv } from './av-binding.node.js';
import { openAvFile, scanPackets } from './av-file.node.js';
import { indexPackets, startPacket } from './packet-index.js';

/** Size of test clips. */
export const clipWidthPx = 64;
export const clipHeightPx = 48;
const columns = 4;
const blockPx = 16;

/** Returns the six bits by which a number below 64 is checked. */
const checkOf = (number: number): number => (number * 37 + 11) & 63;

/** Returns a picture whose 4 x 3 blocks hold a number below 64 and its check bits. */
export function codedPicture(number: number, widthPx = clipWidthPx, heightPx = clipHeightPx): Picture {
  const code = (number & 63) | (checkOf(number & 63) << 6);
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const block = Math.min(Math.floor(y / blockPx), 2) * columns + Math.min(Math.floor(x / blockPx), 3);
      // A slope that moves gives the encoders something to predict.
      const value = (code >> block) & 1 ? 200 + ((x + number) % 16) : 40 + ((y + number) % 16);
      rgb.fill(value, (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3);
    }
  }
  return { widthPx, heightPx, rgb };
}

/** Returns the number in a picture, or -1 where number and check bits disagree. */
export function numberIn({ rgb, widthPx }: Picture): number {
  let code = 0;
  for (let block = 0; block < 12; block++) {
    const x = (block % columns) * blockPx + blockPx / 2;
    const y = Math.floor(block / columns) * blockPx + blockPx / 2;
    let sum = 0;
    for (let dy = -3; dy <= 3; dy++)
      for (let dx = -3; dx <= 3; dx++) sum += rgb[((y + dy) * widthPx + x + dx) * 3] as number;
    if (sum / 49 > 127) code |= 1 << block;
  }
  return checkOf(code & 63) === code >> 6 ? code & 63 : -1;
}

/** A clip to be made. */
export interface ClipRecipe {
  readonly encoder: string;
  readonly container: string;
  readonly frameCount: number;
  readonly pixelFormat?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly gopSize?: number;
  readonly bFrames?: number;
  /** Ticks of 1/300 s of each frame; every 10 by default (30 frames a second). */
  readonly ticks?: readonly number[];
  /** Turn written into the container, degrees clockwise. */
  readonly rotationDeg?: number;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly isFullRange?: boolean;
  /** Colors by ITU-R BT.709 instead of BT.601, and said so. */
  readonly isBt709?: boolean;
  readonly containerOptions?: Readonly<Record<string, string>>;
}

function displayMatrix(rotationDeg: number): Buffer {
  const turn = (rotationDeg * Math.PI) / 180;
  const [cos, sin] = [Math.round(Math.cos(turn)) * 65536, Math.round(Math.sin(turn)) * 65536];
  const matrix = Buffer.alloc(36);
  [cos, sin, 0, -sin, cos, 0, 0, 0, 2 ** 30].forEach((value, cell) => void matrix.writeInt32LE(value, cell * 4));
  return matrix;
}

/** Writes a clip of coded pictures; undefined where this build has no such encoder. */
export async function makeClip(path: string, recipe: ClipRecipe): Promise<string | undefined> {
  const av = await loadAv();
  const { constants } = av;
  const { widthPx = clipWidthPx, heightPx = clipHeightPx, pixelFormat = 'yuv420p', frameCount } = recipe;
  const encoder = av.Codec.findEncoderByName(recipe.encoder as Parameters<typeof av.Codec.findEncoderByName>[0]);
  if (encoder === null) return undefined;
  const ok = (status: number): void => {
    if (status < 0) throw new Error(`${recipe.encoder}: ${av.FFmpegError.strerror(status)}`);
  };
  const format = new av.FormatContext();
  ok(format.allocOutputContext2(null, recipe.container, path));
  const context = new av.CodecContext();
  context.allocContext3(encoder);
  context.width = widthPx;
  context.height = heightPx;
  context.pixelFormat = av.avGetPixFmtFromName(pixelFormat);
  context.timeBase = new av.Rational(1, recipe.ticks === undefined ? 30 : 300);
  context.framerate = new av.Rational(30, 1);
  context.gopSize = recipe.gopSize ?? 12;
  context.maxBFrames = recipe.bFrames ?? 0;
  context.threadCount = 1;
  if (recipe.isFullRange) context.colorRange = constants.AVCOL_RANGE_JPEG;
  if (recipe.isBt709) context.colorSpace = constants.AVCOL_SPC_BT709;
  const needsHeader = ['mp4', 'mov', 'matroska', 'webm', 'flv'].includes(recipe.container);
  if (needsHeader) context.setFlags(constants.AV_CODEC_FLAG_GLOBAL_HEADER);
  const children = constants.AV_OPT_SEARCH_CHILDREN;
  for (const [name, value] of Object.entries(recipe.options ?? {})) {
    ok(context.setOption(name, value, constants.AV_OPT_TYPE_STRING, children));
  }
  ok(context.open2Sync(encoder, null));
  const stream = format.newStream(null);
  ok(stream.codecpar.fromContext(context));
  if (recipe.rotationDeg !== undefined) {
    ok(stream.codecpar.addCodedSideData(constants.AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(recipe.rotationDeg)));
  }
  stream.timeBase = context.timeBase;
  stream.avgFrameRate = context.framerate;
  ok(format.openOutputSync());
  for (const [name, value] of Object.entries(recipe.containerOptions ?? {})) {
    ok(format.setOption(name, value, constants.AV_OPT_TYPE_STRING, children));
  }
  ok(format.writeHeaderSync(null));
  const packet = new av.Packet();
  packet.alloc();
  const scaler = new av.SoftwareScaleContext();
  scaler.allocContext();
  const drain = (): void => {
    while (context.receivePacketSync(packet) >= 0) {
      packet.streamIndex = stream.index;
      packet.rescaleTs(context.timeBase, stream.timeBase);
      ok(format.interleavedWriteFrameSync(packet));
      packet.unref();
    }
  };
  for (let frame = 0; frame < frameCount; frame++) {
    const { rgb } = codedPicture(frame, widthPx, heightPx);
    const source = av.Frame.fromVideoBuffer(Buffer.from(rgb), {
      width: widthPx,
      height: heightPx,
      format: constants.AV_PIX_FMT_RGB24,
    });
    const coded = new av.Frame();
    coded.alloc();
    coded.width = widthPx;
    coded.height = heightPx;
    coded.format = context.pixelFormat;
    if (recipe.isFullRange) coded.colorRange = constants.AVCOL_RANGE_JPEG;
    if (recipe.isBt709) coded.colorSpace = constants.AVCOL_SPC_BT709;
    ok(coded.getBuffer());
    ok(scaler.scaleFrameSync(coded, source));
    coded.pts = BigInt(recipe.ticks?.[frame] ?? frame);
    ok(context.sendFrameSync(coded));
    source.free();
    coded.free();
    drain();
  }
  ok(context.sendFrameSync(null));
  drain();
  ok(format.writeTrailerSync());
  format.closeOutputSync();
  context.freeContext();
  packet.free();
  scaler.freeContext();
  return path;
}

/** Returns a function from names to paths in a folder that is removed when the tests of the file are done. */
export function testFolder(): (...names: string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'zoopraxis-media-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (...names) => join(folder, ...names);
}

/** Writes a copy of a video in which some packets are damaged behind their headers; returns the frames that none of them serves. */
export async function damageFile(from: string, to: string, seed: number, count: number): Promise<number[]> {
  const av = await loadAv();
  const file = await openAvFile(av, from);
  const { columns } = scanPackets(av, file, () => undefined);
  file.format.closeInputSync();
  const hits: number[] = [];
  const bytes = new Uint8Array(await readFile(from));
  const random = new Random(seed);
  for (let hit = 0; hit < count; hit++) {
    const packet = 5 + random.integer(columns.count - 8);
    hits.push(packet);
    const [position, size] = [columns.position[packet] as number, columns.size[packet] as number];
    for (let flip = 0; flip < 4; flip++) {
      const at = position + Math.min(size - 1, Math.floor(size * 0.4) + random.integer(Math.ceil(size * 0.5)));
      bytes[at] = (bytes[at] as number) ^ (1 + random.integer(255));
    }
  }
  await writeFile(to, bytes);
  const index = indexPackets(columns, { secPerTick: 1, rates: [{ numerator: 30, denominator: 1 }] });
  return [...index.packetOfFrame.keys()].filter((frame) => {
    const [first, last] = [startPacket(index, frame), index.packetOfFrame[frame] as number];
    return !hits.some((hit) => hit >= first && hit <= last);
  });
}

/** Returns all frames of a source, and checks that they come in order. */
export async function allFrames(source: FrameSource, start?: number, end?: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of source.frames(start, end)) frames.push(frame);
  expect(frames.map(({ index }) => index)).toEqual(frames.map((_, at) => (start ?? 0) + at));
  return frames;
}

/** Tells whether two pictures have the same pixels. */
export function isSamePicture(one: Picture | undefined, other: Picture | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one.rgb, other.rgb) === 0;
}
