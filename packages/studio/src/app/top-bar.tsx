import { CircleAlert, CircleCheck, Keyboard, LoaderCircle, Search } from 'lucide-react';
import { DropdownMenu, ToggleGroup } from 'radix-ui';
import type { Command } from '../page/command.js';
import { openDialog } from '../page/dialogs.js';
import { canRun, runCommand } from '../page/keys.js';
import { keysOf, keyText } from '../page/presets.js';
import { useJobs } from '../state/jobs.js';
import { type Mode, studio, useStudio } from '../state/studio-store.js';
import { commands } from './all-commands.js';

const menus: readonly Command['menu'][] = ['File', 'Edit', 'Go', 'View', 'Label', 'Annotate', 'Model', 'Help'];

/** Is made anew whenever its menu opens: what can be done then is what it offers. */
function MenuItems({ own }: { own: readonly Command[] }) {
  const preset = useStudio(({ keyPreset }) => keyPreset);
  return own.map((command) => {
    const [key] = keysOf(command, preset);
    return (
      <DropdownMenu.Item
        key={command.id}
        disabled={!canRun(command)}
        onSelect={() => setTimeout(() => runCommand(command))}
      >
        {command.title}
        {key !== undefined && <kbd>{keyText(key)}</kbd>}
      </DropdownMenu.Item>
    );
  });
}

function Menu({ name }: { name: Command['menu'] }) {
  const own = commands.filter(({ menu, isInMenu = true }) => menu === name && isInMenu);
  if (own.length === 0) return null;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="plain">{name}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={2}>
          <MenuItems own={own} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Says whether all edits are on the disk. */
export function SaveStateView() {
  const save = useStudio((state) => state.save);
  return (
    <output className="save-state" data-kind={save.kind}>
      {save.kind === 'saved' && (
        <>
          <CircleCheck size={14} aria-hidden="true" />
          {save.last === null ? 'all saved' : `saved ${new Date(save.last.at).toLocaleTimeString()}`}
        </>
      )}
      {save.kind === 'saving' && (
        <>
          <LoaderCircle size={14} aria-hidden="true" />
          saving …
        </>
      )}
      {save.kind === 'failing' && (
        <>
          <CircleAlert size={14} aria-hidden="true" />
          <span title={save.message}>{save.waiting} not saved, trying again</span>
        </>
      )}
    </output>
  );
}

const modes: readonly (readonly [Mode, string])[] = [
  ['view', 'View'],
  ['label', 'Label'],
  ['annotate', 'Annotate'],
];

/** Shows project, menus, mode, jobs and whether all is saved. */
export function TopBar() {
  const project = useStudio((state) => state.project);
  const mode = useStudio((state) => state.mode);
  const running = useJobs(({ list }) => list.filter(({ state }) => state === 'running' || state === 'waiting').length);
  return (
    <header className="top-bar">
      <h1 className="brand">{project?.name ?? 'Zoopraxis'}</h1>
      <nav className="menu-bar" aria-label="Menus">
        {menus.map((name) => (
          <Menu key={name} name={name} />
        ))}
      </nav>
      <ToggleGroup.Root
        type="single"
        className="mode-switch"
        aria-label="Mode"
        value={mode}
        onValueChange={(value) => value !== '' && studio.setState({ mode: value as Mode, selection: { kind: 'none' } })}
      >
        {modes.map(([value, title]) => (
          <ToggleGroup.Item key={value} value={value}>
            {title}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <span className="spring" />
      <button type="button" onClick={() => openDialog('palette')}>
        <Search size={14} aria-hidden="true" /> Find <kbd>{keyText('$mod+KeyK')}</kbd>
      </button>
      <button type="button" onClick={() => openDialog('jobs')} aria-label={`Jobs, ${running} running`}>
        Jobs {running > 0 ? `● ${running}` : ''}
      </button>
      <button type="button" className="plain" aria-label="Keys" onClick={() => openDialog('keys')}>
        <Keyboard size={16} aria-hidden="true" />
      </button>
      <SaveStateView />
    </header>
  );
}
