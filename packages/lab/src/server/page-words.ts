import type { StudioProblem } from './api.js';

/** Where the page has what a command of the terminal does; the longest first. */
const commands: readonly (readonly [string, string])[] = [
  ['train pose', '“Model, Train a pose model”'],
  ['train behavior', '“Model, Train a behavior classifier”'],
  ['evaluate pose', '“Model, Evaluate a pose model”'],
  ['evaluate behavior', '“Model, Evaluate a classifier”'],
  ['import annotations', '“File, Import bouts”'],
  ['classify', '“Model, Classify behavior”'],
  ['track', '“Model, Track recordings”'],
];

/** Settings of the page that are named otherwise than the options of the terminal. */
const settings: Readonly<Record<string, string>> = {
  annotator: 'whose labels or bouts',
  'held-out-share': 'Measured on',
  'held-out-of': 'Measured on',
  'time-budget': 'Time',
  start: 'Start from',
  'long-side': 'Scale images to',
  'px-per-cm': 'Scale in the tab Arena',
  roles: 'Role in “Label, Edit skeleton”',
  'test-groups': 'videos to hold out',
  overwrite: 'Track again what is tracked with this model',
};

/** Returns a sentence of the terminal in the words of the page: options become settings, commands become menus. */
export function pageWords(sentence: string): string {
  return sentence
    .replace(/`zoopraxis ([^`]*)`/g, (all, rest: string) => {
      const menu = commands.find(([name]) => rest === name || rest.startsWith(`${name} `))?.[1];
      return menu ?? all;
    })
    .replace(/--([a-z][a-z-]*)(?: ([\w.:=/]*\w)(?=[.,;)]|$))?/g, (_, option: string, value: string | undefined) => {
      const name = settings[option] ?? option.replaceAll('-', ' ');
      return value === undefined ? `the setting “${name}”` : `the setting “${name}” (${value})`;
    });
}

/** Returns what went wrong in the words of the page. */
export const pageProblem = ({ message, hint }: StudioProblem): StudioProblem => ({
  message: pageWords(message),
  hint: hint === null ? null : pageWords(hint),
});
