import { type ByteStore, createLabeledFrames, createSkeleton, type LabeledFrames, MemoryStore } from '@zoopraxis/core';
import { createProject } from './open-project.js';
import type { Project } from './project.js';

/** The skeleton of test projects. */
export const mouse = createSkeleton({ name: 'mouse', keypoints: ['nose', 'ear', 'tail'] });

/** A clock that goes on by one second a look. */
export function tickingClock(): () => Date {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds++);
}

/** Returns a new project in memory. */
export async function makeProject<Store extends ByteStore = MemoryStore>(
  store: Store = new MemoryStore() as unknown as Store,
): Promise<{ project: Project; store: Store }> {
  return { project: await createProject(store, { name: 'test', skeletons: [mouse], now: tickingClock() }), store };
}

/** Returns labels of two annotators and two individuals, with absent and occluded points. */
export function makeLabels(): LabeledFrames {
  const nan = Number.NaN;
  return createLabeledFrames({
    skeleton: mouse,
    individuals: ['black', 'white'],
    annotators: ['ann', 'bob'],
    images: [
      { group: 'a', file: 'img01.png', frame: 1 },
      { group: 'a', file: 'img02.png' },
      { group: 'b', file: 'img01.png' },
    ],
    image: Int32Array.of(0, 0, 1),
    individual: Int32Array.of(0, 1, 0),
    annotator: Int32Array.of(0, 1, 0),
    position: Float64Array.of(1.5, 2, 3, 0.1, nan, nan, 7, 8, 9, 10, 11, 12.25, nan, nan, nan, nan, nan, nan),
    visibility: Uint8Array.of(2, 1, 0, 2, 2, 2, 0, 0, 0),
  });
}
