/** An edit that is not known to be on the disk. */
export interface UnsentEdit {
  /** Name of the edit: what the server did under it is not done again. */
  readonly edit: string;
  readonly route: string;
  /** What the route needs beside the name. */
  readonly options: unknown;
}

/** What of a browser's storage is used. */
export type EditStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** Longest edit that is kept, characters: browsers keep about five million for all. */
const longest = 500_000;

/** Where a page keeps its edits until they are on the disk, so that they outlive a page that crashes or is closed. */
export interface UnsentEdits {
  keep(edit: UnsentEdit): void;
  drop(edit: string): void;
  /** Returns what pages that are gone left behind, in the order in which it was made. */
  left(livingTabs: ReadonlySet<string>): UnsentEdit[];
}

const isUnsent = (value: unknown): value is UnsentEdit =>
  typeof value === 'object' &&
  value !== null &&
  ['edit', 'route'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string') &&
  typeof (value as UnsentEdit).options === 'object';

/**
 * Returns where the edits of a project are kept by one page; a storage that refuses (full, switched off) keeps nothing.
 * @param options `place` differs by project, `tab` by page
 */
export function unsentEdits(
  storage: EditStorage,
  { place, tab, now = Date.now }: { readonly place: string; readonly tab: string; readonly now?: () => number },
): UnsentEdits {
  const head = `zoopraxis unsent ${place} `;
  const keys = new Map<string, string>();
  let count = 0;
  return {
    keep(edit) {
      // Keys in the order of the alphabet are those in the order of the edits.
      const key = `${head}${String(now()).padStart(15, '0')}-${String(count++).padStart(8, '0')} ${tab}`;
      const text = JSON.stringify(edit);
      if (text.length > longest) return;
      try {
        storage.setItem(key, text);
        keys.set(edit.edit, key);
      } catch {
        // It is sent all the same.
      }
    },
    drop(edit) {
      const key = keys.get(edit);
      keys.delete(edit);
      try {
        if (key !== undefined) storage.removeItem(key);
      } catch {
        // Sent again by the next page, it is not done again.
      }
    },
    left(livingTabs) {
      const found: [string, UnsentEdit][] = [];
      try {
        for (let i = 0; i < storage.length; i++) {
          const key = storage.key(i) ?? '';
          if (!key.startsWith(head) || livingTabs.has(key.slice(key.lastIndexOf(' ') + 1))) continue;
          const value = parsed(storage.getItem(key));
          if (isUnsent(value)) found.push([key, value]);
        }
      } catch {
        return [];
      }
      found.sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [key, { edit }] of found) keys.set(edit, key);
      return found.map(([, edit]) => edit);
    },
  };
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

/** Returns a name that no other edit or page has, also where a page that is not encrypted may not make UUIDs. */
export function newName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
