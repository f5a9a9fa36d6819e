import { FormatError, type Provenance } from '@zoopraxis/core';
import type { SvgContent, SvgElement } from '../svg/element.js';
import { dataHash, fromPlain, jsonSize, toPlain } from './plain-data.js';

/** Version of the record that figures carry; readers refuse newer ones. */
const version = 1;

/** Letters of JSON that a figure may carry: a page of twenty figures still opens at once. */
const mostLetters = 500_000;

/** What a figure was drawn from. */
export interface FigureRecord {
  /** Name in the catalog, such as `pck-curve`. */
  readonly kind: string;
  /** As the figure function took it; undefined where it was too large to be carried, see `dataHash`. */
  readonly data: unknown;
  /** SHA-256 in hex of data that were too large to be carried. */
  readonly dataHash?: string;
  /** Options of the figure function as they were given, without provenance. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly provenance?: Provenance;
}

/** Returns the JSON text of a figure's record, without any letter that markup would need escaped. */
export function figureRecord(
  { kind, data, options, provenance }: FigureRecord & { readonly provenance: Provenance | undefined },
  body: readonly SvgContent[],
): string {
  const pictures = picturesOf(body);
  const large = jsonSize(data, mostLetters) > mostLetters;
  const json = JSON.stringify({
    zoopraxisFigure: version,
    kind,
    ...(large ? { dataHash: dataHash(data) } : { data: toPlain(data, pictures) }),
    options: toPlain(options, pictures),
    provenance,
  });
  return json.replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
}

/** Returns the addresses of all pictures of a drawing, list in the order of the text. */
function picturesOf(content: readonly SvgContent[], found: string[] = []): string[] {
  for (const part of content) {
    if (Array.isArray(part)) picturesOf(part, found);
    else if (typeof part === 'object') {
      const { tag, attributes, children } = part as SvgElement;
      if (tag === 'image' && typeof attributes.href === 'string') found.push(attributes.href);
      picturesOf(children, found);
    }
  }
  return found;
}

/** Longest figure that is read, in letters: pictures can be large. */
const longestFigure = 200_000_000;

/** Returns true where a text is a figure that carries its record. */
export function isFigure(svgText: string): boolean {
  return svgText.startsWith('<svg ') && svgText.includes('<metadata>{"zoopraxisFigure":');
}

/**
 * Returns what a figure was drawn from.
 * @throws FormatError where the text is no figure of Zoopraxis, of a newer version, or damaged.
 */
export function readFigure(svgText: string): FigureRecord {
  const refuse = (where: string, expected: string, found: string, hint?: string): never => {
    throw new FormatError({ format: 'figure', where, expected, found, ...(hint === undefined ? {} : { hint }) });
  };
  if (svgText.length > longestFigure) refuse('the file', `${longestFigure} letters at most`, `${svgText.length}`);
  const start = svgText.indexOf('<metadata>');
  const end = svgText.indexOf('</metadata>', start);
  if (start < 0 || end < 0) {
    refuse(
      'the drawing',
      'a figure that carries its data',
      'a drawing without metadata',
      'Only figures that Zoopraxis drew, with embedData on, can be redrawn or written as a table.',
    );
  }
  let record: Record<string, unknown> = {};
  try {
    const text = svgText.slice(start + '<metadata>'.length, end);
    const parsed: unknown = JSON.parse(
      text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    );
    if (typeof parsed === 'object' && parsed !== null) record = parsed as Record<string, unknown>;
  } catch {
    refuse(
      'metadata',
      'the JSON of a Zoopraxis figure',
      'other text',
      'The figure was changed by another program; make it again.',
    );
  }
  const { zoopraxisFigure, kind, dataHash: hash, options, provenance } = record;
  if (typeof zoopraxisFigure !== 'number' || typeof kind !== 'string') {
    return refuse('metadata', 'the record of a Zoopraxis figure', 'other data');
  }
  if (zoopraxisFigure > version) {
    refuse('metadata', `version ${version} or older`, `version ${zoopraxisFigure}`, 'Use a newer Zoopraxis.');
  }
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(options)) refuse('metadata, options', 'an object', typeof options);
  if (provenance !== undefined && !isObject(provenance)) refuse('metadata, provenance', 'an object', typeof provenance);
  const pictures = [...svgText.matchAll(/<image [^>]*?href="(data:image\/[^"]*)"/g)].map((match) => match[1] as string);
  return {
    kind,
    data: fromPlain(record.data, pictures),
    ...(typeof hash === 'string' ? { dataHash: hash } : {}),
    options: fromPlain(options, pictures) as Record<string, unknown>,
    ...(provenance === undefined ? {} : { provenance: provenance as unknown as Provenance }),
  };
}
