import { ChevronLeft, ChevronRight, Maximize2, Minus, Pause, Play, Plus, SkipBack, SkipForward } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { keysOf, keyText } from '../page/presets.js';
import { commandOf, runById } from '../page/run-by-id.js';
import { clockText } from '../state/clock.js';
import { isImageFolder, openRecording, studio, useStudio } from '../state/studio-store.js';
import { setWindowLength } from './commands.js';
import { parsePlace } from './go-to.js';
import { openClock, openLimits } from './open-clock.js';
import { placeWords } from './place-words.js';
import { timeline, useTimeline } from './timeline-store.js';
import { lengthText, windowLengths } from './window-lengths.js';

function CommandButton({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  const preset = useStudio(({ keyPreset }) => keyPreset);
  const command = commandOf(id);
  const [key] = command === undefined ? [] : keysOf(command, preset);
  return (
    <button
      type="button"
      className="plain"
      aria-label={label}
      title={key === undefined ? label : `${label} (${keyText(key)})`}
      onClick={() => runById(id)}
    >
      {children}
    </button>
  );
}

/** Says frame and time, without rendering again. */
function PlaceView() {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let request = 0;
    const show = () => {
      request = 0;
      const root = place.current;
      if (root === null) return;
      const state = studio.getState();
      const { frame, frameCount } = placeWords(state);
      const [frameView, countView, timeView] = root.querySelectorAll('span');
      const write = (element: Element | undefined, text: string) => {
        if (element !== undefined && element.textContent !== text) element.textContent = text;
      };
      write(frameView, frame === null ? '–' : `${frame}`);
      write(countView, frame === null ? '' : ` / ${frameCount}`);
      write(timeView, isImageFolder(openRecording(state), state) ? '' : clockText(state.timeSec));
    };
    const schedule = () => {
      if (request === 0) request = requestAnimationFrame(show);
    };
    show();
    const stop = studio.subscribe((state, before) => {
      if (
        state.timeSec !== before.timeSec ||
        state.project !== before.project ||
        state.recordingId !== before.recordingId
      )
        schedule();
    });
    return () => {
      cancelAnimationFrame(request);
      stop();
    };
  }, []);
  return (
    <span className="place" ref={place}>
      frame <span className="place-frame">–</span>
      <span className="muted" />
      <span className="place-time" />
    </span>
  );
}

function GoTo() {
  const [words, setWords] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const go = () => {
    const timeSec = parsePlace(words, openClock(), openLimits().endSec);
    setIsWrong(timeSec === null);
    if (timeSec === null) return;
    studio.setState({ timeSec, isPlaying: false });
    setWords('');
    // Keys go on where they are used: a space typed next plays, and is not written here.
    document.querySelector<HTMLElement>('.video-pane')?.focus();
  };
  return (
    <form
      className="go-to"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <input
        type="text"
        inputMode="decimal"
        aria-label="Go to frame or time"
        aria-invalid={isWrong}
        placeholder="go to 1200 or 0:40"
        title="A frame number, or a time such as 0:40.03 or 40.03 s"
        value={words}
        onChange={({ target }) => {
          setWords(target.value);
          setIsWrong(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          setWords('');
          setIsWrong(false);
          event.currentTarget.blur();
        }}
      />
      <output className="said">{isWrong ? `there is no frame or time ${words} in this recording` : ''}</output>
    </form>
  );
}

const speeds = [0.25, 0.5, 1, 2, 4, 8];

/** Shows the length of the window; changes it. */
function WindowLength() {
  const seconds = useStudio(({ range }) => Number((range.toSec - range.fromSec).toPrecision(3)));
  const isListed = windowLengths.includes(seconds);
  return (
    <select
      aria-label="Length of the window"
      title="How much time the rows show"
      value={`${seconds}`}
      onChange={({ target }) =>
        setWindowLength(target.value === 'whole' ? Number.POSITIVE_INFINITY : Number(target.value))
      }
    >
      {!isListed && <option value={`${seconds}`}>{lengthText(seconds)}</option>}
      {windowLengths.map((length) => (
        <option key={length} value={`${length}`}>
          {lengthText(length)}
        </option>
      ))}
      <option value="whole">whole recording</option>
    </select>
  );
}

/** Shows what moves the clock, where it is, and how much time the rows show. */
export function Transport() {
  const isPlaying = useStudio((state) => state.isPlaying);
  const speed = useStudio((state) => state.speed);
  const follow = useTimeline((state) => state.follow);
  return (
    <div className="transport" role="toolbar" aria-label="Transport">
      <span className="transport-group">
        <CommandButton id="time.first-frame" label="First frame">
          <SkipBack size={16} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="time.previous-frame" label="Previous frame">
          <ChevronLeft size={18} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="time.play" label={isPlaying ? 'Pause' : 'Play'}>
          {isPlaying ? <Pause size={18} aria-hidden="true" /> : <Play size={18} aria-hidden="true" />}
        </CommandButton>
        <CommandButton id="time.next-frame" label="Next frame">
          <ChevronRight size={18} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="time.last-frame" label="Last frame">
          <SkipForward size={16} aria-hidden="true" />
        </CommandButton>
        <select
          aria-label="Speed"
          title="Times of real time"
          value={`${speed}`}
          onChange={({ target }) => studio.setState({ speed: Number(target.value) })}
        >
          {!speeds.includes(speed) && <option value={`${speed}`}>{speed}×</option>}
          {speeds.map((times) => (
            <option key={times} value={`${times}`}>
              {times}×
            </option>
          ))}
        </select>
      </span>
      <PlaceView />
      <GoTo />
      <span className="spring" />
      <span className="transport-group">
        <select
          aria-label="How the rows follow the cursor"
          title="How the rows follow the cursor while it plays"
          value={follow}
          onChange={({ target }) => timeline.setState({ follow: target.value as typeof follow })}
        >
          <option value="page">follow by page</option>
          <option value="center">follow centered</option>
          <option value="off">stand still</option>
        </select>
        <CommandButton id="time.zoom-out" label="More time">
          <Minus size={16} aria-hidden="true" />
        </CommandButton>
        <WindowLength />
        <CommandButton id="time.zoom-in" label="Less time">
          <Plus size={16} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="time.whole" label="Whole recording">
          <Maximize2 size={15} aria-hidden="true" />
        </CommandButton>
      </span>
    </div>
  );
}
