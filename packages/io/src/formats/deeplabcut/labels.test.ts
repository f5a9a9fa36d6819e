import { createLabeledFrames, createSkeleton, FormatError, visibilities } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import type { FileProblem } from '../file-problem.js';
import { readDeepLabCutLabels } from './read-labels.js';
import { writeDeepLabCutLabelsCsv, writeDeepLabCutLabelsHdf5 } from './write-labels.js';

const bytes = (text: string) => new TextEncoder().encode(text);

async function read(text: string | Uint8Array, group?: string) {
  const problems: FileProblem[] = [];
  const result = await readDeepLabCutLabels(typeof text === 'string' ? bytes(text) : text, {
    path: 'CollectedData_A.csv',
    report: (problem) => problems.push(problem),
    ...(group === undefined ? {} : { group }),
  });
  return { ...result, problems };
}

const header = 'scorer,Ann,Ann,Ann,Ann\nbodyparts,nose,nose,tail,tail\ncoords,x,y,x,y\n';

describe('readDeepLabCutLabels', () => {
  test('reads rows named by a path, by three columns, by Windows paths and absolute ones', async () => {
    const expected = [{ group: 'm 1', file: 'img007.png', frame: 7 }];
    for (const name of [
      'labeled-data/m 1/img007.png',
      'labeled-data\\m 1\\img007.png',
      'D:\\dlc\\labeled-data\\m 1\\img007.png',
      '/home/x/labeled-data/m 1/img007.png',
    ]) {
      const { labels, problems } = await read(`${header}${name},1.5,2,,\n`);
      expect(labels.images).toEqual(expected);
      expect([...labels.position]).toEqual([1.5, 2, Number.NaN, Number.NaN]);
      expect([...labels.visibility]).toEqual([visibilities.visible, visibilities.absent]);
      expect(labels.annotators).toEqual(['Ann']);
      expect(labels.individuals).toEqual(['animal']);
      expect(problems).toEqual([]);
    }
    const three = header.replace(/^(\w+),/gm, '$1,,,');
    expect((await read(`${three}labeled-data,m 1,img007.png,1.5,2,,\n`)).labels.images).toEqual(expected);
  });

  test('reads several animals with unique body parts as the individual "single"', async () => {
    const text = [
      'scorer,A,A,A,A,A,A',
      'individuals,m1,m1,m2,m2,single,single',
      'bodyparts,nose,nose,nose,nose,corner,corner',
      'coords,x,y,x,y,x,y',
      'labeled-data/v/img1.png,1,2,,,5,6',
      'labeled-data/v/img2.png,,,3,4,,',
    ].join('\n');
    const { labels, multiAnimal, uniqueKeypoints } = await read(text);
    expect(multiAnimal).toBe(true);
    expect(uniqueKeypoints).toEqual(['corner']);
    expect(labels.skeleton.keypoints).toEqual(['nose', 'corner']);
    expect(labels.individuals).toEqual(['m1', 'm2', 'single']);
    expect([...labels.image]).toEqual([0, 0, 1]);
    expect([...labels.individual]).toEqual([0, 2, 1]);
    const nan = Number.NaN;
    expect([...labels.position]).toEqual([1, 2, nan, nan, nan, nan, 5, 6, 3, 4, nan, nan]);
  });

  test('reports duplicate rows, half points, empty rows, nameless rows and other folders, each with its line', async () => {
    const text = `${header}a/v/img1.png,1,2,3,4\na/v/img1.png,9,9,9,9\na/v/img2.png,,,,\na/v/img3.png,1,,inf,2\n,1,2,3,4\n`;
    const { labels, problems } = await read(text, 'w');
    expect(labels.images.map(({ group, file }) => `${group}/${file}`)).toEqual([
      'w/img1.png',
      'w/img2.png',
      'w/img3.png',
    ]);
    expect([...labels.position]).toEqual([1, 2, 3, 4]);
    expect(problems.map(({ code, where }) => [code, where])).toEqual([
      ['duplicate-row', 'line 5'],
      ['empty-row', 'line 6'],
      ['half-point', 'line 7, w/img3.png, nose'],
      ['half-point', 'line 7, w/img3.png, tail'],
      ['empty-row', 'line 7'],
      ['left-out', 'line 8'],
      ['other-folder', 'row labels'],
    ]);
    expect(problems[0]?.message).toContain('with other values');
  });

  test.each([
    ['bodyparts,a,a\ncoords,x,y\n', /line 1, first field: expected scorer/],
    ['scorer,A,A\ncoords,x,y\n', /line 2, first field: expected individuals or bodyparts/],
    ['scorer,A,A\nbodyparts,a,a\n', /the row coords/],
    ['scorer,A,A\nbodyparts,a\ncoords,x,y\n', /line 2: expected 3 fields/],
    [`${header}a/b.png,1,2,3\n`, /line 4: expected 5 fields, found 4/],
    [`${header}a/b.png,1,2,3,four\n`, /line 4, column 5: expected a number, found "four"/],
    ['scorer,A\nbodyparts,a\ncoords,x\n', /columns x and y, found no column y/],
    ['scorer,A,A,A,A\nbodyparts,a,a,a,a\ncoords,x,y,x,y\n', /each column once, found a x twice/],
    ['scorer;A;A\nbodyparts;a;a\n', /line 1/],
    ['scorer\nbodyparts\ncoords\n', /columns of body parts/],
  ])('refuses %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(FormatError);
    await expect(read(text)).rejects.toThrow(message);
  });
});

