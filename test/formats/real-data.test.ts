// Files that the original programs wrote, read by us. Where a program wrote the same data twice, both must agree.

import { createReadStream } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PoseTracks } from '@zoopraxis/core';
import {
  type FileProblem,
  readDeepLabCutProject,
  readDeepLabCutTracks,
  readDeepLabCutTracksCsv,
  readJabs,
  readNwb,
  readPoseFile,
  readSleap,
  readSleapAnalysis,
  readSleapImages,
  sniffFormat,
  writeDeepLabCutTracksHdf5,
} from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { describe, expect, test } from 'vitest';

const data = resolve(process.env.ZOOPRAXIS_DATA ?? '../shared/data');
const there = await access(join(data, 'README.md')).then(
  () => true,
  () => false,
);
if (!there) console.log(`skipped: files of other programs, for there is no folder ${data}`);

const bytesOf = async (name: string) => new Uint8Array(await readFile(join(data, name)));
const ignore = () => undefined;

/** Returns how many points are there, and the mean of their coordinates. */
function summary({ position }: PoseTracks) {
  const numbers = position.filter((value) => !Number.isNaN(value));
  return { points: numbers.length / 2, mean: numbers.reduce((sum, value) => sum + value, 0) / numbers.length };
}

describe.skipIf(!there)('DeepLabCut', () => {
  test.each([
    ['openfield', 116, 116, ['snout', 'leftear', 'rightear', 'tailbase'], [640, 480]],
    ['openfield-sessions', 180, 180, ['NOSE', 'HEAD', 'TAIL', 'objectA'], [500, 500]],
    ['reaching', 55, 55, ['Hand', 'Finger1', 'Tongue', 'Joystick1', 'Joystick2'], [832, 747]],
  ] as const)(
    'project %s: CSV and HDF5 agree, every image is there and no label lies outside',
    async (name, images, rows, keypoints, size) => {
      const problems: FileProblem[] = [];
      const store = new FolderStore(join(data, name));
      const project = await readDeepLabCutProject(store, { report: (problem) => problems.push(problem) });
      expect(project.labels.images).toHaveLength(images);
      expect(project.labels.image).toHaveLength(rows);
      expect(project.labels.skeleton.keypoints).toEqual(keypoints);
      expect(project.images[0]?.size).toEqual({ widthPx: size[0], heightPx: size[1] });
      expect(project.images.filter((image) => image.name === undefined)).toEqual([]);
      // One project's images differ in size, another's config.yaml still holds the skeleton of a new project.
      const codes = new Set(problems.map(({ code }) => code));
      expect([...codes]).toEqual(
        { openfield: [], 'openfield-sessions': ['config-value'], reaching: ['image-size'] }[name],
      );
      const hdf5 = await readDeepLabCutProject(store, { prefer: 'hdf5', report: ignore });
      const difference = project.labels.position.map((value, i) => value - (hdf5.labels.position[i] as number));
      expect(difference.every((value, i) => Math.abs(value) < 1e-9 || Number.isNaN(project.labels.position[i]))).toBe(
        true,
      );
    },
  );

  test.each([
    ['bsoid/raw_clip1DLC_resnet50_OpenFieldHighResApr8shuffle1_1030000', 7200, 6],
    ['bsoid/raw_clip2DLC_resnet50_OpenFieldHighResApr8shuffle1_1030000', 7200, 6],
    ['pain-bottom-view/cfa', 1080, 6],
  ])(
    'tracks of %s: CSV and HDF5 are the same, number for number, and so is our HDF5 of them',
    async (name, frames, keypoints) => {
      const options = { fps: 60, report: ignore };
      const csv = await readDeepLabCutTracks(await bytesOf(`${name}.csv`), options);
      const hdf5 = await readDeepLabCutTracks(await bytesOf(`${name}.h5`), options);
      expect(csv.tracks.timeBase.frameCount).toBe(frames);
      expect(csv.tracks.skeleton.keypoints).toHaveLength(keypoints);
      expect(hdf5.scorer).toBe(csv.scorer);
      expect(hdf5.tracks.position).toEqual(csv.tracks.position);
      expect(hdf5.tracks.confidence).toEqual(csv.tracks.confidence);
      const ours = await readDeepLabCutTracks(
        writeDeepLabCutTracksHdf5(csv.tracks, { scorer: csv.scorer, report: ignore }),
        options,
      );
      expect(ours.tracks.position).toEqual(csv.tracks.position);
      const streamed = await readDeepLabCutTracksCsv(createReadStream(join(data, `${name}.csv`)), options);
      expect(streamed.tracks.position).toEqual(csv.tracks.position);
    },
  );

  test('several animals: gzipped CSV with gaps, and HDF5 with a unique body part', async () => {
    const rats = await readDeepLabCutTracks(await bytesOf('rat-resident-intruder/pose/session01.csv.gz'), {
      fps: 30,
      report: ignore,
    });
    expect(rats.tracks.individuals).toEqual(['individual1', 'individual2']);
    expect(rats.tracks.skeleton.keypoints).toEqual(['top', 'body', 'tail', 'tail-m', 'tail-e']);
    expect(rats.tracks.timeBase.frameCount).toBe(14_734);
    expect(Number.isNaN(rats.tracks.position[0])).toBe(true);
    const birds = await readDeepLabCutTracks(await bytesOf('trimouse/montblanc_tracks.h5'), {
      fps: 30,
      report: ignore,
    });
    expect(birds.tracks.individuals).toEqual(['bird1', 'bird2', 'bird3', 'single']);
    expect(birds.uniqueKeypoints).toEqual(['center']);
    expect(birds.tracks.timeBase.frameCount).toBe(180);
    const labels = await readPoseFile('a.h5', await bytesOf('trimouse/trimouse_calib.h5'), { report: ignore });
    expect(labels.labels[0]?.individuals).toEqual(['mus1', 'mus2', 'mus3']);
    expect(labels.labels[0]?.images).toHaveLength(500);
  });

  test('tables that begin late, in three dimensions, of whole numbers, or that another program rewrote', async () => {
    const problems: FileProblem[] = [];
    const options = { fps: 30, report: (problem: FileProblem) => void problems.push(problem) };
    const flat = await readDeepLabCutTracks(await bytesOf('reaching-kinematics/reachingDEMO_2D.h5'), options);
    const space = await readDeepLabCutTracks(await bytesOf('reaching-kinematics/reachingDEMO_3D.h5'), {
      ...options,
      cmPerUnit: 1,
    });
    expect([flat.firstFrame, space.firstFrame]).toEqual([42_150, 42_150]);
    expect(space.tracks).toMatchObject({ dimensions: 3, space: 'world' });
    const mice = await readDeepLabCutTracks(await bytesOf('amadeusgpt/MABe/EGS8X2MN4SSUGFWAV976.h5'), options);
    expect([...mice.tracks.position.subarray(0, 2)]).toEqual([101, 440]);
    expect(mice.tracks.confidence.every(Number.isNaN)).toBe(true);
    const paw = await readDeepLabCutTracks(await bytesOf('pain-bottom-view/Example_6J_female_lp_arm.csv'), options);
    expect(paw.tracks.skeleton.keypoints).toEqual(['toe', 'center', 'heel', 'objecta', 'objectb']);
    expect(problems.map(({ code }) => code)).toEqual([
      'first-frame',
      'first-frame',
      'zero-point',
      'several-scorers',
      'out-of-range',
      'first-frame',
    ]);
  });
});

