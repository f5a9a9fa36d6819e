import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { DomainError, FormatError, StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';

/** Draws figures anew for print, and writes them for other programs. */
export const figure = defineOperation({
  name: 'figure',
  summary: 'Write figures as PNG, PDF or CSV, and redraw them for print from the data that they carry',
  details:
    'Figures of Zoopraxis are SVG files that carry their data. With a width in mm they are drawn anew for it: 85 is one column of most journals, 130 one and a half, 180 two.',
  examples: [
    'zoopraxis figure figures/cohort-genotype/*.svg --pdf --csv',
    'zoopraxis figure pck-curve.svg --png --dpi 600 --width-mm 85 --out paper',
  ],
  input: z.object({
    figures: positional(z.array(z.string().min(1)).min(1), 'SVG files that Zoopraxis drew'),
    png: z.boolean().default(false).describe('write a PNG picture'),
    pdf: z.boolean().default(false).describe('write a PDF of lines and text'),
    csv: z.boolean().default(false).describe('write the data as CSV'),
    svg: z.boolean().default(false).describe('write the redrawn SVG; needs --out where it would replace the figure'),
    widthMm: z.number().min(40).max(2000).optional().describe('draw anew for this width on paper, in mm'),
    textPt: z.number().min(3).max(40).optional().describe('height of text on paper in pt, with --width-mm; default 7'),
    title: z.string().optional().describe('draw anew with this title'),
    dpi: z.number().min(30).max(2400).default(300).describe('resolution of PNG'),
    out: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'folder to write to, by default beside', placeholder: 'folder' }),
  }),
  output: z.object({
    files: z.array(z.string()),
    notes: z.array(z.string()),
    failed: z.array(z.object({ figure: z.string(), message: z.string() })),
  }),
  async run({ figures, out, widthMm, textPt, title, dpi, ...wanted }, { signal, progress }) {
    const formats = (['svg', 'png', 'pdf', 'csv'] as const).filter((format) => wanted[format]);
    if (formats.length === 0) {
      throw new StorageError('nothing to write was named', { hint: 'Add --png, --pdf, --csv or --svg.' });
    }
    const [{ redrawFigure }, { writeFigureFiles }] = await Promise.all([
      import('@zoopraxis/figures'),
      import('../jobs/figure-files.js'),
    ]);
    const options = {
      ...(widthMm === undefined ? {} : { widthMm }),
      ...(textPt === undefined ? {} : { textPt }),
      ...(title === undefined ? {} : { title }),
    };
    const [files, notes, failed]: [string[], string[], { figure: string; message: string }[]] = [[], [], []];
    for (const [done, path] of figures.entries()) {
      signal.throwIfAborted();
      progress({ kind: 'work', task: 'writing figures', done, total: figures.length, unit: 'figures' });
      try {
        const text = await textOf(path);
        const folder = resolve(out ?? dirname(path));
        if (formats.includes('svg') && folder === resolve(dirname(path))) {
          throw new StorageError(`the redrawn figure would replace the one it is made from: ${path}`, {
            hint: 'Name another folder with --out.',
          });
        }
        const drawn = Object.keys(options).length === 0 ? text : redrawFigure(text, options);
        const written = await writeFigureFiles(join(folder, basename(path, extname(path))), drawn, { formats, dpi });
        files.push(...written.files);
        notes.push(...written.notes);
      } catch (error) {
        if (!(error instanceof DomainError) || figures.length === 1) throw error;
        const hint = error.hint === undefined ? '' : ` ${error.hint}`;
        failed.push({ figure: path, message: `${error.message}.${hint}` });
      }
    }
    return { files, notes, failed };
  },
  failures: ({ failed }) => failed.map(({ figure: path, message }) => `${path}: ${message}`),
  text: ({ files, notes }) => [...files.map((file) => `wrote ${file}`), ...notes].join('\n'),
});

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const message = cause.code === 'ENOENT' ? 'there is no such figure' : `the figure cannot be read (${cause.code})`;
    throw new StorageError(`${message}: ${path}`, { hint: 'Check the path for a typing error.', cause });
  });
  const text = bytes.toString('utf8');
  if (/^\uFEFF?\s*<(?:svg|\?xml)/.test(text)) return text;
  throw new FormatError({
    format: 'SVG',
    path,
    where: 'its beginning',
    expected: '<svg',
    found: JSON.stringify(text.slice(0, 12)),
    hint: 'Name SVG files that Zoopraxis drew.',
  });
}
