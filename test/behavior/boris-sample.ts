// A BORIS project that Zoopraxis writes; as a program: node build/test/behavior/boris-sample.js > sample.boris
import { pathToFileURL } from 'node:url';
import { createAnnotations } from '@zoopraxis/core';
import { type RecordedAnnotations, writeBorisProject } from '@zoopraxis/io';

type Bout = readonly [behavior: string, startSec: number, endSec: number, modifiers?: readonly string[]];

function stream(
  recording: string,
  subject: string,
  bouts: readonly Bout[],
  observedSec?: readonly [number, number],
): RecordedAnnotations {
  const behaviors = ['attack', 'bite', 'groom', 'rear'];
  return {
    recording,
    annotations: createAnnotations({
      subject,
      annotator: 'ann',
      channel: 'default',
      behaviors,
      startSec: Float64Array.from(bouts, ([, start]) => start),
      endSec: Float64Array.from(bouts, ([, , end]) => end),
      behavior: Int32Array.from(bouts, ([name]) => behaviors.indexOf(name)),
      modifiers: bouts.map(([, , , modifiers = []]) => modifiers),
    }),
    ...(observedSec === undefined ? {} : { observedSec }),
  };
}

/** What the sample holds: states that meet, an instant, modifiers, overlap of subjects, a part that was watched; list. */
export const borisSample: readonly RecordedAnnotations[] = [
  stream('cage 1', 'black', [
    ['attack', 1, 2.25],
    ['attack', 2.25, 3],
    ['bite', 2.5, 2.5, ['hard', 'tail']],
    ['rear', 2, 7.125, ['wall']],
    ['rear', 4, 5, ['free']],
  ]),
  stream('cage 1', 'white', [['attack', 1.5, 9.999]]),
  stream('é "2"', 'é "2"', [['rear', 12.5, 20]], [10, 40]),
  stream('quiet', 'quiet', []),
];

/** Returns the bytes of the sample as a BORIS project. */
export const borisSampleProject = (): Uint8Array =>
  writeBorisProject(borisSample, {
    name: 'sample',
    date: '2026-11-21T12:00:00',
    lengthSec: (recording) => (recording === 'cage 1' ? 60 : 45.5),
    fps: () => 25,
    report: ({ message }) => {
      throw new Error(message);
    },
  });

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(borisSampleProject());
