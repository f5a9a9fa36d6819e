import { tellProblem } from '../page/tell.js';
import { streamId, useBouts } from '../state/bouts.js';
import { clockText, timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { openRecordingById } from '../state/session.js';
import { studio, useStudio } from '../state/studio-store.js';
import { activeStream, animalsText, writerText } from './active-stream.js';
import { type OpenStream, openBoutsOf, useAnnotate } from './annotate-store.js';
import { BoutMenu } from './bout-menu.js';
import { Swatch } from './swatch.js';

/** Goes to where a bout was left open, so that it can be closed or called off. */
async function goToOpen({ stream }: OpenStream): Promise<void> {
  if (studio.getState().recordingId !== stream.recording) await openRecordingById(stream.recording);
  studio.setState({ mode: 'annotate', activeStream: stream, selection: { kind: 'none' } });
}

/** Says in the status line which bouts are open, and to screen readers what was done; holds the menu of bouts. */
export function AnnotateStatus() {
  const mode = useStudio((state) => state.mode);
  const recording = useStudio((state) => state.recordingId);
  useStudio((state) => state.activeStream);
  useBouts((state) => state.streams);
  const open = useAnnotate((state) => state.open);
  const said = useAnnotate((state) => state.said);
  const stream = activeStream();
  const here = openBoutsOf(stream);
  const clock = recordingClock();
  const others = open.filter((each) => stream === null || streamId(each.stream) !== streamId(stream));
  return (
    <>
      <output className="said" aria-live="polite">
        {said}
      </output>
      {mode === 'annotate' && stream !== null && here.length === 0 && (
        <span className="writes-into">
          {writerText(stream)} · {animalsText(stream)}
        </span>
      )}
      {here.map(({ behavior, frame }) => (
        <span key={behavior} className="open-bout">
          <Swatch behavior={behavior} /> {behavior} open since{' '}
          {clock === undefined ? `frame ${frame}` : clockText(timeOf(frame, clock))}
        </span>
      ))}
      {here.length > 0 && (
        <strong className="unsaved">not saved until it is closed (its letter or Enter; Esc calls off)</strong>
      )}
      {others.map((each) => (
        <button
          key={streamId(each.stream)}
          type="button"
          className="plain unsaved"
          onClick={() => goToOpen(each).catch(tellProblem)}
        >
          {each.bouts.map(({ behavior }) => behavior).join(', ')} open in{' '}
          {each.stream.recording === recording ? animalsText(each.stream) : each.stream.recording}, not saved: go there
        </button>
      ))}
      <BoutMenu />
    </>
  );
}
