import { Tabs } from 'radix-ui';
import { useStore } from 'zustand';
import { panelKey, shownPanels } from '../page/shown-panels.js';
import { useStudio } from '../state/studio-store.js';
import { panels } from './all-panels.js';

/** Shows the panels of one side as tabs. */
export function Column({ place, label }: { place: 'left' | 'right'; label: string }) {
  const mode = useStudio((state) => state.mode);
  const wished = useStore(shownPanels, (shown) => shown[panelKey(place, mode)]);
  const own = panels.filter((panel) => panel.place === place && (panel.modes?.includes(mode) ?? true));
  // Each mode remembers its tab; at first that which is there for this mode alone.
  const first = own.find(({ modes }) => modes !== undefined && modes.length === 1) ?? own[0];
  const open = own.find(({ id }) => id === wished) ?? first;
  if (open === undefined) return <aside className="column" aria-label={label} />;
  return (
    <aside className="column" aria-label={label}>
      <Tabs.Root
        className="column"
        value={open.id}
        onValueChange={(id) => shownPanels.setState({ [panelKey(place, mode)]: id })}
      >
        <Tabs.List className="tabs" aria-label={label}>
          {own.map(({ id, title }) => (
            <Tabs.Trigger key={id} value={id}>
              {title}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {own.map(({ id, Component }) => (
          <Tabs.Content key={id} value={id} className="tab-body" tabIndex={-1}>
            <Component />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </aside>
  );
}
