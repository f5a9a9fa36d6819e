import type { LabelImage, LabelRow } from 'zoopraxis';

/** An image that the project has of a video, and how far it is labeled. */
export interface TodoItem {
  readonly frame: number;
  readonly image: LabelImage;
  /** `mine`: I have labels here; `others`: others have; `suggested`: nobody has. */
  readonly state: 'mine' | 'others' | 'suggested';
  /** Points of mine. */
  readonly pointCount: number;
  /** Whether one of my animals has each keypoint of the skeleton. */
  readonly isComplete: boolean;
  /** Others with labels here, by name, list. */
  readonly others: readonly string[];
}

/** Returns the images of a video with what is labeled in them, by frame, list. */
export function todoItems(
  images: readonly LabelImage[],
  rows: readonly LabelRow[],
  { annotator, keypointCount }: { readonly annotator: string; readonly keypointCount: number },
): TodoItem[] {
  const counted = new Map<number, { mine: number; most: number; others: Set<string> }>();
  for (const row of rows) {
    let entry = counted.get(row.frame);
    if (entry === undefined) {
      entry = { mine: 0, most: 0, others: new Set() };
      counted.set(row.frame, entry);
    }
    const count = Object.keys(row.points).length;
    if (count === 0) continue;
    if (row.annotator !== annotator) entry.others.add(row.annotator);
    else {
      entry.mine += count;
      entry.most = Math.max(entry.most, count);
    }
  }
  const items = images.map((image): TodoItem => {
    const { mine = 0, most = 0, others = new Set<string>() } = counted.get(image.frame) ?? {};
    return {
      frame: image.frame,
      image,
      state: mine > 0 ? 'mine' : others.size > 0 ? 'others' : 'suggested',
      pointCount: mine,
      isComplete: most >= keypointCount,
      others: [...others].sort(),
    };
  });
  return items.sort((a, b) => a.frame - b.frame);
}

/** Returns the nearest item before (-1) or after (1) a frame that is wanted, or null. */
export function nextItem(
  items: readonly TodoItem[],
  frame: number,
  direction: 1 | -1,
  isWanted: (item: TodoItem) => boolean = () => true,
): TodoItem | null {
  if (direction === 1) return items.find((item) => item.frame > frame && isWanted(item)) ?? null;
  return items.findLast((item) => item.frame < frame && isWanted(item)) ?? null;
}

/** Returns how many images I have labeled, of how many. */
export function progressOf(items: readonly TodoItem[]): { readonly labeled: number; readonly all: number } {
  return { labeled: items.filter(({ state }) => state === 'mine').length, all: items.length };
}
