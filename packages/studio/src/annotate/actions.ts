import type { BoutView, StreamKey } from 'zoopraxis';
import { openDialog } from '../page/dialogs.js';
import { tell } from '../page/tell.js';
import { type BoutStream, bouts, editBouts, streamId } from '../state/bouts.js';
import { clockText, type FrameClock, frameAt, timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import { activeStream, keyOf, streamOf } from './active-stream.js';
import { annotate, openBoutsOf, say, setOpenBouts } from './annotate-store.js';
import {
  type BoutChange,
  changeBetween,
  type EditRules,
  eraseBouts,
  eraseStretch,
  insertMany,
  isNothing,
  mergeBouts,
  relabelBout,
  setEdges,
  splitBout,
} from './bout-changes.js';
import { createExclusions } from './exclusions.js';
import { boutToTrim, meantBout, neighborBout, neighborOfSame } from './find-bouts.js';
import { endOfFrame, type LetterAction, takeLetter } from './letters.js';
import { mustAskWho } from './who.js';

/** What edits of the stream that is written into need. */
export interface Desk {
  readonly stream: StreamKey;
  readonly bouts: readonly BoutView[];
  readonly isHuman: boolean;
  readonly clock: FrameClock;
  readonly frame: number;
  readonly rules: EditRules;
}

/** Returns an id that no other bout has. */
export const newBoutId = (): string => crypto.randomUUID().slice(0, 18);

/** Returns the rules of edits by a clock. */
export function rulesOf(clock: FrameClock): EditRules {
  const behaviors = studio.getState().project?.ethogram.behaviors ?? [];
  return {
    exclusions: createExclusions(behaviors, annotate.getState().overlap),
    slackSec: 0.01 / clock.fps,
    newId: newBoutId,
  };
}

/** Returns the stream that is written into with all that edits need, undefined where there is none or its times are read. */
export function openDesk(): Desk | undefined {
  const stream = activeStream();
  const clock = recordingClock();
  if (stream === null || clock === undefined || clock.frameCount === 0) return undefined;
  const shown = streamOf(stream);
  return {
    stream,
    bouts: shown?.bouts ?? [],
    isHuman: shown?.isHuman ?? true,
    clock,
    frame: frameAt(studio.getState().timeSec, clock),
    rules: rulesOf(clock),
  };
}

/** Returns the desk for an edit, or says why there can be none. */
function deskToEdit(): Desk | undefined {
  const desk = openDesk();
  if (desk === undefined) {
    const isReading = studio.getState().recordingId !== null;
    refuse(isReading ? 'The times of the frames are still being read.' : 'Open a recording first.');
    return undefined;
  }
  if (mustAskWho(desk.stream)) {
    openDialog('who');
    return undefined;
  }
  if (!desk.isHuman) {
    refuse('These bouts are of a model and stay as they are. Copy them to your own stream first (Annotate menu).');
    return undefined;
  }
  return desk;
}

function refuse(sentence: string): void {
  tell(sentence, { topic: 'annotate' });
  say(sentence);
}

/** Returns the chosen bout where it is of a stream. */
export function chosenIn(stream: StreamKey): BoutView | undefined {
  const { selection } = studio.getState();
  if (selection.kind !== 'bout' || streamId(selection.stream) !== streamId(stream)) return undefined;
  return streamOf(stream)?.bouts.find(({ id }) => id === selection.bout.id);
}

/** Chooses a bout in all panels, or none. */
export function chooseBout(stream: StreamKey, bout: BoutView | undefined): void {
  studio.setState({ selection: bout === undefined ? { kind: 'none' } : { kind: 'bout', stream: keyOf(stream), bout } });
}

/** Saves a change of a stream as one step of undo; what is chosen follows it. */
export async function saveChange(title: string, stream: StreamKey, change: BoutChange): Promise<void> {
  if (isNothing(change)) return;
  const chosen = chosenIn(stream);
  const saving = editBouts(title, [{ stream: keyOf(stream), ...change }]);
  if (chosen !== undefined)
    chooseBout(
      stream,
      streamOf(stream)?.bouts.find(({ id }) => id === chosen.id),
    );
  await saving;
}

/** Does what a letter, Enter or Escape means at the cursor. */
export async function press(action: LetterAction): Promise<void> {
  const desk = deskToEdit();
  if (desk === undefined) return;
  const { stream, frame, clock, rules } = desk;
  const result = takeLetter(action, { bouts: desk.bouts, open: openBoutsOf(stream), frame, clock, rules });
  setOpenBouts(stream, result.open);
  say(result.said);
  if (result.change !== null) await saveChange(result.title, stream, result.change);
}

/** Erases the chosen bout, else the chosen stretch, else the bout under the cursor. */
export async function eraseMeant(): Promise<void> {
  const desk = deskToEdit();
  if (desk === undefined) return;
  const { stream, clock, frame, rules } = desk;
  const { selection } = studio.getState();
  if (selection.kind === 'stretch') {
    const stretch = { startSec: selection.fromSec, endSec: selection.toSec };
    const change = eraseStretch(desk.bouts, stretch, rules);
    if (isNothing(change)) return refuse('No bouts of this stream lie in the stretch.');
    say('Stretch erased');
    return saveChange('erase a stretch', stream, change);
  }
  const bout = meantBout(desk.bouts, frame, clock, chosenIn(stream)?.id);
  if (bout === undefined) return refuse('No bout of this stream is under the cursor.');
  say(`${bout.behavior} erased`);
  await saveChange(`erase ${bout.behavior}`, stream, eraseBouts([bout.id]));
}

/** Brings the start (or end) of the chosen bout, the one under the cursor, or the nearest, to the frame shown. */
export async function trim(edge: 'start' | 'end'): Promise<void> {
  const desk = deskToEdit();
  if (desk === undefined) return;
  const { stream, clock, frame, rules } = desk;
  const bout = boutToTrim(desk.bouts, edge, frame, clock, chosenIn(stream)?.id);
  if (bout === undefined) return refuse('There is no bout to trim here.');
  const atSec = edge === 'start' ? timeOf(frame, clock) : endOfFrame(frame, clock);
  const change = setEdges(desk.bouts, bout, edge === 'start' ? { startSec: atSec } : { endSec: atSec }, rules);
  if (change === null) {
    return refuse(
      bout.endSec <= bout.startSec
        ? `${bout.behavior} is an instant: move it or erase it.`
        : `The cursor lies ${edge === 'start' ? 'behind the end' : 'before the start'} of this ${bout.behavior}.`,
    );
  }
  say(`${edge} of ${bout.behavior} at ${clockText(atSec)}`);
  await saveChange(`trim ${bout.behavior}`, stream, change);
}

/** Cuts the chosen bout, or the one under the cursor, before the frame shown. */
export async function splitMeant(): Promise<void> {
  const desk = deskToEdit();
  if (desk === undefined) return;
  const { stream, clock, frame, rules } = desk;
  const bout = meantBout(desk.bouts, frame, clock, chosenIn(stream)?.id);
  if (bout === undefined) return refuse('No bout of this stream is under the cursor.');
  const change = splitBout(bout, timeOf(frame, clock), rules);
  if (change === null) return refuse(`The cursor must lie inside this ${bout.behavior}, behind its first frame.`);
  say(`${bout.behavior} split`);
  await saveChange(`split ${bout.behavior}`, stream, change);
}

/** Joins the meant bout with its neighbor of the same behavior; in a chosen stretch, all bouts of each behavior. */
export async function mergeMeant(step: 1 | -1): Promise<void> {
  const desk = deskToEdit();
  if (desk === undefined) return;
  const { stream, clock, frame, rules } = desk;
  const { selection } = studio.getState();
  if (selection.kind === 'stretch') {
    const inside = desk.bouts.filter(
      ({ startSec, endSec }) => endSec > startSec && endSec > selection.fromSec && startSec < selection.toSec,
    );
    const behaviors = new Set(inside.map(({ behavior }) => behavior));
    if (behaviors.size > 1)
      return refuse('The stretch holds several behaviors: choose a bout, and merge it with its neighbor.');
    const change = mergeBouts(desk.bouts, inside, rules);
    if (change === null) return refuse('The stretch must hold two bouts or more of this stream.');
    say('Bouts merged');
    return saveChange(`merge ${[...behaviors].join()}`, stream, change);
  }
  const bout = meantBout(desk.bouts, frame, clock, chosenIn(stream)?.id);
  if (bout === undefined) return refuse('No bout of this stream is under the cursor.');
  const neighbor = neighborOfSame(desk.bouts, bout, step);
  const change = neighbor === undefined ? null : mergeBouts(desk.bouts, [bout, neighbor], rules);
  if (change === null) return refuse(`There is no ${bout.behavior} ${step > 0 ? 'after' : 'before'} this one.`);
  say(`${bout.behavior} merged`);
  await saveChange(`merge ${bout.behavior}`, stream, change);
}

/** Gives the chosen bout, or the one under the cursor, another behavior. */
export async function relabelMeant(behavior: string): Promise<void> {
  const desk = deskToEdit();
  if (desk === undefined) return;
  const { stream, clock, frame, rules } = desk;
  const bout = meantBout(desk.bouts, frame, clock, chosenIn(stream)?.id);
  if (bout === undefined) return refuse('No bout of this stream is under the cursor.');
  const change = relabelBout(desk.bouts, bout, behavior, rules);
  if (change === null) return refuse(`One of ${bout.behavior} and ${behavior} is an instant, the other lasts.`);
  say(`${bout.behavior} is now ${behavior}`);
  await saveChange(`relabel ${bout.behavior} as ${behavior}`, stream, change);
}

/** Moves edges of a bout to times, as a drag or a field asks for. */
export async function moveEdges(bout: BoutView, edges: { startSec?: number; endSec?: number }): Promise<void> {
  const desk = deskToEdit();
  if (desk === undefined) return;
  const change = setEdges(desk.bouts, bout, edges, desk.rules);
  if (change === null) return refuse('A bout must end after it starts.');
  await saveChange(`move ${bout.behavior}`, desk.stream, change);
}

/** Returns the stream that is walked through: that of the chosen bout, else the one written into, else the first with bouts. */
function walkedStream(): BoutStream | undefined {
  const { selection } = studio.getState();
  const { streams } = bouts.getState();
  const chosen = selection.kind === 'bout' ? streamOf(selection.stream) : undefined;
  return chosen ?? streamOf(activeStream()) ?? streams.find((stream) => stream.bouts.length > 0);
}

/** Goes to the next or previous bout and chooses it; with `isSame`, of the behavior of the bout that is meant now. */
export function walk(step: 1 | -1, isSame: boolean): void {
  const problem = tryWalk(step, isSame);
  if (problem !== null) refuse(problem);
}

function tryWalk(step: 1 | -1, isSame: boolean): string | null {
  const stream = walkedStream();
  const clock = recordingClock();
  if (stream === undefined || clock === undefined) return 'There are no bouts in this recording.';
  const frame = frameAt(studio.getState().timeSec, clock);
  const chosen = chosenIn(stream);
  const behavior = isSame ? meantBout(stream.bouts, frame, clock, chosen?.id)?.behavior : undefined;
  if (isSame && behavior === undefined) {
    return 'Choose a bout, or place the cursor on one, to find others of its behavior.';
  }
  const bout = neighborBout(stream.bouts, step, frame, clock, { chosenId: chosen?.id, behavior });
  if (bout === undefined) return `There is no ${behavior ?? 'bout'} ${step > 0 ? 'after' : 'before'} this.`;
  goToBout(stream, bout, clock);
  return null;
}

/** Brings the cursor to the beginning of a bout, chooses it, and moves the timeline where it would not be seen. */
export function goToBout(stream: StreamKey, bout: BoutView, clock: FrameClock): void {
  const timeSec = timeOf(frameAt(bout.startSec, clock), clock);
  const { range } = studio.getState();
  const length = range.toSec - range.fromSec;
  const isSeen = timeSec >= range.fromSec && timeSec <= range.toSec - length * 0.05;
  const fromSec = Math.max(0, timeSec - length / 4);
  studio.setState({ timeSec, ...(isSeen ? {} : { range: { fromSec, toSec: fromSec + length } }) });
  chooseBout(stream, bout);
  say(`${bout.behavior}, ${clockText(bout.startSec)} to ${clockText(bout.endSec)}`);
}

/** Copies bouts of another stream into the one of the annotator for the same animals; models' bouts are accepted so. */
export async function copyToMine(from: BoutStream, chosen: readonly BoutView[] = from.bouts): Promise<void> {
  const clock = recordingClock();
  const { annotator } = studio.getState();
  if (clock === undefined) return refuse('The times of the frames are still being read.');
  const active = activeStream();
  const isFit = (key: StreamKey) =>
    key.annotator === annotator &&
    key.subject === from.subject &&
    key.target === from.target &&
    streamId(key) !== streamId(from);
  const own =
    (active !== null && isFit(active) && (streamOf(active)?.isHuman ?? true) ? active : undefined) ??
    bouts.getState().streams.find((stream) => stream.isHuman && isFit(stream));
  const set = active !== null && active.annotator === annotator ? active.set : 'human';
  const target = keyOf(own ?? { ...keyOf(from), set, annotator, channel: 'default' });
  if (streamId(target) === streamId(from)) return refuse('These bouts are yours already.');
  const before = streamOf(target)?.bouts ?? [];
  const added = chosen.map(({ probability: _, ...bout }) => ({ ...bout, id: newBoutId() }));
  const change = changeBetween(before, insertMany(before, added, rulesOf(clock)));
  const words = added.length === 1 ? (added[0]?.behavior ?? '') : `${added.length} bouts`;
  if (isNothing(change)) return refuse('Your stream holds these bouts already.');
  studio.setState({ activeStream: target });
  say(`${words} copied from ${from.annotator}`);
  tell(`${words} copied from ${from.annotator} to ${annotator}`, { topic: 'annotate' });
  await saveChange(`accept ${words} of ${from.annotator}`, target, change);
}
