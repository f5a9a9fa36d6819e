import type { LabelRow } from 'zoopraxis';

/** How far two people placed one keypoint apart. */
export interface KeypointAgreement {
  readonly keypoint: string;
  /** Points that both placed. */
  readonly count: number;
  /** Distances, px; NaN where both placed none. */
  readonly medianPx: number;
  readonly p95Px: number;
  /** Points that one of the two placed alone. */
  readonly aloneCount: number;
}

/** An animal in a frame that two people labeled, and how far apart. */
export interface FrameAgreement {
  readonly frame: number;
  readonly individual: string;
  /** Keypoint that lies furthest apart. */
  readonly keypoint: string;
  readonly meanPx: number;
  readonly largestPx: number;
}

/** How two people's labels of one video agree. */
export interface Agreement {
  /** Animals in frames that both labeled. */
  readonly sharedCount: number;
  readonly medianPx: number;
  readonly keypoints: readonly KeypointAgreement[];
  /** Those with the largest distance first, list. */
  readonly frames: readonly FrameAgreement[];
}

/** Returns a quantile of an ascending list, between neighbors in proportion; NaN of none. */
export function quantile(ascending: readonly number[], share: number): number {
  if (ascending.length === 0) return Number.NaN;
  const at = share * (ascending.length - 1);
  const [low, high] = [ascending[Math.floor(at)] as number, ascending[Math.ceil(at)] as number];
  return low + (at - Math.floor(at)) * (high - low);
}

/** Returns pairs of people who labeled an animal in the same frame, the most shared first; list. */
export function sharingAnnotators(
  rows: readonly LabelRow[],
): { readonly pair: readonly [string, string]; readonly count: number }[] {
  const byAnimal = new Map<string, string[]>();
  for (const { frame, individual, annotator, points } of rows) {
    if (Object.keys(points).length === 0) continue;
    const key = `${frame} ${individual}`;
    byAnimal.set(key, [...(byAnimal.get(key) ?? []), annotator]);
  }
  const counts = new Map<string, { pair: [string, string]; count: number }>();
  for (const people of byAnimal.values()) {
    const sorted = [...new Set(people)].sort();
    for (const [i, a] of sorted.entries()) {
      for (const b of sorted.slice(i + 1)) {
        const key = JSON.stringify([a, b]);
        const known = counts.get(key) ?? { pair: [a, b] as [string, string], count: 0 };
        known.count++;
        counts.set(key, known);
      }
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.pair.join() < b.pair.join() ? -1 : 1));
}

/** Returns how the labels of two people agree, of the animals that both labeled in a frame; distances in px of the picture. */
export function agreementOf(
  rows: readonly LabelRow[],
  [first, second]: readonly [string, string],
  keypoints: readonly string[],
): Agreement {
  const others = new Map(
    rows.filter(({ annotator }) => annotator === second).map((row) => [`${row.frame} ${row.individual}`, row]),
  );
  const distances = new Map(keypoints.map((name) => [name, [] as number[]]));
  const alone = new Map<string, number>();
  const frames: FrameAgreement[] = [];
  let sharedCount = 0;
  for (const row of rows) {
    const other = row.annotator === first ? others.get(`${row.frame} ${row.individual}`) : undefined;
    if (other === undefined || Object.keys(row.points).length === 0 || Object.keys(other.points).length === 0) continue;
    sharedCount++;
    const own: { keypoint: string; px: number }[] = [];
    for (const keypoint of keypoints) {
      const [a, b] = [row.points[keypoint], other.points[keypoint]];
      if (a !== undefined && b !== undefined) own.push({ keypoint, px: Math.hypot(a.x - b.x, a.y - b.y) });
      else if (a !== undefined || b !== undefined) alone.set(keypoint, (alone.get(keypoint) ?? 0) + 1);
    }
    for (const { keypoint, px } of own) distances.get(keypoint)?.push(px);
    const worst = own.reduce((most, one) => (one.px > most.px ? one : most), { keypoint: '', px: -1 });
    if (own.length === 0) continue;
    frames.push({
      frame: row.frame,
      individual: row.individual,
      keypoint: worst.keypoint,
      meanPx: own.reduce((sum, { px }) => sum + px, 0) / own.length,
      largestPx: worst.px,
    });
  }
  const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);
  return {
    sharedCount,
    medianPx: quantile(ascending([...distances.values()].flat()), 0.5),
    keypoints: keypoints.map((keypoint) => {
      const own = ascending(distances.get(keypoint) ?? []);
      return {
        keypoint,
        count: own.length,
        medianPx: quantile(own, 0.5),
        p95Px: quantile(own, 0.95),
        aloneCount: alone.get(keypoint) ?? 0,
      };
    }),
    frames: frames.sort((a, b) => b.largestPx - a.largestPx || a.frame - b.frame),
  };
}
