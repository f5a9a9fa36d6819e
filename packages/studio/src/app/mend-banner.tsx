import { useState } from 'react';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { loadBouts } from '../state/bouts.js';
import { loadLabels } from '../state/labels.js';
import { showProject } from '../state/session.js';
import { useStudio } from '../state/studio-store.js';

const few = (names: readonly string[]) =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** Offers to set damaged places of the journals aside, without which labels or bouts stay locked. */
function DamageBanner({ damage }: { damage: readonly string[] }) {
  const [isBusy, setBusy] = useState(false);
  const repair = async () => {
    setBusy(true);
    try {
      const { copies, project } = await call('POST /api/repair', {});
      showProject(project);
      await Promise.all([loadLabels(), loadBouts()]);
      tell(`The damage is set aside; what is left of it is in ${few(copies)}.`, { isLasting: true });
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="banner mend" role="alert">
      <div>
        <strong>The history of edits is damaged, so they are locked.</strong> A copy of the project from before, put in
        its place, loses nothing. Without one, the damaged entries can be set aside, and all others stay:
        <ul>
          {damage.slice(0, 5).map((place) => (
            <li key={place}>{place}</li>
          ))}
        </ul>
      </div>
      <button type="button" disabled={isBusy} onClick={() => void repair()}>
        Set the damage aside
      </button>
    </div>
  );
}

/** Offers to look for videos that were moved. */
function LostVideosBanner({ names, onLeave }: { names: readonly string[]; onLeave: () => void }) {
  const [folder, setFolder] = useState('');
  const [answer, setAnswer] = useState('');
  const [isBusy, setBusy] = useState(false);
  const look = async () => {
    setBusy(true);
    setAnswer('Looking …');
    try {
      const { found, missing, others, project } = await call('POST /api/videos-find', { body: { folder } });
      showProject(project);
      const more = others.length === 0 ? '' : ` Of the same name, but another film: ${few(others)}.`;
      setAnswer(`${counted(found.length, 'video was', 'videos were')} found, ${missing.length} still missing.${more}`);
      if (missing.length === 0) tell(`${counted(found.length, 'video was', 'videos were')} found again.`);
    } catch (error) {
      setAnswer('');
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="banner mend"
      aria-label="Videos that were moved"
      onSubmit={(event) => {
        event.preventDefault();
        void look();
      }}
    >
      <div>
        <strong>{counted(names.length, 'video is', 'videos are')} not where the project says:</strong> {few(names)}.
        <label className="mend-folder">
          Look in this folder of this computer, and below
          <input
            type="text"
            required
            spellCheck={false}
            placeholder="/media/disk/videos"
            value={folder}
            onChange={({ target }) => setFolder(target.value)}
          />
        </label>
        <output>{answer}</output>
      </div>
      <button type="submit" disabled={isBusy}>
        Look
      </button>
      <button type="button" onClick={onLeave}>
        Not now
      </button>
    </form>
  );
}

/** Says what of the project keeps it from being used, and mends it. */
export function MendBanner() {
  const damage = useStudio(({ project }) => project?.damage);
  const videos = useStudio(({ project }) => project?.videos);
  const [isLeft, setLeft] = useState(false);
  const lost = (videos ?? []).filter(({ isThere }) => !isThere).map(({ fileName }) => fileName);
  return (
    <>
      {damage !== undefined && damage.length > 0 && <DamageBanner damage={damage} />}
      {lost.length > 0 && !isLeft && <LostVideosBanner names={lost} onLeave={() => setLeft(true)} />}
    </>
  );
}
