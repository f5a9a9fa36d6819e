import { Command as Palette } from 'cmdk';
import { closeDialog } from '../page/dialogs.js';
import { canRun, runCommand } from '../page/keys.js';
import { keysOf, keyText } from '../page/presets.js';
import { tellProblem } from '../page/tell.js';
import { openRecordingById } from '../state/session.js';
import { useStudio } from '../state/studio-store.js';
import { commands } from './all-commands.js';

/** Finds a command or a recording by its words. */
export function PaletteDialog() {
  const recordings = useStudio(({ project }) => project?.recordings) ?? [];
  const preset = useStudio(({ keyPreset }) => keyPreset);
  const close = () => closeDialog('palette');
  return (
    <Palette label="Commands and recordings" loop>
      <Palette.Input autoFocus placeholder="Command or recording" />
      <Palette.List>
        <Palette.Empty>Nothing has these words.</Palette.Empty>
        <Palette.Group heading="Commands">
          {commands
            .filter((command) => command.id !== 'help.palette' && canRun(command))
            .map((command) => (
              <Palette.Item
                key={command.id}
                value={`${command.title} ${command.menu}`}
                onSelect={() => {
                  close();
                  runCommand(command);
                }}
              >
                <span>{command.title}</span>
                <span className="muted">{command.menu}</span>
                {keysOf(command, preset)[0] !== undefined && <kbd>{keyText(keysOf(command, preset)[0] as string)}</kbd>}
              </Palette.Item>
            ))}
        </Palette.Group>
        <Palette.Group heading="Recordings">
          {recordings.map(({ id }) => (
            <Palette.Item
              key={id}
              value={`recording ${id}`}
              onSelect={() => {
                close();
                openRecordingById(id).catch(tellProblem);
              }}
            >
              {id}
            </Palette.Item>
          ))}
        </Palette.Group>
      </Palette.List>
    </Palette>
  );
}
