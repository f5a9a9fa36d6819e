import { type Annotations, createAnnotations } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import type { Bout, BoutChange, BoutStreamKey } from './bout-entry.js';
import { boutOf } from './bout-entry.js';

/** Ids of the bouts of a file, list in their order; or what they are made from: `<prefix>.<first row + place>`. */
export type BoutIds = readonly string[] | { readonly prefix: string; readonly firstRow: number };

/** A stream as columns, and the ids of its bouts. */
export interface IdentifiedAnnotations extends RecordedAnnotations {
  /** List in the order of the bouts; no two are the same. */
  readonly ids: readonly string[];
}

/** Edits that are kept beside the columns before all are laid out anew. */
const maximumEdits = 4096;

/** Returns the id of the bout at a place. */
const idAt = (ids: BoutIds, row: number): string =>
  'prefix' in ids ? `${ids.prefix}.${ids.firstRow + row}` : (ids[row] as string);

/**
 * Bouts of one stream that can be edited: columns as the file has them, and beside them what was removed and added since,
 * so that an edit costs little however many bouts there are.
 */
export class BoutStream {
  readonly key: BoutStreamKey;
  readonly #behaviors: string[];
  readonly #counts = new Map<string, number>();
  #base: RecordedAnnotations;
  #ids: BoutIds;
  #rowOf: Map<string, number> | undefined;
  readonly #removed = new Set<number>();
  readonly #added = new Map<string, Bout>();
  #columns: IdentifiedAnnotations | undefined;

  /** Starts with the bouts of a file; their order is that of `createAnnotations`. */
  constructor(base: RecordedAnnotations, ids: BoutIds) {
    const { subject, target, annotator, channel, behaviors, behavior } = base.annotations;
    this.key = { recording: base.recording, subject, ...(target === undefined ? {} : { target }), annotator, channel };
    this.#base = base;
    this.#ids = ids;
    this.#behaviors = [...behaviors];
    const counts = new Uint32Array(behaviors.length);
    for (const which of behavior) counts[which] = (counts[which] as number) + 1;
    for (const [i, name] of behaviors.entries()) this.#counts.set(name, counts[i] as number);
  }

  /** Returns a stream without bouts. */
  static empty({ recording, ...key }: BoutStreamKey): BoutStream {
    const { target, ...rest } = key;
    const annotations: Annotations = {
      ...rest,
      ...(target === undefined ? {} : { target }),
      behaviors: [],
      startSec: new Float64Array(),
      endSec: new Float64Array(),
      behavior: new Int32Array(),
    };
    return new BoutStream({ recording, annotations }, []);
  }

  /** Number of bouts. */
  get count(): number {
    return this.#base.annotations.startSec.length - this.#removed.size + this.#added.size;
  }

  /** Behaviors that were scored, list. */
  get behaviors(): readonly string[] {
    return this.#behaviors;
  }

  /** True where nothing was scored and nothing is said. */
  get isEmpty(): boolean {
    return this.count === 0 && this.#behaviors.length === 0 && this.#base.observedSec === undefined;
  }

  /** Returns the bout of an id, undefined where there is none. */
  get(id: string): Bout | undefined {
    const added = this.#added.get(id);
    if (added !== undefined) return added;
    const row = this.#findRow(id);
    return row === undefined || this.#removed.has(row) ? undefined : this.#boutAt(row, id);
  }

