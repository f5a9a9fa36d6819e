import { joinBytes, type Picture } from '@zoopraxis/core';
import { colorChannels } from '../color/categorical.js';
import type { SvgElement } from '../svg/element.js';
import { parseSvg } from '../svg/parse.js';
import { textWidthPx } from '../svg/text-width.js';
import { letterRuns } from './letters.js';
import { ellipseOperators, pathOperators } from './path-operators.js';

/** What a PDF of a figure needs from outside. */
export interface PdfOptions {
  /** Decoded pictures by the address in the drawing; those that are not here are left out and counted. */
  readonly pictures?: ReadonlyMap<string, Picture>;
  /** Returns bytes in the zlib format; without it the file is larger and equally valid. */
  readonly deflate?: (bytes: Uint8Array) => Uint8Array;
}

/** A figure as PDF. */
export interface FigurePdf {
  readonly bytes: Uint8Array;
  /** Letters that the standard fonts lack and that are `?` in the file, list without repeats. */
  readonly missingLetters: readonly string[];
  readonly missingPictures: number;
}

interface Style {
  readonly fill: string;
  readonly stroke: string;
  readonly fillOpacity: number;
  readonly strokeOpacity: number;
  readonly opacity: number;
  readonly width: number;
  readonly dash: string;
  readonly join: string;
  readonly cap: string;
  readonly fontPx: number;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly anchor: string;
  readonly strokeFirst: boolean;
}

const plainStyle: Style = {
  fill: '#000000',
  stroke: 'none',
  fillOpacity: 1,
  strokeOpacity: 1,
  opacity: 1,
  width: 1,
  dash: 'none',
  join: 'miter',
  cap: 'butt',
  fontPx: 12,
  bold: false,
  italic: false,
  anchor: 'start',
  strokeFirst: false,
};

const fonts = {
  F1: 'Helvetica',
  F2: 'Helvetica-Bold',
  F3: 'Helvetica-Oblique',
  F4: 'Helvetica-BoldOblique',
  F5: 'Symbol',
} as const;

const n = (value: number) => String(Math.round(value * 1000) / 1000);
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255);

/**
 * Returns a figure as a PDF page of its own size: lines as lines and text as text, in the fonts that every reader has
 * (ISO 32000-1, 9.6.2.2). The same figure gives the same bytes.
 * @throws FormatError where the text is no drawing of ours.
 */