describe('writing labels', () => {
  const labels = createLabeledFrames({
    skeleton: createSkeleton({ name: 'm', keypoints: ['nose', 'tail', 'corner'] }),
    individuals: ['m1', 'single'],
    annotators: ['Ann', 'Bob'],
    images: [
      { group: 'v', file: 'img1.png' },
      { group: 'w', file: 'img1.png' },
      { group: 'v', file: 'empty.png' },
    ],
    image: Int32Array.of(0, 0, 0, 1),
    individual: Int32Array.of(0, 1, 0, 0),
    annotator: Int32Array.of(0, 0, 1, 0),
    position: Float64Array.from([
      1,
      2,
      0.1,
      1 / 3,
      NaN,
      NaN,
      NaN,
      NaN,
      NaN,
      NaN,
      7,
      8,
      5,
      5,
      NaN,
      NaN,
      NaN,
      NaN,
      6,
      6,
      NaN,
      NaN,
      NaN,
      NaN,
    ]),
    visibility: Uint8Array.of(2, 1, 0, 0, 0, 2, 2, 0, 0, 2, 0, 0),
  });
  const options = { group: 'v', annotator: 'Ann', uniqueKeypoints: ['corner'] };

  test('gives the table of one folder and annotator as DeepLabCut lays it out', () => {
    const problems: FileProblem[] = [];
    const text = new TextDecoder().decode(
      writeDeepLabCutLabelsCsv(labels, { ...options, report: (problem) => problems.push(problem) }),
    );
    expect(text.split('\n')).toEqual([
      'scorer,,,Ann,Ann,Ann,Ann,Ann,Ann',
      'individuals,,,m1,m1,m1,m1,single,single',
      'bodyparts,,,nose,nose,tail,tail,corner,corner',
      'coords,,,x,y,x,y,x,y',
      'labeled-data,v,img1.png,1.0,2.0,0.1,0.3333333333333333,7.0,8.0',
      'labeled-data,v,empty.png,,,,,,',
      '',
    ]);
    expect(problems.map(({ code, message }) => [code, message.slice(0, 22)])).toEqual([
      ['not-stored', '1 points are occluded;'],
    ]);
  });

  test('reads back the same from CSV and HDF5, both layouts, both kinds of row names', async () => {
    const report = () => undefined;
    const csv = await read(writeDeepLabCutLabelsCsv(labels, { ...options, report }));
    for (const variant of [
      {},
      { rowNames: 'path' },
      { rowNames: 'path', layout: 'table' },
      { layout: 'table' },
    ] as const) {
      const hdf5 = await read(writeDeepLabCutLabelsHdf5(labels, { ...options, ...variant, report }));
      expect(hdf5.labels).toEqual(csv.labels);
      expect(hdf5.uniqueKeypoints).toEqual(['corner']);
    }
    const path = await read(writeDeepLabCutLabelsCsv(labels, { ...options, rowNames: 'path', report }));
    expect(path.labels).toEqual(csv.labels);
  });

  test('asks whose labels where there are several annotators', () => {
    expect(() => writeDeepLabCutLabelsCsv(labels, { group: 'v', report: () => undefined })).toThrow(
      /annotator must be one of Ann, Bob/,
    );
    expect(() =>
      writeDeepLabCutLabelsCsv(labels, { ...options, uniqueKeypoints: ['ear'], report: () => undefined }),
    ).toThrow(RangeError);
  });
});