describe.skipIf(!there)('SLEAP and others', () => {
  test('labels and analysis file of one recording give the same tracks', async () => {
    const options = { fps: 25, report: ignore };
    const { tracks: slp } = await readSleap(await bytesOf('sleap/predictions.slp'), options);
    const { tracks: analysis } = await readSleapAnalysis(await bytesOf('sleap/predictions.analysis.h5'), options);
    const [a, b] = [slp[0]?.tracks as PoseTracks, analysis[0]?.tracks as PoseTracks];
    expect(b.individuals).toEqual(a.individuals);
    expect(b.skeleton.keypoints).toEqual(a.skeleton.keypoints);
    expect(b.timeBase).toEqual({ frameCount: 3000, fps: 25 });
    // Tracks appear in another order in frames than in the file's list.
    expect(summary(b)).toEqual(summary(a));
    expect(b.position).toEqual(a.position);
  });

  test('analysis files hold what their makers expect', async () => {
    for (const name of ['simple_standard', 'symmetries_matlab', 'untracked_multi_standard']) {
      const folder = 'formats/analysis-h5';
      const { tracks } = await readSleapAnalysis(await bytesOf(`${folder}/${name}.analysis.h5`), {
        fps: 25,
        report: ignore,
      });
      const expected = JSON.parse(await readFile(join(data, folder, `${name}.expected.json`), 'utf8')) as Record<
        string,
        unknown
      >;
      expect(JSON.stringify(expected)).toContain(tracks[0]?.tracks.skeleton.keypoints[0] as string);
      expect(tracks).toHaveLength(1);
    }
  });

  test('projects with human labels, several views, and images inside', async () => {
    const options = { fps: 25, report: ignore };
    const multi = await readSleap(await bytesOf('formats/slp/multiview.slp'), options);
    expect(multi.tracks).toHaveLength(8);
    expect(multi.labels[0]?.image).toHaveLength(42);
    const mixed = await readSleap(await bytesOf('formats/slp/labels.v002.slp'), options);
    expect(mixed.labels[0]?.image).toHaveLength(9);
    const packed = await bytesOf('formats/slp/minimal_instance.pkg.slp');
    const [image] = await readSleapImages(packed, {});
    expect(image).toMatchObject({ group: 'centered_pair_low_quality', frame: 0 });
    expect([...(image?.bytes.subarray(1, 4) ?? [])]).toEqual([0x50, 0x4e, 0x47]);
    const [labels] = (await readSleap(packed, options)).labels;
    expect(labels?.images).toEqual([{ group: image?.group, file: image?.file, frame: 0 }]);
    // Format 1.0 counted the corner of the first pixel as (0, 0).
    const legacy = await readSleap(await bytesOf('formats/slp/test_grid_labels.legacy.slp'), options);
    expect([...(legacy.labels[0]?.position.subarray(2, 4) ?? [])]).toEqual([-0.5, -0.5]);
  });

  test('JABS, one animal and several with identities and a scale', async () => {
    const options = { fps: 30, report: ignore };
    const one = await readJabs(await bytesOf('formats/jabs/example_pose_est_v2.h5'), options);
    expect([...(one.tracks[0]?.tracks.position.subarray(0, 2) ?? [])]).toEqual([267, 371]);
    const four = await readJabs(await bytesOf('formats/jabs/example_pose_est_v5.h5'), options);
    const tracks = four.tracks[0]?.tracks as PoseTracks;
    expect(tracks.individuals).toEqual(['identity 1', 'identity 2', 'identity 3', 'identity 4']);
    expect([...tracks.position.subarray(24, 26)]).toEqual([99, 247]);
    expect(tracks.provenance.parameters.cmPerPixel).toBeCloseTo(0.0793, 4);
  });

  test('NWB, predictions and annotations, with the rate that the file states', async () => {
    const poses = await readNwb(await bytesOf('formats/nwb/minimal.pose.nwb'), { report: ignore });
    expect(poses.tracks[0]?.tracks.timeBase).toEqual({ frameCount: 3, fps: 1 });
    expect([...(poses.tracks[0]?.tracks.position.subarray(0, 4) ?? [])]).toEqual([10, 20, 30, 40]);
    const labels = await readNwb(await bytesOf('formats/nwb/minimal.annotations.nwb'), { report: ignore });
    expect(labels.labels[0]?.image).toHaveLength(3);
    await expect(readNwb(await bytesOf('formats/nwb/legacy.pose.nwb'), { report: ignore })).rejects.toThrow(
      /fps must be given/,
    );
  });

  test.each([
    ['openfield/labeled-data/m4s1/CollectedData_Pranav.csv', 'deeplabcut-labels-csv'],
    ['openfield/labeled-data/m4s1/CollectedData_Pranav.h5', 'deeplabcut-labels-hdf5'],
    ['rat-resident-intruder/pose/session01.csv.gz', 'deeplabcut-tracks-csv'],
    ['dlcanalyzer/EPM_15_pose.csv', 'deeplabcut-tracks-csv'],
    ['dlcanalyzer/AllEPMLables.csv', undefined],
    ['trimouse/montblanc_tracks.h5', 'deeplabcut-tracks-hdf5'],
    ['trimouse/outputs.pickle', undefined],
    ['sleap/predictions.slp', 'sleap'],
    ['sleap/predictions.analysis.h5', 'sleap-analysis'],
    ['formats/jabs/example_pose_est_v5.h5', 'jabs'],
    ['formats/nwb/minimal.pose.nwb', 'nwb'],
    ['openfield/config.yaml', undefined],
    ['sleap/dance.mp4', undefined],
  ])('%s is %s', async (name, format) => {
    expect((await sniffFormat('a file', await bytesOf(name))).format).toBe(format);
  });
});
