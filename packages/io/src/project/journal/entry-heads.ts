import type { JournalLog } from './journal-log.js';
import type { JournalEntry } from './segments.js';
import { type UndoableEntry, undoTargets } from './undo-targets.js';

/** What is kept of every entry of a journal, to find what can be undone and what was sent before. */
export interface EntryHead extends UndoableEntry {
  /** Name that its sender gave it. */
  readonly id?: string | undefined;
  /** Words for menus. */
  readonly title: string;
  /** Whether it can be undone. */
  readonly isAction: boolean;
}

/** What undo and redo would be about: the words of the entry, null where there is nothing. */
export interface UndoWords {
  readonly undo: string | null;
  readonly redo: string | null;
}

/** The heads of all entries of a journal, read when first needed; its user runs calls one after another. */
export class EntryHeads<Entry extends JournalEntry> {
  readonly #log: JournalLog<Entry>;
  readonly #headOf: (entry: Entry) => EntryHead;
  #heads: EntryHead[] | undefined;
  readonly #named = new Map<string, EntryHead>();

  /** Takes the journal, and what returns the head of one of its entries. */
  constructor(log: JournalLog<Entry>, headOf: (entry: Entry) => EntryHead) {
    this.#log = log;
    this.#headOf = headOf;
  }

  /** Adds an entry that was appended to the journal. */
  add(entry: Entry): void {
    if (this.#heads !== undefined) this.#keep(this.#heads, entry);
  }

  /** Lets the journal be read again: it may have other entries than were told. */
  forget(): void {
    this.#heads = undefined;
    this.#named.clear();
  }

  /** Returns the entries that an undo and a redo of one annotator, or of anyone, would be about. */
  async targets(by: string | undefined): Promise<{ undo: EntryHead | undefined; redo: EntryHead | undefined }> {
    return undoTargets(await this.#all(), by, ({ isAction }) => isAction);
  }

  /** Returns words for what undo and redo would be about. */
  async words(by: string | undefined): Promise<UndoWords> {
    const { undo, redo } = await this.targets(by);
    return { undo: undo?.title ?? null, redo: redo?.title ?? null };
  }

  /** Returns the entry that was sent under a name, undefined where none was. */
  async named(id: string | undefined): Promise<EntryHead | undefined> {
    if (id === undefined) return undefined;
    await this.#all();
    return this.#named.get(id);
  }

  async #all(): Promise<readonly EntryHead[]> {
    if (this.#heads === undefined) {
      const heads: EntryHead[] = [];
      this.#named.clear();
      for await (const entry of this.#log.history()) this.#keep(heads, entry);
      this.#heads = heads;
    }
    return this.#heads;
  }

  #keep(heads: EntryHead[], entry: Entry): void {
    const head = this.#headOf(entry);
    heads.push(head);
    if (head.id !== undefined) this.#named.set(head.id, head);
  }
}
