import { HeldStep } from './held-step.js';
import { stepBy } from './player.js';

const waiting = new Set<string>();

/** Notes whether a pane still waits for the frame of the present time. */
export function notePane(pane: string, isWaiting: boolean): void {
  if (isWaiting) waiting.add(pane);
  else waiting.delete(pane);
}

/** Tells whether all panes show the frame of the present time. */
export const isAllShown = (): boolean => waiting.size === 0;

const held = new HeldStep({
  step: stepBy,
  isShown: isAllShown,
  nextPicture: (callback) => void requestAnimationFrame(callback),
});

let isRepeat = false;

/** Steps by frames as the key that is pressed asks: once, or on and on while it is held. */
export function stepByKey(frames: number): void {
  held.press(frames, isRepeat);
}

/** Follows which key is held; returns the way to stop. */
export function followHeldKeys(): () => void {
  const down = (event: KeyboardEvent) => {
    isRepeat = event.repeat;
    if (!event.repeat) held.release();
  };
  const up = () => {
    isRepeat = false;
    held.release();
  };
  addEventListener('keydown', down, { capture: true });
  addEventListener('keyup', up, { capture: true });
  addEventListener('blur', up);
  return () => {
    removeEventListener('keydown', down, { capture: true });
    removeEventListener('keyup', up, { capture: true });
    removeEventListener('blur', up);
  };
}
