import { expect, test } from 'vitest';
import { isMacKeyboard, keyPresets, keysOf, keyText } from './presets.js';

const keys = (preset: string, id: string, own: readonly string[] = ['own']) =>
  keysOf({ id, keys: own, title: '', menu: 'Go', run: () => undefined }, preset);

// What the hands of users know, as their programs' sources have it.
test.each([
  ['BENTO', 'time.faster', ['ArrowUp']],
  ['BENTO', 'time.slower', ['ArrowDown']],
  ['BENTO', 'bout.previous', ['PageUp']],
  ['BENTO', 'bout.next', ['PageDown']],
  ['BENTO', 'bout.previous-same', ['Shift+PageUp']],
  ['BENTO', 'bout.next-same', ['Shift+PageDown']],
  ['BORIS', 'time.faster', ['Home']],
  ['BORIS', 'time.slower', ['End']],
  ['BORIS', 'time.normal-speed', ['Backspace']],
  ['SLEAP', 'time.forward-10', ['$mod+ArrowRight']],
  ['SLEAP', 'time.back-10', ['$mod+ArrowLeft']],
  ['SLEAP', 'time.forward-100', ['$mod+Shift+ArrowRight']],
  ['SLEAP', 'time.back-100', ['$mod+Shift+ArrowLeft']],
  ['SLEAP', 'go.next-suggested', ['Space']],
])('%s: %s', (preset, id, known) => {
  expect(keys(preset, id)).toEqual(known);
});

test('keys of several programs stand beside ours where both can', () => {
  expect(keys('BENTO', 'bout.erase')).toContain('Delete');
  expect(keys('BORIS', 'time.forward-10')).toContain('ArrowUp');
  expect(keys('BORIS', 'time.back-10')).toContain('ArrowDown');
  expect(keys('napari-deeplabcut', 'time.next-frame')).toContain('KeyD');
  expect(keys('napari-deeplabcut', 'time.previous-frame')).toContain('KeyA');
  expect(keys('napari-deeplabcut', 'label.next-keypoint')).toEqual(expect.arrayContaining(['KeyS', 'ArrowDown']));
  expect(keys('napari-deeplabcut', 'label.previous-keypoint')).toEqual(expect.arrayContaining(['KeyW', 'ArrowUp']));
  expect(keys('napari-deeplabcut', 'go.first-unlabeled')).toContain('Shift+ArrowRight');
});

test('what a program uses for something else is taken from ours, and the rest stays ours', () => {
  expect(keys('BORIS', 'bout.erase')).not.toContain('Backspace');
  for (const id of ['time.first-frame', 'time.last-frame']) expect(keys('BORIS', id)).toEqual([]);
  expect(keys('SLEAP', 'time.play')).not.toContain('Space');
  for (const { name } of keyPresets) expect(keys(name, 'edit.undo', ['$mod+KeyZ'])).toEqual(['$mod+KeyZ']);
  expect(keys('a preset that is gone', 'time.play', ['Space'])).toEqual(['Space']);
});

test('keys are written as people read them', () => {
  expect(keyText('$mod+Shift+KeyZ')).toBe('Ctrl+Shift+Z');
  expect(keyText('$mod+KeyZ', true)).toBe('⌘+Z');
  expect(keyText('$mod+Alt+ArrowDown', true)).toBe('⌘+⌥+↓');
  expect(isMacKeyboard('MacIntel')).toBe(true);
  expect(isMacKeyboard('Linux x86_64')).toBe(false);
  expect(keyText('Shift+Backslash')).toBe('Shift+\\');
});
