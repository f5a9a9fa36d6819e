import { keyPresets } from '../page/presets.js';
import { studio } from '../state/studio-store.js';

const storedAt = 'zoopraxis.theme';
const keysStoredAt = 'zoopraxis.keys';

/** Shows the theme that was chosen last, on the page's root, and keeps it and the preset of keys with the store. */
export function startTheme(root: HTMLElement): void {
  const stored = localStorage.getItem(storedAt);
  if (stored === 'light' || stored === 'system' || stored === 'dark') studio.setState({ theme: stored });
  const keyPreset = localStorage.getItem(keysStoredAt);
  if (keyPreset !== null && keyPresets.some(({ name }) => name === keyPreset)) studio.setState({ keyPreset });
  const light = matchMedia('(prefers-color-scheme: light)');
  const show = () => {
    const { theme } = studio.getState();
    root.dataset.theme = theme === 'system' ? (light.matches ? 'light' : 'dark') : theme;
  };
  show();
  light.addEventListener('change', show);
  studio.subscribe((state, before) => {
    if (state.keyPreset !== before.keyPreset) localStorage.setItem(keysStoredAt, state.keyPreset);
    if (state.theme === before.theme) return;
    localStorage.setItem(storedAt, state.theme);
    show();
  });
}
