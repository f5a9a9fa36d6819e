import { useState } from 'react';
import { closeDialog } from '../page/dialogs.js';
import { clockText, frameAt, timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import { frameOfWords } from './place-words.js';
import { seekFrame } from './player.js';

/** Goes to a frame or time that is typed. */
export function GoToFrame() {
  const clock = recordingClock();
  const [words, setWords] = useState(() =>
    clock === undefined ? '' : String(frameAt(studio.getState().timeSec, clock)),
  );
  if (clock === undefined || clock.frameCount === 0) return <p className="muted">No recording is open.</p>;
  const found = words.trim() === '' ? undefined : frameOfWords(words, clock);
  const meaning =
    typeof found === 'number' ? `Frame ${found}, ${clockText(timeOf(found, clock))}` : (found ?? 'A frame or a time');
  return (
    <form
      className="go-to-frame"
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof found !== 'number') return;
        closeDialog('go-to-frame');
        seekFrame(found);
      }}
    >
      <label className="field">
        Frame, or time
        <input
          type="text"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onFocus={(event) => event.target.select()}
          aria-describedby="go-to-frame-meaning"
          aria-invalid={typeof found === 'string'}
        />
      </label>
      <p id="go-to-frame-meaning" className="muted" aria-live="polite">
        {meaning}. Frames count from 0 to {clock.frameCount - 1}.
      </p>
      <button type="submit" className="primary" disabled={typeof found !== 'number'}>
        Go
      </button>
    </form>
  );
}
