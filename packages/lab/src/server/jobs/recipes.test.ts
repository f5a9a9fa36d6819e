import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createAnnotations, createPoseTracks, createRecording, createSkeleton } from '@zoopraxis/core';
import { createProvenance } from '@zoopraxis/io';
import { openProjectFolder } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { operations } from '../../operations/table.js';
import { makeSmallProject } from '../server.test.kit.js';
import { createServerContext, type OwnedContext } from '../server-context.js';
import type { JobStep } from './job-messages.js';
import { recipes } from './recipes.js';

let folder = '';
let context: OwnedContext;
const recordingIds = ['clip', 'other'];

beforeAll(async () => {
  folder = await makeSmallProject();
  const project = await openProjectFolder(folder, { mode: 'write' });
  context = createServerContext({ folder, project, annotator: 'ada' });
  const skeleton = createSkeleton({ name: 'mouse', keypoints: ['nose', 'tail'] });
  const tracks = createPoseTracks({
    ...{ skeleton, individuals: ['mouse'], space: 'image', dimensions: 2, position: new Float32Array(10 * 4) },
    confidence: new Float32Array(20).fill(1),
    timeBase: { frameCount: 10, fps: 30 },
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
  });
  for (const name of ['clip', 'clip-pose', 'other']) await project.writeTracks(name, tracks);
  await project.updateRecordings((all) => [...all, createRecording({ id: 'other', tracks: ['other'] })]);
  const streams = recordingIds.map((recording) => ({
    recording,
    annotations: createAnnotations({
      ...{ subject: 'mouse', annotator: 'ada', channel: 'default', behaviors: ['groom'] },
      startSec: Float64Array.of(0.1),
      endSec: Float64Array.of(0.2),
      behavior: Int32Array.of(0),
    }),
  }));
  const provenance = createProvenance({ operation: 'import annotations', versions: {}, inputs: [], parameters: {} });
  await project.writeAnnotations('people', { streams, provenance });
  const card = async (name: string, content: object) => {
    await mkdir(join(folder, 'models', name), { recursive: true });
    await writeFile(join(folder, 'models', name, 'model.json'), JSON.stringify(content));
  };
  await card('pose', { format: 'zoopraxis-pose-model', skeleton: { keypoints: ['nose'] } });
  await card('social', { format: 'zoopraxis-behavior', behaviors: ['groom', 'other'], background: 'other' });
  await mkdir(join(folder, 'scores', 'social'), { recursive: true });
  const bouts = 'recording,subject,annotator,behavior,start_sec,end_sec,first_frame,last_frame,probability';
  await writeFile(
    join(folder, 'scores', 'social', 'other.csv'),
    `${bouts}\nother,mouse,social,groom,0.1,0.3,3,8,0.75\n`,
  );
});
afterAll(async () => {
  await context.close();
  await rm(dirname(folder), { recursive: true, force: true });
});

const recipe = (name: string) => recipes.find((item) => item.name === name) as (typeof recipes)[number];
const plan = async (name: string, input: object) => recipe(name).plan(context, recipe(name).input.parse(input));

/** Inputs that a page sends. */
const inputs: [string, object][] = [
  ['train pose', { name: 'new', timeBudget: '20m' }],
  ['train pose', { name: 'new', steps: 10, start: 'model', startModel: 'pose', testGroups: ['clip'] }],
  ['evaluate pose', { model: 'pose' }],
  ['track', { model: 'pose', follow: 'auto', precision: 'int8' }],
  ['train behavior', { name: 'new', set: 'people', tracks: ['clip-pose', 'other'], featureSet: 'mars' }],
  ['classify', { model: 'social', recordings: ['other'] }],
  ['evaluate behavior', { model: 'social', set: 'people' }],
  ['features', { format: 'csv' }],
  ['export', { format: 'coco' }],
  ['export', { format: 'h5', tracks: 'clip' }],
  ['report', {}],
  ['report', { tracks: 'clip', pxPerCm: 10 }],
];

