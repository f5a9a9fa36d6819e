import type { Ethogram } from './ethogram.js';
import type { Recording } from './recording.js';
import type { Skeleton } from './skeleton.js';
import type { Video } from './video.js';

/** A split of groups (animals, sessions) or images that a project keeps, so that results can be compared. */
export interface NamedSplit {
  readonly name: string;
  /** Groups or images, by name. */
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

/** What a project consists of, wherever it is stored. */
export interface ProjectContents {
  readonly name: string;
  readonly videos: readonly Video[];
  readonly recordings: readonly Recording[];
  readonly skeletons: readonly Skeleton[];
  readonly ethogram: Ethogram;
  /** Names of models. */
  readonly models: readonly string[];
  readonly splits: readonly NamedSplit[];
}

/**
 * Returns the contents of a project after checking them against one another.
 * @throws RangeError for a name twice, a recording of an unknown video, a segment order with holes, or a split that has
 * something in two parts.
 */
export function createProjectContents(contents: ProjectContents): ProjectContents {
  const { name, videos, recordings, skeletons, models, splits } = contents;
  if (name.trim() === '') throw new RangeError('project: name must not be empty');
  const lists: [string, readonly string[]][] = [
    ['videos', videos.map(({ id }) => id)],
    ['recordings', recordings.map(({ id }) => id)],
    ['skeletons', skeletons.map((skeleton) => skeleton.name)],
    ['models', models],
    ['splits', splits.map((split) => split.name)],
  ];
  for (const [what, names] of lists) {
    const twice = names.find((item, i) => names.indexOf(item) !== i);
    if (twice !== undefined) throw new RangeError(`project ${name}: ${what} lists ${twice} twice`);
  }
  const byId = new Map(videos.map((video) => [video.id, video]));
  for (const recording of recordings) {
    const segments = new Map<string, number[]>();
    for (const id of recording.videos) {
      const video = byId.get(id);
      if (video === undefined) {
        throw new RangeError(
          `project ${name}: recording ${recording.id} needs video ${id}, and the project has none such`,
        );
      }
      if (video.segment === undefined) continue;
      segments.set(video.view, [...(segments.get(video.view) ?? []), video.segment]);
    }
    for (const [view, numbers] of segments) {
      const sorted = numbers.toSorted((a, b) => a - b);
      if (sorted.some((segment, i) => segment !== i)) {
        throw new RangeError(
          `project ${name}: the ${view} segments of recording ${recording.id} must be 0 to ${sorted.length - 1}, got ${sorted.join(', ')}`,
        );
      }
    }
  }
  for (const split of splits) {
    const all = [...split.train, ...split.validation, ...split.test];
    const twice = all.find((item, i) => all.indexOf(item) !== i);
    if (twice !== undefined) throw new RangeError(`project ${name}: split ${split.name} has ${twice} twice`);
  }
  return contents;
}
