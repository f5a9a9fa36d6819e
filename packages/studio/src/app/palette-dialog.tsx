import { Command as Palette } from 'cmdk';
import { closeDialog } from '../page/dialogs.js';
import { canRun, runCommand } from '../page/keys.js';
import { keysOf, keyText } from '../page/presets.js';
import { tellProblem } from '../page/tell.js';
import { openRecordingById } from '../state/session.js';
import { useStudio } from '../state/studio-store.js';
import { commands } from './all-commands.js';

/** Returns how well a text fits what was typed: all words must be in it; the whole in one piece, early in it, fits best. */
function fit(text: string, typed: string): number {
  const [own, wanted] = [text.toLowerCase(), typed.trim().toLowerCase()];
  if (!wanted.split(/\s+/).every((word) => own.includes(word))) return 0;
  const at = own.indexOf(wanted);
  return at < 0 ? 0.2 : 1 / (1 + at / own.length);
}

/** Finds a command or a recording by its words. */
export function PaletteDialog() {
  const recordings = useStudio(({ project }) => project?.recordings) ?? [];
  const preset = useStudio(({ keyPreset }) => keyPreset);
  const close = () => closeDialog('palette');
  return (
    <Palette label="Commands and recordings" loop filter={fit}>
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
              value={`${id} recording`}
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
