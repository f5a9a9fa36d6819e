import { behaviorColor, inkOn } from '../page/palette.js';
import { useStudio } from '../state/studio-store.js';

/** Shows a behavior's color with its letter, so that color is not all. */
export function Swatch({ behavior }: { behavior: string }) {
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors) ?? [];
  const color = behaviorColor(behavior, behaviors);
  const known = behaviors.find(({ name }) => name === behavior);
  return (
    <span
      className="behavior-swatch"
      data-kind={known?.kind ?? 'state'}
      style={{ background: color, color: inkOn(color) }}
      aria-hidden="true"
    >
      {known?.key ?? ''}
    </span>
  );
}
