import { expect, test } from 'vitest';
import { z } from 'zod';
import { durationField, nameField, positional } from '../operations/fields.js';
import { commandFields, usageProblems, valueOfWords } from './options.js';

const input = z.object({
  count: z.int().min(1).default(20).describe('how many'),
  videos: positional(z.array(z.string()).min(1), 'videos'),
  timeBudget: durationField('time').optional(),
  groups: z.array(z.string()).optional(),
  caption: z.boolean().default(true).describe('no caption'),
  replace: z.boolean().default(false),
  format: z.enum(['csv', 'h5']).default('csv'),
  name: nameField('name'),
});

test('a schema becomes arguments and options', () => {
  expect(commandFields(input).map(({ declaration, required }) => [declaration, required])).toEqual([
    ['<videos...>', true],
    ['--count <n>', false],
    ['--time-budget <time>', false],
    ['--groups <a,b>', false],
    ['--no-caption', false],
    ['--replace', false],
    ['--format <value>', false],
    ['--name <value>', true],
  ]);
  expect(commandFields(input).find(({ key }) => key === 'format')?.choices).toEqual(['csv', 'h5']);
});

test('a flag that is named for its absence is refused, for the parser would never set it', () => {
  expect(() => commandFields(z.object({ noSelf: z.boolean().default(false) }))).toThrow(
    /noSelf must be named for what/,
  );
});

test('words become values: numbers, lists with commas, file names with commas', () => {
  const of = (key: string) =>
    commandFields(input).find((field) => field.key === key) as ReturnType<typeof commandFields>[0];
  expect(valueOfWords(of('count'), '12')).toBe(12);
  expect(valueOfWords(of('count'), 'twelve')).toBe('twelve');
  expect(valueOfWords(of('count'), ' ')).toBe(' ');
  expect(valueOfWords(of('groups'), ['a,b', 'c'])).toEqual(['a', 'b', 'c']);
  expect(valueOfWords(of('videos'), ['a,b.mp4'])).toEqual(['a,b.mp4']);
});

test('problems are told in the words of the command line', () => {
  const parsed = input.safeParse({ videos: [], count: 'x', timeBudget: 'soon' });
  expect(usageProblems(parsed.error as z.ZodError, commandFields(input))).toEqual([
    '--count: expected number, received string',
    expect.stringMatching(/^<videos\.\.\.>: Too small/),
    '--time-budget: must be a time such as 90s, 20m or 1h30m, got soon',
    '--name: is required',
  ]);
});

test('times are read as people write them', () => {
  const seconds = (text: string) => durationField('t').safeParse(text).data;
  expect(['90s', '20m', '1h30m', '1h', '0.5m', '110s'].map(seconds)).toEqual([90, 1200, 5400, 3600, 30, 110]);
  for (const text of ['', '20', '0s', 'm', '1d', '-5m', '5m3h']) expect(seconds(text), text).toBeUndefined();
});

test('names that could leave their folder are refused', () => {
  const good = (text: string) => nameField('n').safeParse(text).success;
  expect(['first', 'a b', 'Maus-2.1', 'ä'].every(good)).toBe(true);
  expect(['', '..', '.a', 'a/b', 'a\\b', 'a.', ' a', 'a:b', 'a\u0000'].some(good)).toBe(false);
});
