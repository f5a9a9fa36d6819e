import { describe, expect, test } from 'vitest';
import type { FileProblem } from '../file-problem.js';
import { readDlcAnalyzerLabels } from './read-labels.js';

async function read(...lines: string[]) {
  const problems: FileProblem[] = [];
  const bytes = new TextEncoder().encode(['"file";"Experimenter";"from";"to";"type";"ID"', ...lines].join('\r\n'));
  const labels = await readDlcAnalyzerLabels(bytes, { path: 'a.csv', report: (problem) => problems.push(problem) });
  return { ...labels, problems };
}

describe('readDlcAnalyzerLabels', () => {
  test('makes a stream of each recording and rater, with the stretch that was watched', async () => {
    const { streams, problems, tracksFiles } = await read(
      '"V_1_Ann.csv";"Ann";2;3;"Start/End";"V_1"',
      '"V_1_Ann.csv";"Ann";10;12.5;"Rearing";"V_1"',
      '"V_1_Ann.csv";"Ann";599;600;"StartEnd";"V_1"',
      'V_2_adjusted_BB.json;Bob;0;1;Start_End;V_2',
      'V_2_adjusted_BB.json;Bob;600;601;Start_End;V_2',
    );
    expect(
      streams.map(({ recording, observedSec, annotations }) => [recording, annotations.annotator, observedSec]),
    ).toEqual([
      ['V_1', 'Ann', [2, 600]],
      ['V_2', 'BB', [0, 601]],
    ]);
    expect(streams[0]?.annotations).toMatchObject({
      subject: 'V_1',
      behaviors: ['Rearing'],
      startSec: Float64Array.of(10),
      endSec: Float64Array.of(12.5),
    });
    expect(problems).toEqual([]);
    expect(tracksFiles.size).toBe(0);
  });

  test('files of one rater that meet in a recording complete each other, others share what was scored', async () => {
    const { streams } = await read(
      'V_1_Ann.csv;Ann;1;2;Rearing;V_1',
      'V_1_Ann2.csv;Ann;3;4;Jumping;V_1',
      'V_2_Ann.csv;Ann;1;2;Grooming;V_2',
      'V_1_Bob.csv;Bob;1;2;Rearing;V_1',
      'V_2_Bob2.csv;Bob;1;2;Jumping;V_2',
    );
    expect(
      streams.map(({ recording, annotations }) => [recording, annotations.annotator, annotations.behaviors]),
    ).toEqual([
      ['V_1', 'Ann', ['Grooming', 'Jumping', 'Rearing']],
      ['V_2', 'Ann', ['Grooming', 'Rearing']],
      ['V_1', 'Bob', ['Jumping', 'Rearing']],
      ['V_2', 'Bob', ['Jumping', 'Rearing']],
    ]);
  });

  test('rows without behavior or end are left out and told, with their line', async () => {
    const { streams, problems } = await read(
      'V_1_Ann.csv;Ann;1;2;_DEFAULT;V_1',
      'V_1_Ann.csv;Ann;1;NA;NA;V_1',
      'V_1_Ann.csv;Ann;5;6;StartEnd;V_1',
    );
    expect(streams.map(({ annotations }) => annotations.startSec.length)).toEqual([0]);
    expect(streams[0]?.observedSec).toBeUndefined();
    expect(problems.map(({ where, severity }) => [where, severity])).toEqual([
      ['line 3', 'warning'],
      ['line 2', 'note'],
      ['line 4', 'warning'],
    ]);
  });

  test.each([
    ['V_1_Ann.csv;Ann;2;1;Rearing;V_1', /line 2, column to: expected seconds from 2 on, found 1: a\.csv/],
    ['V_1_Ann.csv;Ann;x;1;Rearing;V_1', /line 2, column from/],
    ['W_1_Ann.csv;Ann;0;1;Rearing;V_1', /line 2, column file: expected V_1_Ann/],
    ['V_1_Ann.csv;Ann;0;1;Rearing;', /line 2, column ID/],
    ['V_1_Ann.csv;Ann;0;1;Rearing;V_1;7', /line 2: expected 6 fields/],
  ])('refuses %j', async (line, message) => {
    await expect(read(line)).rejects.toThrow(message);
  });

  test('refuses a table without its columns', async () => {
    const bytes = new TextEncoder().encode('a;b\n1;2\n');
    await expect(readDlcAnalyzerLabels(bytes, { report: () => undefined })).rejects.toThrow(/a column file/);
  });
});
