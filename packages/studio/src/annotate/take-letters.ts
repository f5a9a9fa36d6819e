import { onMissedKey, takeKeys } from '../page/keys.js';
import { tell, tellProblem } from '../page/tell.js';
import { studio } from '../state/studio-store.js';
import { press, relabelMeant } from './actions.js';
import { activeStream } from './active-stream.js';
import { annotate, openBoutsOf, say } from './annotate-store.js';
import { behaviorOfPress } from './letter-keys.js';

/** Returns whether a key was one of annotating's own: letters of the ethogram, and undo while a bout is open. */
export function takeLetterKey(event: KeyboardEvent): boolean {
  const { mode, project } = studio.getState();
  if (mode !== 'annotate' || project === null) return false;
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === 'KeyZ';
  if (isUndo && openBoutsOf(activeStream()).length > 0) {
    // What was done last is that a bout was begun.
    press({ kind: 'cancel' }).catch(tellProblem);
    return true;
  }
  if (!annotate.getState().hasLetters) return false;
  const behavior = behaviorOfPress(event, project.ethogram.behaviors);
  if (behavior === undefined) return false;
  if (!event.repeat) {
    const work = event.altKey ? relabelMeant(behavior.name) : press({ kind: 'letter', behavior: behavior.name });
    work.catch(tellProblem);
  }
  return true;
}

let started = false;

/** Lets letters mean behaviors while the page is in Annotate. */
export function startLetters(): void {
  if (started) return;
  started = true;
  takeKeys(takeLetterKey);
  onMissedKey(({ key, ctrlKey, metaKey, altKey, repeat }) => {
    const { mode, project } = studio.getState();
    if (mode !== 'annotate' || project === null || ctrlKey || metaKey || altKey || repeat) return;
    if (!/^[\p{L}\p{N}]$/u.test(key)) return;
    const words = annotate.getState().hasLetters
      ? `No behavior has the key ${key}: the panel Ethogram gives keys.`
      : 'Letters are switched off in the panel Annotate.';
    tell(words, { topic: 'annotate' });
    say(words);
  });
}
