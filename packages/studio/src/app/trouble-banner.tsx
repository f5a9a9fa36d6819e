import { useStudio } from '../state/studio-store.js';

/** Says that the server is away, or that its disk refuses: what was edited is kept by the page then. */
export function TroubleBanner() {
  const trouble = useStudio((state) => state.trouble);
  const failure = useStudio(({ save }) => (save.kind === 'failing' ? save.message : null));
  if (trouble === null && failure === null) return null;
  return (
    <div className="trouble" role="alert">
      {trouble ?? `Your last edits are not on the disk. They are kept here and tried again: ${failure}`}
    </div>
  );
}
