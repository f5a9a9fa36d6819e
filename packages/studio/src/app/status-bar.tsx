import { AnnotateStatus } from '../annotate/annotate-status.js';
import { useStudio } from '../state/studio-store.js';

const hints = {
  view: 'Space plays · ←/→ one frame · Shift ten · wheel zooms · drag pans · double-click fits',
  label:
    'Click places the next keypoint · drag moves · right-click: occluded · Enter accepts · C: by keys · ? all keys',
  annotate: 'A letter starts and ends its behavior · Esc calls off · [ ] trim · Backspace erases',
} as const;

/** Says the mode and what can be done in it. */
export function StatusBar() {
  const mode = useStudio((state) => state.mode);
  const selection = useStudio((state) => state.selection);
  const chosen =
    selection.kind === 'point'
      ? `${selection.individual}: ${selection.keypoint}`
      : selection.kind === 'bout'
        ? `${selection.bout.behavior} of ${selection.stream.subject || 'the animal'}`
        : '';
  return (
    <footer className="status-bar">
      <strong>{mode}</strong>
      {chosen !== '' && <span>{chosen}</span>}
      <AnnotateStatus />
      <span>{hints[mode]}</span>
    </footer>
  );
}