export function figurePdf(svgText: string, { pictures = new Map(), deflate }: PdfOptions = {}): FigurePdf {
  const root = parseSvg(svgText);
  const [, , boxWidth = 1, boxHeight = 1] = String(root.attributes.viewBox ?? '0 0 1 1')
    .split(' ')
    .map(Number);
  const widthPt = lengthPt(root.attributes.width, boxWidth);
  const scale = widthPt / boxWidth;
  const heightPt = boxHeight * scale;
  const out: string[] = [`${n(scale)} 0 0 ${n(-scale)} 0 ${n(heightPt)} cm`];
  const states = new Map<string, string>();
  const images = new Map<string, string>();
  const missing = new Set<string>();
  let missingPictures = 0;

  const stateOf = (fill: number, stroke: number): string => {
    const key = `/ca ${n(fill)} /CA ${n(stroke)}`;
    const name = states.get(key) ?? `G${states.size + 1}`;
    states.set(key, name);
    return `/${name} gs`;
  };
  const colorOf = (color: string, operator: string) =>
    `${colorChannels(color)
      .map((value) => n(value / 255))
      .join(' ')} ${operator}`;

  const paint = (shape: string, style: Style) => {
    const [fills, strokes] = [style.fill !== 'none', style.stroke !== 'none' && style.width > 0];
    if (!fills && !strokes) return;
    out.push('q', stateOf(style.fillOpacity * style.opacity, style.strokeOpacity * style.opacity));
    if (fills) out.push(colorOf(style.fill, 'rg'));
    if (strokes) {
      out.push(colorOf(style.stroke, 'RG'), `${n(style.width)} w`);
      if (style.join === 'round') out.push('1 j');
      if (style.cap === 'round') out.push('1 J');
      if (style.dash !== 'none') out.push(`[${style.dash.replace(/[^\d. ]/g, ' ')}] 0 d`);
    }
    out.push(shape, fills && strokes ? 'B' : fills ? 'f' : 'S', 'Q');
  };

  const write = (text: string, x: number, y: number, style: Style) => {
    const { runs, missing: lacking } = letterRuns(text);
    for (const letter of lacking) missing.add(letter);
    const wide = textWidthPx(text, style.fontPx) * (style.bold ? 1.06 : 1);
    const left = x - (style.anchor === 'middle' ? wide / 2 : style.anchor === 'end' ? wide : 0);
    const font = style.bold ? (style.italic ? 'F4' : 'F2') : style.italic ? 'F3' : 'F1';
    const words = runs.map(
      (run) =>
        `/${run.font === 'symbol' ? 'F5' : font} ${n(style.fontPx)} Tf <${run.codes.map((code) => code.toString(16).padStart(2, '0')).join('')}> Tj`,
    );
    const pass = (mode: number, color: string) =>
      out.push('BT', color, `${mode} Tr`, `1 0 0 -1 ${n(left)} ${n(y)} Tm`, ...words, 'ET');
    out.push('q', stateOf(style.fillOpacity * style.opacity, style.strokeOpacity * style.opacity));
    if (style.stroke !== 'none' && style.strokeFirst) {
      out.push(`${n(style.width)} w`, '1 j');
      pass(1, colorOf(style.stroke, 'RG'));
    }
    if (style.fill !== 'none') pass(0, colorOf(style.fill, 'rg'));
    out.push('Q');
  };

  const visit = (element: SvgElement, parent: Style, isRoot: boolean): void => {
    const { tag, attributes, children } = element;
    if (tag === 'title' || tag === 'desc' || tag === 'metadata') return;
    const style = styleOf(attributes, parent);
    const value = (name: string, other = 0) => {
      const number = Number(attributes[name] ?? other);
      return Number.isFinite(number) ? number : other;
    };
    const turned = attributes.transform === undefined ? undefined : turnOf(String(attributes.transform));
    const nested = tag === 'svg' && !isRoot;
    if (turned !== undefined) out.push('q', turned);
    if (nested) out.push('q', `${n(value('x'))} ${n(value('y'))} ${n(value('width'))} ${n(value('height'))} re W n`);
    if (tag === 'path' && attributes.d !== undefined && attributes.d !== '') {
      paint(pathOperators(String(attributes.d)), style);
    } else if (tag === 'rect') {
      const [x, y, w, h] = [value('x'), value('y'), value('width'), value('height')];
      const r = Math.min(value('rx'), w / 2, h / 2);
      if (w > 0 && h > 0) {
        const k = r * 0.4477;
        const round = `M${x + r} ${y}H${x + w - r}C${x + w - k} ${y} ${x + w} ${y + k} ${x + w} ${y + r}V${y + h - r}C${x + w} ${y + h - k} ${x + w - k} ${y + h} ${x + w - r} ${y + h}H${x + r}C${x + k} ${y + h} ${x} ${y + h - k} ${x} ${y + h - r}V${y + r}C${x} ${y + k} ${x + k} ${y} ${x + r} ${y}Z`;
        paint(r > 0 ? pathOperators(round) : `${n(x)} ${n(y)} ${n(w)} ${n(h)} re`, style);
      }
    } else if (tag === 'circle') paint(ellipseOperators(value('cx'), value('cy'), value('r'), value('r')), style);
    else if (tag === 'ellipse') paint(ellipseOperators(value('cx'), value('cy'), value('rx'), value('ry')), style);
    else if (tag === 'image') {
      const address = String(attributes.href ?? '');
      if (pictures.has(address)) {
        const name = images.get(address) ?? `I${images.size + 1}`;
        images.set(address, name);
        out.push(
          'q',
          stateOf(style.opacity, style.opacity),
          `${n(value('width'))} 0 0 ${n(-value('height'))} ${n(value('x'))} ${n(value('y') + value('height'))} cm`,
          `/${name} Do`,
          'Q',
        );
      } else missingPictures++;
    } else if (tag === 'text') {
      write(children.filter((child) => typeof child === 'string').join(''), value('x'), value('y'), style);
    }
    if (tag !== 'text') for (const child of children) if (typeof child === 'object') visit(child, style, false);
    if (nested) out.push('Q');
    if (turned !== undefined) out.push('Q');
  };
  visit(root, plainStyle, true);

  const file = pdfFile(deflate);
  const title = root.children.find((child): child is SvgElement => typeof child === 'object' && child.tag === 'title');
  const fontIds = Object.values(fonts).map((name) =>
    file.add(
      `<< /Type /Font /Subtype /Type1 /BaseFont /${name}${name === 'Symbol' ? '' : ' /Encoding /WinAnsiEncoding'} >>`,
    ),
  );
  const imageIds = [...images].map(([address, name]) => {
    const { widthPx, heightPx, rgb } = pictures.get(address) as Picture;
    const about = `/Type /XObject /Subtype /Image /Width ${widthPx} /Height ${heightPx} /ColorSpace /DeviceRGB /BitsPerComponent 8`;
    return `/${name} ${file.stream(about, rgb)} 0 R`;
  });
  const content = file.stream('', ascii(out.join('\n')));
  const resources = `/Font << ${Object.keys(fonts)
    .map((key, i) => `/${key} ${fontIds[i]} 0 R`)
    .join(
      ' ',
    )} >> /ExtGState << ${[...states].map(([key, name]) => `/${name} << ${key} >>`).join(' ')} >> /XObject << ${imageIds.join(' ')} >>`;
  return {
    bytes: file.finish({
      content,
      resources,
      box: `0 0 ${n(widthPt)} ${n(heightPt)}`,
      title: title?.children.filter((child) => typeof child === 'string').join('') ?? '',
    }),
    missingLetters: [...missing].sort(),
    missingPictures,
  };
}

