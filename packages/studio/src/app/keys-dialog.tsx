import type { Command } from '../page/command.js';
import { keyPresets, keysOf, keyText } from '../page/presets.js';
import { studio, useStudio } from '../state/studio-store.js';
import { commands } from './all-commands.js';

const menus: readonly Command['menu'][] = ['Go', 'View', 'Label', 'Annotate', 'Edit', 'Model', 'File', 'Help'];

/** Shows all keys, and chooses the preset. */
export function KeysDialog() {
  const preset = useStudio(({ keyPreset }) => keyPreset);
  return (
    <>
      <label className="field">
        Keys as in
        <select value={preset} onChange={(event) => studio.setState({ keyPreset: event.target.value })}>
          {keyPresets.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <p className="muted">
        In Annotate a letter of the ethogram starts its behavior, the same letter ends it, another closes it and starts
        its own. Keys rest in text fields and dialogs.
      </p>
      <div className="key-sheet">
        {menus.map((menu) => {
          const own = commands.filter((command) => command.menu === menu && keysOf(command, preset).length > 0);
          if (own.length === 0) return null;
          return (
            <section key={menu}>
              <h3>{menu}</h3>
              {own.map((command) => (
                <div key={command.id}>
                  <span>
                    {command.title}
                    {command.modes === undefined ? '' : ` (${command.modes.join(', ')})`}
                  </span>
                  <span>
                    {keysOf(command, preset).map((binding) => (
                      <kbd key={binding}>{keyText(binding)}</kbd>
                    ))}
                  </span>
                </div>
              ))}
            </section>
          );
        })}
      </div>
    </>
  );
}
