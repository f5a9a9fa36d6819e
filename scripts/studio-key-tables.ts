/** The part of a command of the studio that its page of keys needs. */
export interface KeyedCommand {
  readonly id: string;
  readonly title: string;
  readonly menu: string;
  readonly isInMenu?: boolean;
  readonly keys?: readonly string[];
  readonly modes?: readonly string[];
}

/** Keys that a preset gives to commands, by id. */
export interface KeyedPreset {
  readonly name: string;
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** Marks between which docs/studio.md holds the tables. */
export const keyMarks = ['<!-- keys: start -->', '<!-- keys: end -->'] as const;

/** Returns tables of all keys, and of what presets change, as Markdown. `textOf` writes one press. */
export function studioKeyTables(
  commands: readonly KeyedCommand[],
  presets: readonly KeyedPreset[],
  textOf: (binding: string) => string,
): string {
  const written = (keys: readonly string[]) =>
    [...new Set(keys.map((key) => textOf(key)))].map((key) => `<kbd>${key.replaceAll('|', '&#124;')}</kbd>`).join(' ');
  const lines: string[] = [];
  const shown = commands.filter(({ keys = [], isInMenu = true }) => isInMenu && keys.length > 0);
  for (const menu of new Set(shown.map((command) => command.menu))) {
    lines.push(`| ${menu} | keys | mode |`, '|---|---|---|');
    for (const { title, keys = [], modes } of shown.filter((command) => command.menu === menu)) {
      lines.push(`| ${title} | ${written(keys)} | ${modes?.join(', ') ?? ''} |`);
    }
    lines.push('');
  }
  const [own, ...others] = presets;
  const ids = commands.filter(({ id }) => others.some(({ keys }) => keys[id] !== undefined));
  lines.push(
    `| what presets change | ${[own, ...others].map((preset) => preset?.name).join(' | ')} |`,
    `|---|${presets.map(() => '---|').join('')}`,
  );
  for (const { id, title, keys = [] } of ids) {
    const cells = others.map(({ keys: given }) => (given[id] === undefined ? '' : written(given[id]) || 'none'));
    lines.push(`| ${title} | ${[written(keys), ...cells].join(' | ')} |`);
  }
  return lines.join('\n');
}

/** Returns a page with these tables between its marks. */
export function withKeyTables(page: string, tables: string): string {
  const [start, end] = keyMarks.map((mark) => page.indexOf(mark)) as [number, number];
  if (start < 0 || end < start) throw new Error(`studio keys: the page needs the marks ${keyMarks.join(' and ')}`);
  return `${page.slice(0, start + keyMarks[0].length)}\n\n${tables.trim()}\n\n${page.slice(end)}`;
}

/** Returns the tables of the studio as it was built. */
export async function builtKeyTables(): Promise<string> {
  const place = (file: string) => new URL(`../../packages/studio/dist/${file}`, import.meta.url).href;
  const { commands } = (await import(place('app/all-commands.js'))) as { commands: KeyedCommand[] };
  const { keyPresets, keyText } = (await import(place('page/presets.js'))) as {
    keyPresets: KeyedPreset[];
    keyText: (binding: string) => string;
  };
  return studioKeyTables(commands, keyPresets, keyText);
}