/** Returns a length of the root in pt: mm as they are, px as 1/96 inch. */
function lengthPt(written: string | number | undefined, fallbackPx: number): number {
  const match = /^([\d.]+)(mm|px)?$/.exec(String(written ?? fallbackPx));
  const value = Number(match?.[1] ?? fallbackPx);
  return match?.[2] === 'mm' ? (value * 72) / 25.4 : value * 0.75;
}

function styleOf(attributes: SvgElement['attributes'], parent: Style): Style {
  const text = (name: string, other: string) => String(attributes[name] ?? other);
  const number = (name: string, other: number) => {
    const value = Number(attributes[name] ?? other);
    return Number.isFinite(value) ? value : other;
  };
  return {
    fill: text('fill', parent.fill),
    stroke: text('stroke', parent.stroke),
    fillOpacity: number('fill-opacity', parent.fillOpacity),
    strokeOpacity: number('stroke-opacity', parent.strokeOpacity),
    opacity: parent.opacity * number('opacity', 1),
    width: number('stroke-width', parent.width),
    dash: text('stroke-dasharray', parent.dash),
    join: text('stroke-linejoin', parent.join),
    cap: text('stroke-linecap', parent.cap),
    fontPx: number('font-size', parent.fontPx),
    bold: attributes['font-weight'] === undefined ? parent.bold : Number(attributes['font-weight']) >= 600,
    italic: attributes['font-style'] === undefined ? parent.italic : attributes['font-style'] === 'italic',
    anchor: text('text-anchor', parent.anchor),
    strokeFirst: attributes['paint-order'] === undefined ? parent.strokeFirst : attributes['paint-order'] === 'stroke',
  };
}

/** Returns the matrix of `rotate(degrees x y)`; other transforms are not drawn by our figures. */
function turnOf(transform: string): string {
  const match = /^rotate\((-?[\d.]+)(?:[ ,]+(-?[\d.]+)[ ,]+(-?[\d.]+))?\)$/.exec(transform);
  if (match === null) throw new RangeError(`pdf: transforms must be rotate(degrees x y), got ${transform}`);
  const [degrees = 0, x = 0, y = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const six = (value: number) => String(Math.round(value * 1e6) / 1e6);
  return `${six(cosine)} ${six(sine)} ${six(-sine)} ${six(cosine)} ${six(x - cosine * x + sine * y)} ${six(y - sine * x - cosine * y)} cm`;
}

function pdfFile(deflate: PdfOptions['deflate']) {
  const objects: Uint8Array[] = [];
  const add = (text: string | Uint8Array): number => objects.push(typeof text === 'string' ? ascii(text) : text);
  const hexText = (text: string) =>
    `<feff${Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('')}>`;
  return {
    add,
    stream(about: string, bytes: Uint8Array): number {
      const data = deflate === undefined ? bytes : deflate(bytes);
      const filter = deflate === undefined ? '' : ' /Filter /FlateDecode';
      return add(
        joinBytes([ascii(`<< ${about} /Length ${data.length}${filter} >>\nstream\n`), data, ascii('\nendstream')]),
      );
    },
    finish({
      content,
      resources,
      box,
      title,
    }: {
      content: number;
      resources: string;
      box: string;
      title: string;
    }): Uint8Array {
      const pages = objects.length + 2;
      const page = add(
        `<< /Type /Page /Parent ${pages} 0 R /MediaBox [${box}] /Contents ${content} 0 R /Resources << ${resources} >> >>`,
      );
      add(`<< /Type /Pages /Kids [${page} 0 R] /Count 1 >>`);
      const catalog = add(`<< /Type /Catalog /Pages ${pages} 0 R >>`);
      const info = add(`<< /Title ${hexText(title)} /Producer (Zoopraxis) >>`);
      const parts: Uint8Array[] = [joinBytes([ascii('%PDF-1.4\n%'), Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3, 10)])];
      let offset = (parts[0] as Uint8Array).length;
      const table = ['0000000000 65535 f \n'];
      for (const [i, object] of objects.entries()) {
        const part = joinBytes([ascii(`${i + 1} 0 obj\n`), object, ascii('\nendobj\n')]);
        table.push(`${String(offset).padStart(10, '0')} 00000 n \n`);
        offset += part.length;
        parts.push(part);
      }
      parts.push(
        ascii(
          `xref\n0 ${objects.length + 1}\n${table.join('')}trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R /Info ${info} 0 R >>\nstartxref\n${offset}\n%%EOF\n`,
        ),
      );
      return joinBytes(parts);
    },
  };
}
