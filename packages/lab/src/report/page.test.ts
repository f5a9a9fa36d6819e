import { expect, test } from 'vitest';
import type { Report } from './blocks.js';
import { reportPage } from './page.js';
import { readLearning } from './training-section.js';

const report: Report = {
  title: 'Mouse <1> & "friends"',
  lead: 'What was found.',
  synthetic: false,
  highlights: [
    { value: '2.9 px', label: 'mean error' },
    { value: '4.1 px', label: 'mean error of another program', source: 'published' },
  ],
  sections: [
    {
      title: 'How fast',
      blocks: [
        { kind: 'figure', name: 'speed', svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>', caption: 'a < b' },
        {
          kind: 'table',
          columns: ['method', 'px'],
          rows: [
            ['ours', '2.9'],
            ['theirs', { text: '4.1', source: 'published' }],
            ['again', { text: '3.0', source: 'measured' }],
          ],
        },
        { kind: 'facts', entries: [['<script>', "alert('1')"]] },
        { kind: 'details', summary: 'raw', text: '</pre><script>' },
      ],
    },
  ],
  foot: 'Zoopraxis',
};

test('numbers of others are called published, our own are not', () => {
  const page = reportPage(report);
  expect(page).toContain('4.1 px <span class="chip">published</span>');
  expect(page).toContain('<td>4.1 <span class="chip">published</span></td>');
  expect(page).toContain('<td>3.0</td>');
  expect(page.match(/published<\/span>/g)).toHaveLength(2);
});

test('columns of words stand at the left, those of numbers with units, ranges and dashes at the right', () => {
  const table = (column: string[]) =>
    reportPage({
      ...report,
      sections: [
        { title: 't', blocks: [{ kind: 'table', columns: ['name', 'x'], rows: column.map((cell) => ['row', cell]) }] },
      ],
    });
  for (const cell of ['rat 3', 'other', '(none)', '2 rats']) {
    expect(table([cell, '1']), cell).toContain('<th scope="col" class="words">x</th>');
    expect(table([cell, '1'])).toContain('<td class="words">1</td>');
  }
  const numbers = ['0.5 (0.4–0.6)', '– / 5.24', '–', '', '1 min 20 s', '−3.1 to 2', '< 0.001', '12 of 14', '48.9 %'];
  expect(table(numbers)).toContain('<th scope="col">x</th>');
});

test('synthetic recordings are called so at the top, real ones are not', () => {
  expect(reportPage(report)).not.toContain('Synthetic');
  const page = reportPage({ ...report, synthetic: true });
  expect(page.indexOf('<strong>Synthetic.</strong>')).toBeLessThan(page.indexOf('<nav'));
});

test('texts are escaped and the page may load nothing', () => {
  const page = reportPage(report);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).toContain('Mouse &lt;1&gt; &amp; &quot;friends&quot;');
  expect(page).toContain("default-src 'none'; img-src data:;");
  expect(page).toContain('<a href="#section-1-how-fast">');
});

test('a training log with a torn last line gives its curves', () => {
  const log =
    '{"step":1,"loss":2}\n{"step":2,"loss":1.5,"lr":0.1}\n{"step":2,"meanErrorPx":9}\n{"event":"x"}\n{"step":3,"lo';
  expect(readLearning(new TextEncoder().encode(log))).toEqual({
    loss: [
      { step: 1, loss: 2 },
      { step: 2, loss: 1.5 },
    ],
    heldOut: [{ step: 2, errorPx: 9 }],
  });
  expect(readLearning(undefined)).toEqual({ loss: [], heldOut: [] });
});
