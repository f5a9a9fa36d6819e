import { escapeMarkup } from '@zoopraxis/figures';
import type { Cell, Report, ReportBlock, ReportSection } from './blocks.js';
import { reportScript, reportStyle } from './page-assets.js';

/** Returns a report as one HTML file that loads nothing: figures, styles and script are inside. */
export function reportPage(report: Report): string {
  const ids = report.sections.map((section, i) => `section-${i + 1}-${slug(section.title)}`);
  const links = report.sections.map((section, i) => `<a href="#${ids[i]}">${escapeMarkup(section.title)}</a>`).join('');
  const synthetic = report.synthetic
    ? '<p class="synthetic" role="note"><strong>Synthetic.</strong> The recordings behind this page were made by a program. Its numbers say nothing about real animals.</p>'
    : '';
  const highlights = report.highlights
    .map(
      ({ value, label, source }) =>
        `<div class="highlight"><b>${escapeMarkup(value)}${chip(source)}</b><span>${escapeMarkup(label)}</span></div>`,
    )
    .join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeMarkup(report.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(report.title)}</h1>
<p class="lead">${escapeMarkup(report.lead)}</p>
${synthetic}
${highlights === '' ? '' : `<div class="highlights">${highlights}</div>`}
<nav aria-label="Sections">${links}</nav>
</header>
<main>
${report.sections.map((section, i) => sectionMarkup(section, ids[i] as string)).join('\n')}
</main>
<footer>${escapeMarkup(report.foot)}</footer>
<script>${reportScript}</script>
</body>
</html>
`;
}

function sectionMarkup({ title, blocks }: ReportSection, id: string): string {
  return `<section id="${id}"><h2>${escapeMarkup(title)}</h2>\n${blocks.map(blockMarkup).join('\n')}</section>`;
}

function blockMarkup(block: ReportBlock): string {
  switch (block.kind) {
    case 'figure': {
      const caption = block.caption === undefined ? '' : `<figcaption>${escapeMarkup(block.caption)}</figcaption>`;
      return `<figure data-name="${escapeMarkup(block.name)}">${block.svg}${caption}</figure>`;
    }
    case 'table': {
      const isText = block.columns.map((_, column) => column === 0 || block.rows.some((row) => isWords(row[column])));
      const side = (column: number) => (isText[column] ? ' class="words"' : '');
      return `<div class="scroll"><table>${block.caption === undefined ? '' : `<caption>${escapeMarkup(block.caption)}</caption>`}<thead><tr>${block.columns
        .map((name, column) => `<th scope="col"${side(column)}>${escapeMarkup(name)}</th>`)
        .join('')}</tr></thead><tbody>${block.rows
        .map(
          ([first = '', ...rest]) =>
            `<tr><th scope="row" class="words">${cellMarkup(first)}</th>${rest.map((cell, i) => `<td${side(i + 1)}>${cellMarkup(cell)}</td>`).join('')}</tr>`,
        )
        .join('')}</tbody></table></div>`;
    }
    case 'clips':
      return `<div class="clips">${block.clips
        .map(
          ({ mp4, widthPx, heightPx, caption }) =>
            `<figure><video controls loop muted playsinline preload="metadata" width="${widthPx}" height="${heightPx}" aria-label="${escapeMarkup(caption)}" src="data:video/mp4;base64,${Buffer.from(mp4).toString('base64')}"></video><figcaption>${escapeMarkup(caption)}</figcaption></figure>`,
        )
        .join('')}</div>`;
    case 'facts':
      return `<dl>${block.entries
        .map(([name, value]) => `<div><dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd></div>`)
        .join('')}</dl>`;
    case 'text':
      return `<p>${escapeMarkup(block.text)}</p>`;
    case 'details':
      return `<details><summary>${escapeMarkup(block.summary)}</summary><pre>${escapeMarkup(block.text)}</pre></details>`;
  }
}

/** Words of numbers: units, and what stands between two of them. */
const numberWords = /\b(NaN|to|of|s|ms|min|h|d|cm|px|rad|frames?)\b/g;

/** Tells whether a cell holds words: they stand at the left, numbers and dashes for missing ones at the right. */
function isWords(cell: Cell | undefined): boolean {
  const text = typeof cell === 'object' ? cell.text : (cell ?? '');
  return /\p{L}/u.test(text.replace(numberWords, ''));
}

function cellMarkup(cell: Cell): string {
  return typeof cell === 'string' ? escapeMarkup(cell) : `${escapeMarkup(cell.text)}${chip(cell.source)}`;
}

/** Measured numbers are the rule and carry no word; published ones always do. */
function chip(source: 'measured' | 'published' | undefined): string {
  return source === 'published' ? ' <span class="chip">published</span>' : '';
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