describe('what a page asks for becomes what operations take', () => {
  test.each(inputs)('%s %j', async (name, input) => {
    const steps = await plan(name, input);
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      const operation = operations.find((item) => item.name === step.operation);
      // Nothing is sent that the operation does not know and would silently leave out.
      const parsed = operation?.input.strict().safeParse(step.input);
      expect([parsed?.success, parsed?.error?.issues]).toEqual([true, undefined]);
    }
  });

  test('every recipe is among them, and has a form', () => {
    expect([...new Set(inputs.map(([name]) => name))].sort()).toEqual(recipes.map(({ name }) => name).sort());
    for (const { input, title, jobTitle } of recipes) {
      expect(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }).type).toBe('object');
      expect([title, typeof jobTitle]).toEqual([expect.stringMatching(/^[A-Z]/), 'function']);
    }
  });

  test('inputs are names: paths and names that are not there are refused', async () => {
    for (const name of ['../pose', 'models/pose', '/etc', 'social', '']) {
      await expect(plan('track', { model: name }), name).rejects.toThrow();
    }
    await expect(plan('track', { model: 'pose', videos: ['../clip'] })).rejects.toThrow(
      'the project has no video ../clip',
    );
    await expect(plan('classify', { model: 'social', recordings: ['x'] })).rejects.toThrow('has no recording x');
    await expect(plan('export', { format: 'csv', tracks: '../x' })).rejects.toThrow('has no tracks ../x');
    for (const name of ['../x', 'a/b', 'a\\b', '.x', 'x.', 'a:b', 'a\u0000']) {
      expect(recipe('train pose').input.safeParse({ name }).success, name).toBe(false);
      expect(recipe('train behavior').input.safeParse({ name, set: 'people' }).success, name).toBe(false);
    }
  });

  test('where a recording has several tracks, one has to be said', async () => {
    await expect(plan('classify', { model: 'social' })).rejects.toThrow(
      'the recording clip has several tracks: clip, clip-pose',
    );
    const [step] = await plan('classify', { model: 'social', tracks: ['clip-pose', 'other'] });
    const [linked = ''] = (step as JobStep).input.tracks as string[];
    expect((await readdir(linked)).sort()).toEqual(['clip.parquet', 'other.parquet']);
    const [own, original] = await Promise.all([
      stat(join(linked, 'clip.parquet')),
      stat(join(folder, 'tracks', 'clip-pose.parquet')),
    ]);
    expect(own.ino).toBe(original.ino);
  });
});

describe('results are taken into the project', () => {
  test('bouts of a classifier into a set of its own name, probabilities named in their recordings', async () => {
    const output = { behaviors: ['groom', 'other'], recordings: [{ recording: 'other', files: { csv: 'other.csv' } }] };
    for (let i = 0; i < 2; i++) await recipe('classify').finish?.(context, { model: 'social' }, [output]);
    const { streams } = await context.project.readAnnotations('social');
    expect(
      streams.map(({ recording, annotations: a }) => [recording, a.subject, a.annotator, [...a.startSec], a.behaviors]),
    ).toEqual([['other', 'mouse', 'social', [0.1], ['groom', 'other']]]);
    expect([...(streams[0]?.annotations.probability ?? [])]).toEqual([0.75]);
    const entry = context.project.manifest.recordings.find(({ id }) => id === 'other');
    expect([entry?.scores, entry?.annotations]).toEqual([['social'], ['people', 'social']]);
  });

  test('but never into a set in which people annotate', async () => {
    const before = await context.project.readAnnotations('people');
    await writeFile(join(folder, 'models', 'social', 'copy'), '');
    await mkdir(join(folder, 'scores', 'people'), { recursive: true });
    await writeFile(
      join(folder, 'scores', 'people', 'other.csv'),
      await readFile(join(folder, 'scores', 'social', 'other.csv')),
    );
    const output = { behaviors: ['groom'], recordings: [{ recording: 'other', files: { csv: 'other.csv' } }] };
    await recipe('classify').finish?.(context, { model: 'people' }, [output]);
    expect((await context.project.readAnnotations('people')).streams).toEqual(before.streams);
    expect((await context.project.readAnnotations('people-predicted')).streams).toHaveLength(1);
  });

  test('tracks into the recordings of their videos, those that failed not', async () => {
    await recipe('track').finish?.(context, { model: 'pose' }, [{}]);
    expect(context.project.manifest.recordings[0]?.tracks).toEqual(['clip-pose']);
    await recipe('track').finish?.(context, { model: 'second' }, [null]);
    expect(context.project.manifest.recordings[0]?.tracks).toEqual(['clip-pose']);
  });

  test('numbers of an evaluation beside its page', async () => {
    await recipe('evaluate pose').finish?.(context, { model: 'pose' }, [{ meanErrorPx: 3 }]);
    expect(JSON.parse(await readFile(join(folder, 'models', 'pose', 'evaluation.json'), 'utf8'))).toEqual({
      meanErrorPx: 3,
    });
  });
});
