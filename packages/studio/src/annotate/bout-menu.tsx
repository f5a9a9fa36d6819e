import { DropdownMenu } from 'radix-ui';
import { runCommand } from '../page/keys.js';
import { keysOf, keyText } from '../page/presets.js';
import { tellProblem } from '../page/tell.js';
import { useStudio } from '../state/studio-store.js';
import { relabelMeant } from './actions.js';
import { annotate, useAnnotate } from './annotate-store.js';
import { annotateCommands } from './commands.js';
import { Swatch } from './swatch.js';

const listed = [
  'bout.trim-start',
  'bout.trim-end',
  'bout.split',
  'bout.merge-next',
  'bout.merge-previous',
  'bout.erase',
];
const closeMenu = () => annotate.setState({ menu: null });

/** The menu of a bout, where a right click asked for it. */
export function BoutMenu() {
  const menu = useAnnotate((state) => state.menu);
  const preset = useStudio(({ keyPreset }) => keyPreset);
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors);
  if (menu === null) return null;
  return (
    <DropdownMenu.Root open onOpenChange={(isOpen) => !isOpen && closeMenu()}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden="true" style={{ position: 'fixed', left: menu.x, top: menu.y, width: 0, height: 0 }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" aria-label="Bout">
          {listed.map((id) => {
            const command = annotateCommands.find((candidate) => candidate.id === id);
            if (command === undefined) return null;
            const [key] = keysOf(command, preset);
            return (
              <DropdownMenu.Item key={id} onSelect={() => setTimeout(() => runCommand(command))}>
                {command.title}
                {key !== undefined && <kbd>{keyText(key)}</kbd>}
              </DropdownMenu.Item>
            );
          })}
          <DropdownMenu.Label className="muted menu-label">Relabel as</DropdownMenu.Label>
          {behaviors?.map(({ name, key }) => (
            <DropdownMenu.Item key={name} onSelect={() => void relabelMeant(name).catch(tellProblem)}>
              <Swatch behavior={name} /> {name}
              {key !== undefined && <kbd>Alt+{key}</kbd>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
