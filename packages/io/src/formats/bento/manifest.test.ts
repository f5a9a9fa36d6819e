import { expect, test } from 'vitest';
import { workbookOf } from '../spreadsheet/workbook.test.kit.js';
import { isBentoManifest, readBentoManifest } from './read-manifest.js';

const header = [
  'Mouse',
  'Sessn',
  'Trial',
  'Stim',
  'Calcium imaging file',
  'Start Ca',
  'Stop Ca',
  'FR Ca',
  'Alignments',
  'Annotation file',
  'Start Anno',
  'Stop Anno',
  'FR Anno',
  'Offset',
  'Behavior movie',
  'Tracking',
  'audio',
];
const sheet = [
  ['D:\\data\\day1', 'Ca framerate:', 15, 'Annot framerate:', 30, 'Multiple trials/Ca file:', 0],
  header,
  [
    1,
    2,
    3,
    'male',
    '',
    '',
    '',
    '',
    '',
    'ann\\m1.annot;ann\\m1b.txt',
    10,
    200,
    '',
    -1.5,
    'm1_Top.mp4;m1_Front.mp4',
    'm1.json',
    '',
  ],
  [],
  ['m2', 1, 1, '', '', '', '', '', '', 'm2.annot', 0, 0, 25, '', '', '', ''],
];

test('a manifest gives the files of each trial, with rates and offsets, from a workbook as from a CSV file', async () => {
  const wanted = {
    basePath: 'D:/data/day1',
    rows: [
      {
        ...{ row: 3, mouse: '1', session: '2', trial: '3', stimulus: 'male', calcium: [], audio: [] },
        annotations: ['ann/m1.annot', 'ann/m1b.txt'],
        movies: ['m1_Top.mp4', 'm1_Front.mp4'],
        tracking: ['m1.json'],
        ...{ annotationStart: 10, annotationStop: 200, annotationFps: 30, calciumFps: 15, offsetSec: -1.5 },
      },
      { row: 5, mouse: 'm2', annotations: ['m2.annot'], annotationFps: 25 },
    ],
  };
  const workbook = workbookOf(sheet);
  expect(isBentoManifest(workbook)).toBe(true);
  expect(await readBentoManifest(workbook)).toMatchObject(wanted);
  const csv = new TextEncoder().encode(sheet.map((cells) => cells.join(',') || ',').join('\r\n'));
  expect(isBentoManifest(csv)).toBe(true);
  expect(await readBentoManifest(csv)).toMatchObject(wanted);
});

test('a sheet of something else and a rate that is none are refused with their place', async () => {
  const read = (rows: (string | number)[][]) => readBentoManifest(workbookOf(rows), { path: 'm.xlsx' });
  await expect(read([['a', 'b'], ['c']])).rejects.toMatchObject({ expected: 'columns Mouse and Annotation file' });
  const wrong = [['.'], header, [1, 1, 1, '', '', '', '', '', '', 'a.annot', '', '', 'thirty']];
  await expect(read(wrong)).rejects.toMatchObject({ where: 'row 3, column FR Anno', found: 'thirty' });
});
