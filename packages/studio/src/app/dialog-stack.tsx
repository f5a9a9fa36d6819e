import { Dialog } from 'radix-ui';
import { closeDialog } from '../page/dialogs.js';
import { useStudio } from '../state/studio-store.js';
import { panels } from './all-panels.js';

/** Shows the dialogs that are open. */
export function DialogStack() {
  const open = useStudio(({ dialogs }) => dialogs);
  return open.map((id) => {
    const panel = panels.find((candidate) => candidate.id === id && candidate.place === 'dialog');
    if (panel === undefined) return null;
    const { title, Component } = panel;
    return (
      <Dialog.Root key={id} open onOpenChange={(isOpen) => !isOpen && closeDialog(id)}>
        <Dialog.Portal>
          <Dialog.Overlay className="dialog-ground" />
          <Dialog.Content className={id === 'palette' ? 'dialog palette' : 'dialog'} aria-describedby={undefined}>
            <Dialog.Title asChild>
              <h2 className={id === 'palette' ? 'said' : ''}>{title}</h2>
            </Dialog.Title>
            <Component />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    );
  });
}
