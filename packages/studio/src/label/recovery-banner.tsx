import { useState } from 'react';
import { useStudio } from '../state/studio-store.js';

/** Says what was met and mended when the project was opened: what of a torn journal was kept. */
export function RecoveryBanner() {
  const warnings = useStudio(({ project }) => project?.warnings);
  const [seen, setSeen] = useState<readonly string[]>([]);
  const open = (warnings ?? []).filter((warning) => !seen.includes(warning));
  if (open.length === 0) return null;
  return (
    <div className="banner recovery" role="status">
      <div>
        <strong>Opened after a problem.</strong> Every edit that was said to be saved is here, unless it is named below.
        <ul>
          {open.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      </div>
      <button type="button" onClick={() => setSeen([...seen, ...open])}>
        Understood
      </button>
    </div>
  );
}
