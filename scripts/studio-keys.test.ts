import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { builtKeyTables, type KeyedPreset, studioKeyTables, withKeyTables } from './studio-key-tables.js';

test('docs/studio.md lists the keys that the studio has; else run: node build/scripts/studio-keys.js', async () => {
  const page = await readFile('docs/studio.md', 'utf8');
  expect(page).toBe(withKeyTables(page, await builtKeyTables()));
});

test('a table says keys, modes and what presets give or take away', () => {
  const commands = [
    { id: 'a', title: 'Next', menu: 'Go', keys: ['x', 'y'], modes: ['view'] },
    { id: 'b', title: 'Play', menu: 'Go', keys: ['Space'] },
    { id: 'c', title: 'Hidden', menu: 'Go', keys: ['h'], isInMenu: false },
  ];
  const presets: KeyedPreset[] = [
    { name: 'ours', keys: {} },
    { name: 'theirs', keys: { a: ['z'], b: [] } },
  ];
  expect(studioKeyTables(commands, presets, (key) => key.toUpperCase()).split('\n')).toEqual([
    '| Go | keys | mode |',
    '|---|---|---|',
    '| Next | <kbd>X</kbd> <kbd>Y</kbd> | view |',
    '| Play | <kbd>SPACE</kbd> |  |',
    '',
    '| what presets change | ours | theirs |',
    '|---|---|---|',
    '| Next | <kbd>X</kbd> <kbd>Y</kbd> | <kbd>Z</kbd> |',
    '| Play | <kbd>SPACE</kbd> | none |',
  ]);
});
