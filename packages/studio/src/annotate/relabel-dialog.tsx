import { closeDialog } from '../page/dialogs.js';
import { tellProblem } from '../page/tell.js';
import { useStudio } from '../state/studio-store.js';
import { relabelMeant } from './actions.js';
import { behaviorOfPress } from './letter-keys.js';
import { Swatch } from './swatch.js';

/** Asks which behavior the chosen bout, or the one under the cursor, becomes; a letter answers too. */
export function RelabelDialog() {
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors) ?? [];
  const choose = (name: string) => {
    closeDialog('relabel');
    relabelMeant(name).catch(tellProblem);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: letters are a shortcut of the buttons inside
    <div
      className="behavior-list"
      onKeyDown={(event) => {
        const behavior = behaviorOfPress(event, behaviors);
        if (behavior === undefined) return;
        event.preventDefault();
        choose(behavior.name);
      }}
    >
      {behaviors.map(({ name }) => (
        <button key={name} type="button" onClick={() => choose(name)}>
          <Swatch behavior={name} /> {name}
        </button>
      ))}
      {behaviors.length === 0 && <p className="muted">The ethogram has no behaviors yet.</p>}
    </div>
  );
}
