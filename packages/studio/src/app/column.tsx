import { Tabs } from 'radix-ui';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { panelKey, shownPanels } from '../page/shown-panels.js';
import { useStudio } from '../state/studio-store.js';
import { panels } from './all-panels.js';

/** Shows the panels of one side as tabs. */
export function Column({ place, label }: { place: 'left' | 'right'; label: string }) {
  const mode = useStudio((state) => state.mode);
  const wished = useStore(shownPanels, (shown) => shown[panelKey(place, mode)]);
  const own = panels.filter((panel) => panel.place === place && (panel.modes?.includes(mode) ?? true));
  // What the mode is for stands where no narrow column hides it.
  if (place === 'right') own.sort((a, b) => Number(a.modes === undefined) - Number(b.modes === undefined));
  // Each mode remembers its tab; at first that which is there for this mode alone.
  const first = own.find(({ modes }) => modes !== undefined && modes.length === 1) ?? own[0];
  const open = own.find(({ id }) => id === wished) ?? first;
  const openId = open?.id;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>(`[data-tab="${openId}"]`);
    if (list.current === null || tab === null || tab === undefined) return;
    // Not `scrollIntoView`, which would make Tab begin here.
    const { offsetLeft, offsetWidth } = tab;
    const left = offsetLeft - list.current.offsetLeft;
    const { scrollLeft, clientWidth } = list.current;
    if (left < scrollLeft) list.current.scrollLeft = left - 12;
    else if (left + offsetWidth > scrollLeft + clientWidth)
      list.current.scrollLeft = left + offsetWidth - clientWidth + 12;
  }, [openId]);
  if (open === undefined) return <aside className="column" aria-label={label} />;
  return (
    <aside className="column" aria-label={label}>
      <Tabs.Root
        className="column"
        value={open.id}
        onValueChange={(id) => shownPanels.setState({ [panelKey(place, mode)]: id })}
      >
        <Tabs.List
          ref={list}
          className="tabs"
          aria-label={label}
          onWheel={({ currentTarget, deltaX, deltaY }) => {
            currentTarget.scrollLeft += deltaX === 0 ? deltaY : 0;
          }}
        >
          {own.map(({ id, title }) => (
            <Tabs.Trigger key={id} value={id} data-tab={id}>
              {title}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {own.map(({ id, title, Component }) => (
          <Tabs.Content key={id} value={id} className="tab-body" tabIndex={-1}>
            <h2 className="said">{title}</h2>
            <Component />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </aside>
  );
}
