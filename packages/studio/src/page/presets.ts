import type { Command } from './command.js';

/** Keys by command id that differ from ours; an empty list takes the keys away. */
export interface KeyPreset {
  readonly name: string;
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** What hands know from other programs; list, ours first. */
export const keyPresets: readonly KeyPreset[] = [
  { name: 'Zoopraxis', keys: {} },
  {
    name: 'BENTO',
    keys: {
      'time.faster': ['ArrowUp'],
      'time.slower': ['ArrowDown'],
      'bout.previous': ['PageUp'],
      'bout.next': ['PageDown'],
      'bout.previous-same': ['Shift+PageUp'],
      'bout.next-same': ['Shift+PageDown'],
      'bout.erase': ['Delete', 'Backspace'],
    },
  },
  {
    name: 'BORIS',
    keys: {
      'time.forward-10': ['ArrowUp', 'Shift+ArrowRight'],
      'time.back-10': ['ArrowDown', 'Shift+ArrowLeft'],
      'time.faster': ['Home'],
      'time.slower': ['End'],
      'time.normal-speed': ['Backspace'],
      'time.first-frame': [],
      'time.last-frame': [],
      'bout.previous': ['PageUp'],
      'bout.next': ['PageDown'],
      'bout.erase': ['Delete'],
    },
  },
  {
    name: 'SLEAP',
    keys: {
      'time.forward-10': ['$mod+ArrowRight'],
      'time.back-10': ['$mod+ArrowLeft'],
      'time.forward-100': ['$mod+Shift+ArrowRight'],
      'time.back-100': ['$mod+Shift+ArrowLeft'],
      'go.next-suggested': ['Space'],
      'time.play': [],
    },
  },
  {
    name: 'napari-deeplabcut',
    keys: {
      'time.next-frame': ['KeyD', 'ArrowRight'],
      'time.previous-frame': ['KeyA', 'ArrowLeft'],
      'label.next-keypoint': ['KeyS', 'ArrowDown'],
      'label.previous-keypoint': ['KeyW', 'ArrowUp'],
      'go.first-unlabeled': ['Shift+ArrowRight'],
    },
  },
];

/** Returns the keys of a command in a preset, list of presses in the words of tinykeys. */
export function keysOf({ id, keys = [] }: Command, presetName: string): readonly string[] {
  const preset = keyPresets.find(({ name }) => name === presetName);
  return preset?.keys[id] ?? keys;
}

const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Space: 'Space',
  $mod: 'Ctrl',
  Backquote: '`',
  Period: '.',
  Comma: ',',
  Equal: '=',
  Minus: '-',
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  NumpadAdd: 'Num +',
  NumpadSubtract: 'Num −',
};

/** Words of a Mac's keyboard. */
const macSigns: Readonly<Record<string, string>> = { $mod: '⌘', Alt: '⌥' };

/** Tells whether the keyboard is a Mac's: `$mod` is Command there, as tinykeys decides it. */
export function isMacKeyboard(platform = globalThis.document === undefined ? '' : navigator.platform): boolean {
  return /Mac|iPod|iPhone|iPad/.test(platform);
}

/** Returns a press as menus show it: `Ctrl+Shift+Z`, on a Mac `⌘+Shift+Z`. */
export function keyText(binding: string, isMac = isMacKeyboard()): string {
  return binding
    .split('+')
    .map((part) => (isMac ? macSigns[part] : undefined) ?? signs[part] ?? part.replace(/^(?:Key|Digit)/, ''))
    .join('+');
}
