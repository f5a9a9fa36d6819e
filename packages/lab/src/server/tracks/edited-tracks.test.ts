import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPoseTracks, createRecording, createSkeleton } from '@zoopraxis/core';
import { createProject, type Manifest, openProject } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { describe, expect, test } from 'vitest';
import { placeOfTracks, tracksByRecording } from '../../track/recording-of-tracks.js';
import { createServerContext } from '../server-context.js';
import { editedTracksOf, listAllTracks, readAllTracks } from './edited-tracks.js';

const frameCount = 40;

async function withProject(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  try {
    const skeleton = createSkeleton({ name: 'm', keypoints: ['nose'] });
    const project = await createProject(new FolderStore(folder), { name: 'p', skeletons: [skeleton] });
    await project.updateRecordings(() => [createRecording({ id: 'r', tracks: ['t'] })]);
    await project.writeTracks(
      't',
      createPoseTracks({
        skeleton,
        individuals: ['a', 'b'],
        space: 'image',
        dimensions: 2,
        timeBase: { frameCount, fps: 30 },
        // x is the animal, y the frame.
        position: Float32Array.from({ length: frameCount * 4 }, (_, i) => (i % 2 === 0 ? (i >> 1) % 2 : i >> 2)),
        confidence: new Float32Array(frameCount * 2).fill(1),
        provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
      }),
    );
    await project.close();
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openContext(folder: string) {
  const project = await openProject(new FolderStore(folder), { mode: 'write' });
  return createServerContext({ folder, project, annotator: 'ann' });
}

/** Which animal is tracked as the first in some frames. */
const firstOf = (position: Float32Array, frames: readonly number[]) => frames.map((frame) => position[4 * frame]);

test('an exchange outlives a server that ended before its file was written', () =>
  withProject(async (folder) => {
    let context = await openContext(folder);
    const exchange = { first: 'a', second: 'b', fromFrame: 10, toFrame: 20 };
    expect(await (await editedTracksOf(context)).exchange('t', exchange)).toBe('t-edited');
    await context.close();
    expect(await context.project.store.read('tracks/t-edited.parquet')).toBeUndefined();

    context = await openContext(folder);
    expect(await listAllTracks(context)).toEqual(['t', 't-edited']);
    const part = await readAllTracks(context, 't-edited', { startFrame: 8, endFrame: 12 });
    expect(firstOf(part.position, [0, 1, 2, 3])).toEqual([0, 0, 1, 1]);
    await (await editedTracksOf(context)).settle();
    const written = await context.project.readTracks('t-edited');
    expect(firstOf(written.position, [9, 10, 19, 20])).toEqual([0, 1, 1, 0]);
    expect(written.provenance.parameters).toMatchObject({ source: 't', exchanges: [exchange] });
    expect(context.project.recordings()[0]?.tracks).toEqual(['t', 't-edited']);
    expect(firstOf((await context.project.readTracks('t')).position, [10])).toEqual([0]);
    await context.close();
  }));

describe('tracks belong', () => {
  const manifest = {
    videos: ['clip', 'clip-2', 'other'].map((id) => ({ id })),
    recordings: [
      { id: 'first', videos: ['clip'], tracks: ['odd name'] },
      { id: 'second', videos: ['clip-2'], tracks: [] },
      { id: 'third', videos: [], tracks: [] },
    ],
  } as unknown as Manifest;
  test.each([
    ['clip', 'first', 'clip'],
    ['clip-net', 'first', 'clip'],
    ['clipDLC_resnet50', 'first', 'clip'],
    ['clip-2', 'second', 'clip-2'],
    ['clip-2-net-edited', 'second', 'clip-2'],
    ['odd name', 'first', 'clip'],
    ['odd name-edited', 'first', 'clip'],
    ['third.analysis', 'third', undefined],
    ['other', undefined, 'other'],
    ['clipper', undefined, undefined],
  ])('%s to the recording %s and the video %s', (tracks, recording, video) => {
    const place = placeOfTracks(manifest, tracks);
    expect([place.recording?.id, place.video?.id]).toEqual([recording, video]);
  });

  test('to recordings in the order in which they are named, edited ones after their originals', () => {
    const groups = tracksByRecording(manifest, ['clip', 'clip-edited', 'clip-net', 'odd name', 'odd name-edited']);
    expect(groups.get('first')).toEqual(['odd name', 'odd name-edited', 'clip', 'clip-net', 'clip-edited']);
  });
});
