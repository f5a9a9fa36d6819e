import { expect, test } from 'vitest';
import type { ProjectView, TracksView } from 'zoopraxis';
import { newestTracks, studio } from './studio-store.js';

const tracks = (name: string, source: string, recording = 'r') => ({ name, source, recording }) as TracksView;

test('the tracks of the model that was made last are shown first, and their copy with exchanged identities before them', () => {
  const models = [
    { name: 'old', madeAt: '2026-01-01' },
    { name: 'new', madeAt: '2026-02-01' },
  ];
  const shown = (...all: TracksView[]) =>
    newestTracks({
      ...studio.getState(),
      recordingId: 'r',
      project: { models, tracks: all } as unknown as ProjectView,
    })?.name;
  expect(shown()).toBeUndefined();
  expect(shown(tracks('a', 'somebody'), tracks('b', 'elsewhere'))).toBe('a');
  expect(shown(tracks('a', 'somebody'), tracks('r-old', 'old'), tracks('r-new', 'new'))).toBe('r-new');
  expect(shown(tracks('x', 'new', 'other'), tracks('r-old', 'old'))).toBe('r-old');
  expect(shown(tracks('r-old', 'old'), tracks('r-new', 'new'), tracks('r-new-edited', 'new'))).toBe('r-new-edited');
});
