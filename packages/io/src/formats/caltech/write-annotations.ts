import { StorageError } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import {
  type BoutFrames,
  type FrameWriteOptions,
  framesOfBouts,
  streamsByChannel,
} from '../annotations/bout-frames.js';

/** How a file of the Caltech Behavior Annotator is written. */
export interface CaltechWriteOptions extends FrameWriteOptions {
  /** Name that stands for frames without any behavior. Default `other`. */
  readonly background?: string;
  /** Letter of a behavior in the program; others get one that is free. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** Letters that MARS and the program's users are used to. */
const usualKeys: Readonly<Record<string, string>> = {
  other: 'o',
  base: 'z',
  closeinvestigation: 'i',
  sniff_genital: 'g',
  sniff_body: 'b',
  sniff_face: 'f',
  mount: 'm',
  mount_attempt: 'n',
  intromission: 'r',
  attack: 'a',
  attack_attempt: 'k',
  approach: 'p',
  intruder_enter: 'e',
  intruder_out: 'u',
  cable_fix: 'x',
  alone: 'l',
  interaction: 'c',
};

/**
 * Returns the bytes of a file of the Caltech Behavior Annotator (UTF-8 text): for each channel a stream of lines that cover every frame
 * of the video. Frame base: frames count from 1. Intervals: the last frame belongs to its bout. Spaces in names become `_`.
 *
 * @throws StorageError where bouts of one channel overlap (the format has one behavior a frame and stream) or the bouts
 * are of several recordings.
 */
export function writeCaltechAnnotations(
  streams: readonly RecordedAnnotations[],
  options: CaltechWriteOptions,
): Uint8Array {
  const { background = 'other', frameCount, report, path = '' } = options;
  const channels = streamsByChannel(streams, 'file of the Caltech Behavior Annotator');
  const renamed = new Map<string, string>();
  const nameOf = (behavior: string): string => {
    const name = behavior.trim().replace(/\s+/g, '_');
    if (name !== behavior) renamed.set(behavior, name);
    return name;
  };
  const names = [
    ...new Set([
      background,
      ...channels.flatMap(([, { behaviors }]) => behaviors.map(nameOf)).sort((a, b) => (a < b ? -1 : 1)),
    ]),
  ];
  const parts = channels.map(([channel, annotations], i) => {
    const lines = coverFrames(framesOfBouts(annotations, options), background, frameCount, channel).map(
      ({ behavior, first, end }) => `   \t${first + 1}\t${end}\t${nameOf(behavior)}`,
    );
    return [`S${i + 1}:\tstart\tend\ttype`, '-----------------------------', ...lines, ''];
  });
  for (const [behavior, name] of renamed) {
    const message = `${JSON.stringify(behavior)} is written as ${name}: names cannot hold spaces.`;
    report({ severity: 'note', code: 'not-stored', file: path, where: 'the names', message });
  }
  const keys = keysOf(names, options.keys ?? {});
  const text = [
    'Caltech Behavior Annotator - Annotation File',
    '',
    'Configuration file:',
    ...names.map((name, i) => `${name}\t${keys[i]}`),
    '',
    ...parts.flat(),
  ];
  return new TextEncoder().encode(`${text.join('\n')}\n`);
}

/** Returns lines that cover all frames: the bouts, and the background between them. */
function coverFrames(
  bouts: readonly BoutFrames[],
  background: string,
  frameCount: number,
  channel: string,
): BoutFrames[] {
  const lines: BoutFrames[] = [];
  let at = 0;
  for (const bout of [...bouts].sort((a, b) => a.first - b.first)) {
    if (bout.first < at) {
      const before = lines.at(-1)?.behavior;
      throw new StorageError(
        `channel ${channel}: ${before} and ${bout.behavior} overlap at frame ${bout.first + 1}, and a file of the Caltech Behavior Annotator has one behavior a frame in each stream`,
        { hint: 'Put them in different channels, or write a table or a BENTO file.' },
      );
    }
    if (bout.first > at) lines.push({ behavior: background, first: at, end: bout.first });
    lines.push(bout);
    at = bout.end;
  }
  if (at < frameCount) lines.push({ behavior: background, first: at, end: frameCount });
  return lines;
}

/** Returns a letter for each name: the given one, the usual one, one of its own, else the first that is free. */
function keysOf(names: readonly string[], given: Readonly<Record<string, string>>): string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
  const used = new Set(Object.values(given));
  return names.map((name) => {
    const own = given[name];
    if (own !== undefined) return own;
    const usual = usualKeys[name.toLowerCase()];
    const key = [...(usual === undefined ? [] : [usual]), ...name.toLowerCase(), ...letters].find(
      (letter) => letters.includes(letter) && !used.has(letter),
    );
    if (key !== undefined) used.add(key);
    return key ?? '';
  });
}
