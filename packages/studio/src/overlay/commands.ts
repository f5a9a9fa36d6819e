import type { Command } from '../page/command.js';
import { openTracks, type StudioState, studio } from '../state/studio-store.js';
import { type OverlaySettings, overlay } from './overlay-store.js';

const hasTracks = (state: StudioState) => openTracks(state).length > 0;

const toggle = (
  id: string,
  title: string,
  keys: readonly string[],
  change: (settings: OverlaySettings) => Partial<OverlaySettings>,
): Command => ({
  id: `overlay.${id}`,
  title,
  menu: 'View',
  keys,
  when: hasTracks,
  run: () => overlay.setState(change(overlay.getState())),
});

/** Commands of this folder. */
export const overlayCommands: readonly Command[] = [
  toggle('show', 'Show or hide predicted poses', ['Shift+KeyP'], ({ isShown }) => ({ isShown: !isShown })),
  toggle('names', 'Names of keypoints', ['Shift+KeyN'], ({ hasNames }) => ({ hasNames: !hasNames })),
  toggle('skeleton', 'Skeletons', [], ({ hasSkeleton }) => ({ hasSkeleton: !hasSkeleton })),
  toggle('ellipses', 'Ellipses of bodies', ['Shift+KeyE'], ({ hasEllipses }) => ({ hasEllipses: !hasEllipses })),
  toggle('trails', 'Trails', ['Shift+KeyT'], ({ trailFrames }) => ({ trailFrames: trailFrames > 0 ? 0 : 60 })),
  toggle('color', 'Colors by individual or by keypoint', [], ({ colorBy }) => ({
    colorBy: colorBy === 'individual' ? 'keypoint' : 'individual',
  })),
  {
    id: 'overlay.next-tracks',
    title: 'Show the next tracks alone',
    menu: 'View',
    when: (state) => openTracks(state).length > 1,
    run: () => {
      const names = openTracks().map(({ name }) => name);
      const at = names.indexOf(studio.getState().shownTracks[0] ?? '');
      studio.setState({ shownTracks: names.slice((at + 1) % names.length).slice(0, 1) });
    },
  },
];
