import { writeZip } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { readXlsx } from './read-xlsx.js';
import { workbookOf } from './workbook.test.kit.js';
import { readXml } from './xml-elements.js';

const place = { format: 'test', where: 'part' };

test('texts, numbers, truth values and gaps of the first sheet come out by column', async () => {
  const rows = await readXlsx(workbookOf([['Mouse', 'a & b < c', '', 1.5], [], ['', true, 'Mouse']]));
  expect(rows).toEqual([
    { row: 1, cells: ['Mouse', 'a & b < c', '', '1.5'] },
    { row: 3, cells: ['', 'TRUE', 'Mouse'] },
  ]);
});

test('an old Excel file is refused with what to do, and so is an archive of something else', async () => {
  const old = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0);
  await expect(readXlsx(old)).rejects.toMatchObject({ hint: expect.stringContaining('save it as .xlsx or .csv') });
  const other = writeZip([{ name: 'a.txt', bytes: Uint8Array.of(1) }]);
  await expect(readXlsx(other)).rejects.toMatchObject({ expected: 'a workbook with a sheet', found: 'a.txt' });
  const part = workbookOf([['x'.repeat(500)]]);
  await expect(readXlsx(part, { maxBytes: 400 })).rejects.toMatchObject({ expected: 'at most 400 bytes' });
  for (let cut = 0; cut < part.length; cut += 97) await expect(readXlsx(part.subarray(0, cut))).rejects.toThrow();
});

test('XML with a document type, entities of its own, wrong nesting or a torn end is refused', () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>';
  for (const text of [
    bomb,
    '<a>&c;</a>',
    '<a><b></a></b>',
    '<a',
    '<a>',
    '',
    'text',
    '<a/><b/>',
    '<a b="1" b="2"/>',
    '<a>&#0;</a>',
  ]) {
    expect(() => readXml(text, {}, place), text).toThrow(/part, character/);
  }
  expect(() => readXml('<a>'.repeat(80), {}, place)).toThrow('at most 64');
  const heard: string[] = [];
  readXml(
    '<?xml version="1.0"?><!-- <x> --><n:a k=\'1&gt;0\'>&#x41;&amp;<![CDATA[<]]></n:a>',
    {
      open: (name, attributes) => heard.push(name, attributes.get('k') ?? ''),
      text: (text) => void heard.push(text),
      close: (name) => void heard.push(`/${name}`),
    },
    place,
  );
  expect(heard).toEqual(['a', '1>0', 'A&', '<', '/a']);
});
