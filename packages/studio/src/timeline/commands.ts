import type { Command } from '../page/command.js';
import { type StudioState, studio } from '../state/studio-store.js';
import { openClock, openLimits } from './open-clock.js';
import { focusRow } from './row-actions.js';
import { panBy, setStretchEdge, showWhole, zoomAt, zoomTo } from './scale.js';
import { timeline } from './timeline-store.js';
import { lengthText, windowLengths } from './window-lengths.js';

const isOpen = ({ recordingId }: StudioState) => recordingId !== null;

/** Shows a length of time around the cursor; more than the recording has shows it whole. */
export function setWindowLength(seconds: number): void {
  const { range, timeSec } = studio.getState();
  const limits = openLimits();
  studio.setState({ range: zoomTo(range, Math.min(seconds, limits.endSec), timeSec, limits) });
}

function zoom(factor: number): void {
  const { range, timeSec } = studio.getState();
  const isSeen = timeSec >= range.fromSec && timeSec < range.toSec;
  const pivot = isSeen ? timeSec : (range.fromSec + range.toSec) / 2;
  studio.setState({ range: zoomAt(range, pivot, factor, openLimits()) });
}

function pan(windows: number): void {
  const { range } = studio.getState();
  studio.setState({ range: panBy(range, windows * (range.toSec - range.fromSec), openLimits()) });
}

function showChosen(): void {
  const { selection } = studio.getState();
  if (selection.kind === 'stretch') studio.setState({ range: showWhole(selection, openLimits()) });
  if (selection.kind !== 'bout') return;
  const { startSec, endSec } = selection.bout;
  studio.setState({ range: showWhole({ fromSec: startSec, toSec: endSec }, openLimits()) });
}

function setStretch(edge: 'start' | 'end'): void {
  const { selection, timeSec } = studio.getState();
  const before = selection.kind === 'stretch' ? selection : null;
  const { fromSec, toSec } = setStretchEdge(before, edge, timeSec, openClock(), openLimits());
  studio.setState({ selection: { kind: 'stretch', fromSec, toSec } });
}

const follows = ['page', 'center', 'off'] as const;

/** Commands of this folder. */
export const timelineCommands: readonly Command[] = [
  {
    id: 'time.zoom-in',
    title: 'Timeline: less time',
    menu: 'View',
    keys: ['Alt+Equal', 'Alt+NumpadAdd'],
    when: isOpen,
    repeats: true,
    run: () => zoom(1 / 1.5),
  },
  {
    id: 'time.zoom-out',
    title: 'Timeline: more time',
    menu: 'View',
    keys: ['Alt+Minus', 'Alt+NumpadSubtract'],
    when: isOpen,
    repeats: true,
    run: () => zoom(1.5),
  },
  {
    id: 'time.whole',
    title: 'Timeline: whole recording',
    menu: 'View',
    keys: ['Alt+Digit0'],
    when: isOpen,
    run: () => studio.setState({ range: { fromSec: 0, toSec: openLimits().endSec } }),
  },
  {
    id: 'time.show-selection',
    title: 'Timeline: show what is selected whole',
    menu: 'View',
    keys: ['Alt+Enter'],
    when: ({ selection }) => selection.kind === 'bout' || selection.kind === 'stretch',
    run: showChosen,
  },
  {
    id: 'time.stretch-start',
    title: 'Timeline: select from this frame',
    menu: 'View',
    keys: ['Alt+BracketLeft'],
    when: isOpen,
    run: () => setStretch('start'),
  },
  {
    id: 'time.stretch-end',
    title: 'Timeline: select up to this frame',
    menu: 'View',
    keys: ['Alt+BracketRight'],
    when: isOpen,
    run: () => setStretch('end'),
  },
  {
    id: 'time.stretch-none',
    title: 'Timeline: select nothing',
    menu: 'View',
    when: ({ selection }) => selection.kind === 'stretch',
    run: () => studio.setState({ selection: { kind: 'none' } }),
  },
  {
    id: 'time.pan-back',
    title: 'Timeline: look earlier',
    menu: 'View',
    keys: ['Alt+Comma'],
    when: isOpen,
    repeats: true,
    run: () => pan(-0.25),
  },
  {
    id: 'time.pan-forward',
    title: 'Timeline: look later',
    menu: 'View',
    keys: ['Alt+Period'],
    when: isOpen,
    repeats: true,
    run: () => pan(0.25),
  },
  {
    id: 'time.follow',
    title: 'Timeline: follow the cursor by page, centered, not at all',
    menu: 'View',
    run: () => timeline.setState(({ follow }) => ({ follow: follows[(follows.indexOf(follow) + 1) % 3] ?? 'page' })),
  },
  {
    id: 'time.ruler-unit',
    title: 'Timeline: count time or frames on the ruler',
    menu: 'View',
    run: () => timeline.setState(({ ruler }) => ({ ruler: ruler === 'time' ? 'frames' : 'time' })),
  },
  ...windowLengths.map(
    (seconds): Command => ({
      id: `time.window-${seconds}`,
      title: `Timeline: show ${lengthText(seconds)}`,
      menu: 'View',
      when: isOpen,
      run: () => setWindowLength(seconds),
    }),
  ),
  {
    id: 'time.next-row',
    title: 'Timeline: to the next row',
    menu: 'View',
    keys: ['Alt+PageDown'],
    when: isOpen,
    repeats: true,
    run: () => focusRow(1),
  },
  {
    id: 'time.previous-row',
    title: 'Timeline: to the previous row',
    menu: 'View',
    keys: ['Alt+PageUp'],
    when: isOpen,
    repeats: true,
    run: () => focusRow(-1),
  },
];