  /** Takes a change of the journal in. */
  apply({ removed, added, scored, unscored }: Omit<BoutChange, 'set'>): void {
    this.#columns = undefined;
    for (const [id] of removed) this.#remove(id);
    for (const data of added) this.#add(boutOf(data));
    for (const name of scored) if (!this.#behaviors.includes(name)) this.#behaviors.push(name);
    for (const name of unscored) {
      const at = this.#behaviors.indexOf(name);
      if (at >= 0 && (this.#counts.get(name) ?? 0) === 0) this.#behaviors.splice(at, 1);
    }
    if (this.#removed.size + this.#added.size > maximumEdits) this.#layOut();
  }

  /** Returns all bouts as columns, sorted as `createAnnotations` does. */
  columns(): IdentifiedAnnotations {
    this.#columns ??= this.#merged();
    return this.#columns;
  }

  #layOut(): void {
    const { ids, ...base } = this.columns();
    this.#base = base;
    this.#ids = ids;
    this.#rowOf = undefined;
    this.#removed.clear();
    this.#added.clear();
  }

  #remove(id: string): void {
    const before = this.get(id);
    if (before === undefined) return;
    this.#counts.set(before.behavior, (this.#counts.get(before.behavior) ?? 1) - 1);
    if (!this.#added.delete(id)) this.#removed.add(this.#findRow(id) as number);
  }

  #add(bout: Bout): void {
    this.#remove(bout.id);
    this.#added.set(bout.id, bout);
    this.#counts.set(bout.behavior, (this.#counts.get(bout.behavior) ?? 0) + 1);
    if (!this.#behaviors.includes(bout.behavior)) this.#behaviors.push(bout.behavior);
  }

  #findRow(id: string): number | undefined {
    const count = this.#base.annotations.startSec.length;
    if ('prefix' in this.#ids) {
      const { prefix, firstRow } = this.#ids;
      if (!id.startsWith(`${prefix}.`)) return undefined;
      const row = Number(id.slice(prefix.length + 1)) - firstRow;
      return Number.isInteger(row) && row >= 0 && row < count && idAt(this.#ids, row) === id ? row : undefined;
    }
    this.#rowOf ??= new Map(this.#ids.map((name, row) => [name, row]));
    return this.#rowOf.get(id);
  }

  #boutAt(row: number, id: string): Bout {
    const { behaviors, behavior, startSec, endSec, probability, modifiers } = this.#base.annotations;
    const chance = probability?.[row];
    const words = modifiers?.[row] ?? [];
    return {
      id,
      behavior: behaviors[behavior[row] as number] as string,
      startSec: startSec[row] as number,
      endSec: endSec[row] as number,
      ...(chance === undefined || Number.isNaN(chance) ? {} : { probability: chance }),
      ...(words.length === 0 ? {} : { modifiers: words }),
    };
  }

  #merged(): IdentifiedAnnotations {
    const base = this.#base.annotations;
    const rows = base.startSec.length;
    const isUnchanged = this.#added.size === 0 && this.#removed.size === 0;
    if (isUnchanged && JSON.stringify(base.behaviors) === JSON.stringify(this.#behaviors)) {
      const ids = this.#ids;
      return { ...this.#base, ids: 'prefix' in ids ? Array.from({ length: rows }, (_, row) => idAt(ids, row)) : ids };
    }
    const indexOf = new Map(this.#behaviors.map((name, i) => [name, i]));
    // What is not listed any more has no bouts left.
    const indexOfBase = Int32Array.from(base.behaviors, (name) => indexOf.get(name) ?? 0);
    const count = this.count;
    const [startSec, endSec] = [new Float64Array(count), new Float64Array(count)];
    const behavior = new Int32Array(count);
    const added = [...this.#added.values()];
    const hasChance = base.probability !== undefined || added.some((bout) => bout.probability !== undefined);
    const hasWords = base.modifiers !== undefined || added.some((bout) => bout.modifiers !== undefined);
    const probability = new Float32Array(hasChance ? count : 0).fill(Number.NaN);
    const modifiers = new Array<readonly string[]>(hasWords ? count : 0).fill([]);
    const ids = new Array<string>(count);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      if (this.#removed.has(row)) continue;
      startSec[at] = base.startSec[row] as number;
      endSec[at] = base.endSec[row] as number;
      behavior[at] = indexOfBase[base.behavior[row] as number] as number;
      if (base.probability !== undefined) probability[at] = base.probability[row] as number;
      if (base.modifiers !== undefined) modifiers[at] = base.modifiers[row] as readonly string[];
      ids[at++] = idAt(this.#ids, row);
    }
    for (const bout of added) {
      startSec[at] = bout.startSec;
      endSec[at] = bout.endSec;
      behavior[at] = indexOf.get(bout.behavior) as number;
      if (bout.probability !== undefined) probability[at] = bout.probability;
      if (bout.modifiers !== undefined) modifiers[at] = bout.modifiers;
      ids[at++] = bout.id;
    }
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
      (a, b) =>
        (startSec[a] as number) - (startSec[b] as number) ||
        (endSec[a] as number) - (endSec[b] as number) ||
        (behavior[a] as number) - (behavior[b] as number) ||
        a - b,
    );
    const { probability: _p, modifiers: _m, ...rest } = base;
    const annotations = createAnnotations({
      ...rest,
      behaviors: [...this.#behaviors],
      startSec: Float64Array.from(order, (i) => startSec[i] as number),
      endSec: Float64Array.from(order, (i) => endSec[i] as number),
      behavior: Int32Array.from(order, (i) => behavior[i] as number),
      ...(hasChance ? { probability: Float32Array.from(order, (i) => probability[i] as number) } : {}),
      ...(hasWords ? { modifiers: Array.from(order, (i) => modifiers[i] as readonly string[]) } : {}),
    });
    const { observedSec } = this.#base;
    return {
      recording: this.#base.recording,
      annotations,
      ...(observedSec === undefined ? {} : { observedSec: coverBouts(observedSec, annotations) }),
      ids: Array.from(order, (i) => ids[i] as string),
    };
  }
}

/** Returns what was watched, with the bouts that lie outside: who scored them watched there too. */
function coverBouts(
  [first, last]: readonly [number, number],
  { startSec, endSec }: Annotations,
): readonly [number, number] {
  let end = last;
  for (const sec of endSec) if (sec > end) end = sec;
  return [Math.min(first, startSec[0] ?? first), end];
}
