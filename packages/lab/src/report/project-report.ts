import { basename, dirname, resolve } from 'node:path';
import { formatMeasure, formatNumber, formatPercent, isFigure, readFigure, safeSvg } from '@zoopraxis/figures';
import { FolderStore } from '@zoopraxis/io/node';
import { programVersion } from '../jobs/program-version.js';
import { withProject } from '../jobs/project-folder.js';
import type { ReportBlock, ReportSection } from './blocks.js';
import { readCsvRows } from './csv-rows.js';
import { reportPage } from './page.js';

/** Letters of figures that one page holds: browsers open more only slowly. */
const mostLetters = 80_000_000;
const mostRows = 60;
const mostColumns = 16;

/** What a project's page holds. */
export interface ProjectReport {
  readonly report: string;
  readonly figures: number;
  readonly tables: number;
  /** What was left out and why, list of sentences. */
  readonly leftOut: readonly string[];
}

/** Returns what there is of each, such as `40 recordings, 1 table.`; what there is none of is left out. */
function counted(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([noun, count]) => `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`);
  return parts.length === 0 ? '' : `${parts.join(', ')}.`;
}

/**
 * Writes one HTML page of all that a project has: its recordings, models with their errors, and every figure and table
 * in its folder `figures`, those of one sub-folder together.
 */
export async function writeProjectReport(
  folder: string,
  { out, signal }: { readonly out: string; readonly signal: AbortSignal },
): Promise<ProjectReport> {
  return withProject(folder, 'read', async (project, root) => {
    const store = new FolderStore(root);
    const all = await store.list('figures/');
    const drawings = all.filter((name) => /\.svg$/i.test(name)).sort();
    const stems = drawings.map((name) => name.slice(0, -'.svg'.length));
    // What is the data of a figure on the page would only bury the other tables.
    const isShown = (name: string) => stems.some((stem) => name === `${stem}.csv` || name.startsWith(`${stem}-`));
    const names = [...drawings, ...all.filter((name) => /\.csv$/i.test(name) && !isShown(name)).sort()];
    const leftOut: string[] = [];
    const sections = new Map<string, ReportBlock[]>();
    let [letters, figures, tables, synthetic] = [0, 0, 0, false];
    const decoder = new TextDecoder();
    for (const name of names) {
      signal.throwIfAborted();
      const text = decoder.decode((await store.read(name)) ?? new Uint8Array());
      const section = dirname(name) === 'figures' ? 'Figures' : dirname(name).slice('figures/'.length);
      const blocks = sections.get(section) ?? [];
      sections.set(section, blocks);
      if (/\.csv$/i.test(name)) {
        blocks.push(...tableBlocks(name, text));
        tables++;
        continue;
      }
      letters += text.length;
      if (letters > mostLetters) {
        leftOut.push(`${name}: the page would be too large to open.`);
        continue;
      }
      if (text.includes('>synthetic</text>')) synthetic = true;
      blocks.push(figureBlock(name, text));
      figures++;
    }
    const models = await modelSection(store);
    const { manifest } = project;
    const page = reportPage({
      title: manifest.name,
      lead: counted({
        recording: manifest.recordings.length,
        video: manifest.videos.length,
        figure: figures,
        table: tables,
      }),
      synthetic,
      highlights: [],
      sections: [
        ...(models === undefined ? [] : [models]),
        ...[...sections].map(([title, blocks]) => ({ title, blocks })),
        ...(sections.size > 0
          ? []
          : [
              {
                title: 'Figures',
                blocks: [
                  {
                    kind: 'text' as const,
                    text: 'The project has no figures yet. Operations such as cohort write them into its folder figures.',
                  },
                ],
              },
            ]),
        ...(leftOut.length === 0
          ? []
          : [{ title: 'Left out', blocks: leftOut.map((text) => ({ kind: 'text' as const, text })) }]),
      ],
      foot: `Zoopraxis ${programVersion}. Project: ${root}`,
    });
    const path = resolve(out);
    await new FolderStore(dirname(path)).write(basename(path), new TextEncoder().encode(page));
    return { report: path, figures, tables, leftOut };
  });
}

function figureBlock(name: string, text: string): ReportBlock {
  const short = basename(name).replace(/\.svg$/i, '');
  const safe = safeSvg(text);
  if (safe !== undefined) {
    return { kind: 'figure', name: short, svg: safe, caption: captionOf(name, text) };
  }
  // A picture of a drawing runs no script, whatever another program has put into it.
  const address = `data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}`;
  return {
    kind: 'figure',
    name: short,
    svg: `<img src="${address}" alt="" style="max-width:100%">`,
    caption: `${name}, drawn by another program`,
  };
}

function captionOf(name: string, text: string): string {
  if (!isFigure(text)) return name;
  try {
    const { provenance } = readFigure(text);
    return provenance === undefined ? name : `${name}, made by ${provenance.operation}`;
  } catch {
    return name;
  }
}

function tableBlocks(name: string, text: string): ReportBlock[] {
  const { columns, rows, count } = readCsvRows(text, mostRows);
  const parts = [
    name,
    count > rows.length ? `first ${rows.length} of ${formatNumber(count)} rows` : '',
    columns.length > mostColumns ? `first ${mostColumns} of ${columns.length} columns` : '',
  ].filter((part) => part !== '');
  return [
    {
      kind: 'table',
      caption: parts.join(', '),
      columns: columns.slice(0, mostColumns),
      rows: rows.map((row) => row.slice(0, mostColumns).map(shortNumber)),
    },
  ];
}

/** Files keep every digit; a page for people shows three. */
function shortNumber(cell: string): string {
  return /^-?\d*\.\d{4,}(?:e-?\d+)?$/.test(cell) ? formatMeasure(Number(cell)) : cell;
}

function pckWords(pck: unknown): string {
  if (typeof pck !== 'object' || pck === null) return '–';
  return Object.entries(pck)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    .map(([radius, share]) => `${formatPercent(share)} within ${radius} px`)
    .join(', ');
}

async function modelSection(store: FolderStore): Promise<ReportSection | undefined> {
  const { parseModelCard } = await import('@zoopraxis/pose');
  const names = (await store.list('models/')).filter((name) => /^models\/[^/]+\/model\.json$/.test(name)).sort();
  const rows: string[][] = [];
  for (const name of names) {
    try {
      const card = parseModelCard(new TextDecoder().decode((await store.read(name)) ?? new Uint8Array()), name);
      const held = (card.metrics.heldOut ?? {}) as Readonly<Record<string, unknown>>;
      const number = (key: string) => (typeof held[key] === 'number' ? held[key] : Number.NaN);
      rows.push([
        card.name,
        formatMeasure(number('meanErrorPx')),
        formatMeasure(number('medianErrorPx')),
        pckWords(held.pck),
      ]);
    } catch (error) {
      rows.push([name, '–', '–', error instanceof Error ? error.message : String(error)]);
    }
  }
  if (rows.length === 0) return undefined;
  return {
    title: 'Models',
    blocks: [
      {
        kind: 'table',
        caption: 'Errors on images that training did not see, as the card of each model says.',
        columns: ['model', 'mean error (px)', 'median error (px)', 'PCK'],
        rows,
      },
    ],
  };
}
