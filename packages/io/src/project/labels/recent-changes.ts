import type { LabelEntry } from './label-entry.js';
import { imageKey, type RowKey } from './label-state.js';

/** What entries of the journal touched; each once. */
export interface LabelChanges {
  /** Names of images, as `group/file`, list. */
  readonly images: readonly string[];
  /** Rows that were set or removed, list. */
  readonly rows: readonly RowKey[];
}

/** Rows and images that are remembered; whoever is further behind reads everything. */
const mostRemembered = 50_000;

interface Touched {
  readonly seq: number;
  readonly images: readonly string[];
  readonly rows: readonly RowKey[];
}

/** What the last entries of the journal touched, so that those who know an earlier state need not read all of it. */
export class RecentChanges {
  #from: number;
  #entries: Touched[] = [];
  #size = 0;

  /** Begins after the entry of a number. */
  constructor(seq: number) {
    this.#from = seq;
  }

  /** Takes the next entry. */
  take(entry: LabelEntry): void {
    const images = entry.images.map(imageKey);
    const { skeleton = '' } = entry;
    const rows = entry.rows.map(({ image, individual, annotator }) => ({
      ...{ skeleton, individual, annotator },
      image: images[image] ?? '',
    }));
    this.#entries.push({ seq: entry.seq, images, rows });
    this.#size += images.length + rows.length;
    let dropped = 0;
    while (this.#size > mostRemembered && dropped < this.#entries.length) {
      const oldest = this.#entries[dropped++] as Touched;
      this.#size -= oldest.images.length + oldest.rows.length;
      this.#from = oldest.seq;
    }
    this.#entries.splice(0, dropped);
  }

  /** Returns what entries after `seq` touched, up to the last, `last`; undefined where they are not remembered. */
  since(seq: number, last: number): LabelChanges | undefined {
    if (seq < this.#from || seq > last) return undefined;
    const images = new Set<string>();
    const rows = new Map<string, RowKey>();
    for (const touched of this.#entries) {
      if (touched.seq <= seq) continue;
      for (const image of touched.images) images.add(image);
      for (const row of touched.rows) rows.set(JSON.stringify(row), row);
    }
    return { images: [...images], rows: [...rows.values()] };
  }
}
