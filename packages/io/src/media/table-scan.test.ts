import { readFile, writeFile } from 'node:fs/promises';
import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { loadAv } from './av-binding.node.js';
import { openAvFile, scanPackets } from './av-file.node.js';
import { type ClipRecipe, makeClip, testFolder } from './clips.test.kit.js';
import { findMp4Header, readMp4Packets } from './mp4-packets.js';
import { findPackets } from './table-scan.node.js';

const path = testFolder();
const frameCount = 90;
const h264 = { encoder: 'libx264', container: 'mp4', frameCount, gopSize: 12 } as const;
const uneven = Array.from({ length: frameCount }, (_, i) => i * 10 + ((i * 3) % 7) + (i > 30 ? 400 : 0));

/** Returns what the tables of a film say, and what reading it through says. */
async function both(file: string) {
  const av = await loadAv();
  const open = await openAvFile(av, file);
  const found = await findPackets(av, open, { check: () => undefined, least: 0 });
  found.file.format.closeInputSync();
  const again = await openAvFile(av, file);
  const read = scanPackets(av, again, () => undefined);
  again.format.closeInputSync();
  return { found, read };
}

const clips: readonly (readonly [name: string, isListed: boolean, recipe: ClipRecipe])[] = [
  ['plain.mp4', true, h264],
  ['reordered.mp4', true, { ...h264, bFrames: 3 }],
  ['uneven.mp4', true, { ...h264, bFrames: 2, ticks: uneven }],
  ['late.mp4', true, { ...h264, bFrames: 2, ticks: uneven.map((tick) => tick + 900) }],
  ['open.mp4', true, { ...h264, bFrames: 2, options: { 'x264-params': 'open-gop=1:scenecut=0' } }],
  ['front.mp4', true, { ...h264, bFrames: 2, containerOptions: { movflags: '+faststart' } }],
  ['unedited.mp4', true, { ...h264, bFrames: 2, containerOptions: { use_editlist: '0' } }],
  ['negative.mp4', true, { ...h264, bFrames: 2, containerOptions: { movflags: '+negative_cts_offsets' } }],
  ['camera.mov', true, { ...h264, container: 'mov', bFrames: 2 }],
  ['pictures.mov', true, { ...h264, encoder: 'mjpeg', container: 'mov', pixelFormat: 'yuvj420p' }],
  ['old.mp4', true, { ...h264, encoder: 'mpeg4', bFrames: 2 }],
  ['new.mp4', true, { ...h264, encoder: 'libx265', options: { 'x265-params': 'log-level=none' } }],
  ['pieces.mp4', false, { ...h264, bFrames: 2, containerOptions: { movflags: '+frag_keyframe+empty_moov' } }],
  ['matroska.mkv', false, { ...h264, container: 'matroska', bFrames: 2 }],
];

test.each(clips)('%s: tables say what reading every packet says', async (name, isListed, recipe) => {
  if ((await makeClip(path(name), recipe)) === undefined) return;
  const { found, read } = await both(path(name));
  expect(found.isFromTables).toBe(isListed);
  expect(found.scan).toEqual(read);
});

test('a film that ends too early is read through, and is known to be cut', async () => {
  const whole = path('whole.mp4');
  await makeClip(whole, { ...h264, bFrames: 2, containerOptions: { movflags: '+faststart' } });
  const bytes = await readFile(whole);
  await writeFile(path('cut.mp4'), bytes.subarray(0, bytes.length - 700));
  const { found, read } = await both(path('cut.mp4'));
  expect(found.isFromTables).toBe(false);
  expect(found.scan).toEqual(read);
  expect(read.columns.count).toBeLessThanOrEqual(frameCount);
});

test('an edit that cuts frames off makes the film be read through, which finds them hidden', async () => {
  const whole = path('edited.mp4');
  await makeClip(whole, { ...h264, bFrames: 2 });
  const bytes = await readFile(whole);
  const at = bytes.indexOf('elst');
  // Version and flags, count, length of the stretch, its first time.
  bytes.writeInt32BE(bytes.readInt32BE(at + 16) + 512 * 5, at + 16);
  await writeFile(path('begun.mp4'), bytes);
  const { found, read } = await both(path('begun.mp4'));
  expect(found.isFromTables).toBe(false);
  expect(found.scan).toEqual(read);
});

test('headers that were damaged anywhere are refused or hold samples inside of the file', async () => {
  const whole = path('sound.mp4');
  await makeClip(whole, { ...h264, bFrames: 2 });
  const bytes = new Uint8Array(await readFile(whole));
  const start = Buffer.from(bytes).indexOf('moov');
  const random = new Random(7);
  const readFrom = async (source: Uint8Array) => {
    const sizeBytes = source.length;
    const header = await findMp4Header({ sizeBytes, read: (from, to) => source.subarray(from, to) });
    return header && readMp4Packets(header, { trackId: 1, sizeBytes })?.columns;
  };
  expect((await readFrom(bytes))?.count).toBe(frameCount);
  let refused = 0;
  for (let turn = 0; turn < 2000; turn++) {
    const copy = bytes.slice();
    copy[start + random.integer(bytes.length - start)] = random.integer(256);
    const columns = await readFrom(copy);
    if (columns === undefined) refused++;
    for (let i = 0; i < (columns?.count ?? 0); i++) {
      const end = (columns?.position[i] as number) + (columns?.size[i] as number);
      if (end > copy.length) throw new Error(`turn ${turn}: a sample ends at ${end} of ${copy.length}`);
    }
  }
  expect(refused).toBeGreaterThan(100);
});
