import type { StreamKey } from 'zoopraxis';
import { type BoutStream, bouts, streamId } from '../state/bouts.js';
import { openRecording, openTracks, type StudioState, studio } from '../state/studio-store.js';

/** Set of bouts that people's first bouts go into. */
export const firstSet = 'human';

/** Returns the animals of the open recording: its subjects, else those of its tracks, else one without a name; list. */
export function animalsOf(state: StudioState = studio.getState()): string[] {
  const recording = openRecording(state);
  // Files that do not say which animal acts give it the name of their recording.
  const subjects = (recording?.subjects ?? []).filter((name) => name !== recording?.id);
  const tracked = openTracks(state).flatMap(({ individuals }) => individuals);
  const known = bouts
    .getState()
    .streams.flatMap(({ subject, target }) => [subject, ...(target === undefined ? [] : [target])]);
  const all = [...new Set([...subjects, ...(subjects.length > 0 ? [] : tracked), ...known])].filter(
    (name) => name !== '',
  );
  return all.length > 0 ? all : ['animal'];
}

/** Returns the key of a stream without what is not part of it. */
export function keyOf({ set, recording, subject, target, annotator, channel }: StreamKey): StreamKey {
  return { set, recording, subject, ...(target === undefined ? {} : { target }), annotator, channel };
}

/**
 * Returns the stream that letters write into unless another is chosen: that of the animals, channel and set that were chosen in
 * another recording before, else the annotator's own in this recording, else one of the same animals and channel as those in other
 * recordings, else a new one of the first animal toward the second.
 */
export function defaultStream(
  state: Pick<StudioState, 'annotator' | 'recordingId' | 'project'>,
  streams: readonly BoutStream[],
  animals: readonly string[],
  before: StreamKey | null = null,
): StreamKey | null {
  const { annotator, recordingId, project } = state;
  if (recordingId === null || project === null || annotator === '') return null;
  if (
    before?.annotator === annotator &&
    [before.subject, before.target ?? before.subject].every((name) => animals.includes(name))
  )
    return { ...keyOf(before), recording: recordingId };
  const own = streams.find((stream) => stream.isHuman && stream.annotator === annotator);
  if (own !== undefined) return keyOf(own);
  const elsewhere = project.annotations.find((stream) => stream.isHuman && stream.annotator === annotator);
  // Bouts of other people say whom this laboratory scores.
  const example =
    elsewhere ?? streams.find(({ isHuman }) => isHuman) ?? project.annotations.find(({ isHuman }) => isHuman);
  const [first = 'animal', second] = animals;
  const known = example !== undefined && animals.includes(example.subject);
  const target = known ? example.target : second;
  return {
    set: elsewhere?.set ?? firstSet,
    recording: recordingId,
    subject: known ? example.subject : first,
    ...(target === undefined ? {} : { target }),
    annotator,
    channel: elsewhere?.channel ?? 'default',
  };
}

/** The stream that was chosen last: the next recording goes on with its animals and channel. */
let chosenLast: StreamKey | null = null;

/** Returns the stream that letters write into, chosen or by default; null where no recording is open. */
export function activeStream(state: StudioState = studio.getState()): StreamKey | null {
  const { activeStream: chosen, recordingId } = state;
  if (chosen !== null && chosen.recording === recordingId) {
    chosenLast = chosen;
    return chosen;
  }
  return defaultStream(state, bouts.getState().streams, animalsOf(state), chosenLast);
}

/**
 * Returns the stream of the next animal that acts, or of the next one toward whom (after the last one: toward nobody); nobody acts
 * toward itself.
 */
export function withNextAnimal(stream: StreamKey, animals: readonly string[], part: 'subject' | 'target'): StreamKey {
  const { target, ...rest } = keyOf(stream);
  if (part === 'subject') {
    const subject = animals[(animals.indexOf(stream.subject) + 1) % animals.length] ?? stream.subject;
    // Whom it acted toward acts now: the two change places.
    const other = target === subject ? stream.subject : target;
    return { ...rest, subject, ...(other === undefined ? {} : { target: other }) };
  }
  const others = animals.filter((name) => name !== stream.subject);
  const next = target === undefined ? others[0] : others[others.indexOf(target) + 1];
  return next === undefined ? rest : { ...rest, target: next };
}

/** Returns the bouts of a stream, undefined where it has none yet. */
export function streamOf(key: StreamKey | null): BoutStream | undefined {
  if (key === null) return undefined;
  const id = streamId(key);
  return bouts.getState().streams.find((stream) => streamId(stream) === id);
}

/** Returns who acts on whom, as menus write it: `resident → intruder`. */
export const animalsText = ({ subject, target }: StreamKey): string =>
  target === undefined ? subject : `${subject} → ${target}`;

/** Returns whose bouts are written, with the channel where it has a name: `eva · sniffing`. */
export const writerText = ({ annotator, channel }: StreamKey): string =>
  channel === '' || channel === 'default' ? annotator : `${annotator} · ${channel}`;

/** Returns what is wrong with the name of an annotator or set, which become parts of file names, as a sentence, or null. */
export function nameProblem(name: string): string | null {
  if (name.length > 100) return 'The name has more than 100 letters.';
  const sign = [...name].find((letter) => '/\\:*?"<>|'.includes(letter) || (letter.codePointAt(0) as number) < 32);
  if (sign !== undefined) return `The name must not have ${sign}: it becomes part of a file name.`;
  return /^[. ]|[. ]$/.test(name) || name === '' ? 'The name must not be empty, nor begin or end with a dot.' : null;
}
