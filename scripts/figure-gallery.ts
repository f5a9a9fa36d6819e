// Draws every sample figure of the catalog's tests into build/gallery, as SVG, PNG and PDF to look at, with a page that
// shows all. Its data are made up, and every figure says so. Run after a build: node build/scripts/figure-gallery.js
// [part of a name] [width in mm].
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { figurePdf } from '@zoopraxis/figures';
import { writeDrawingPng } from '@zoopraxis/io/node';

type Samples = Readonly<Record<string, (options: { widthMm?: number; badge?: string }) => string>>;

const [part = '', widthMm] = process.argv.slice(2);
const kit = pathToFileURL(join(process.cwd(), 'packages/figures/dist/catalog/sample-figures.test.kit.js')).href;
const { sampleFigures } = (await import(kit)) as { sampleFigures: Samples };
const folder = join('build', 'gallery');
await mkdir(folder, { recursive: true });
const shown: string[] = [];
for (const [name, draw] of Object.entries(sampleFigures)) {
  if (!name.includes(part)) continue;
  const text = draw({ badge: 'synthetic', ...(widthMm === undefined ? {} : { widthMm: Number(widthMm) }) });
  await writeFile(join(folder, `${name}.svg`), text);
  await writeFile(join(folder, `${name}.pdf`), figurePdf(text).bytes);
  const { bytes } = await writeDrawingPng(text, { dpi: widthMm === undefined ? 110 : 300 });
  await writeFile(join(folder, `${name}.png`), bytes);
  shown.push(`<figure><img src="${name}.svg" alt="${name}"><figcaption>${name}</figcaption></figure>`);
}
await writeFile(
  join(folder, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Figures</title><style>body{display:flex;flex-wrap:wrap;gap:16px;font:13px sans-serif}figure{margin:0;border:1px solid #ddd}</style>${shown.join('')}\n`,
);
console.log(`${shown.length} figures in ${folder}`);
